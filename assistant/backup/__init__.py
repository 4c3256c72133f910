"""What the user made, in one file, and back."""
