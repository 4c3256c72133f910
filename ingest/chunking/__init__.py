"""From a document to passages of about one length, and the units inside them."""
