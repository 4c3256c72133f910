"""Cut documents into passages of about one length, and passages into units."""
