"""Cut documents into passages of about equal length, and passages into units."""
