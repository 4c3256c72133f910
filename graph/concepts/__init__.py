"""Which names are concepts, what they are also called, and where they are defined."""
