"""What stands beside the text of a note: pictures, credits, navigation, link lists, references, metadata, comments, templates."""
