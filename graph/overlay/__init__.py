"""The atlas laid over the concepts of the documents: which are the same, what outranks what, where there is a lesson."""
