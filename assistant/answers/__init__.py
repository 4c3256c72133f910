"""From a question to a grounded answer in the documents' own words, with its confidence."""
