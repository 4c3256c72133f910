"""The commands about the atlas."""
