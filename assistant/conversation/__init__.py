"""Questions that follow one another, and where they are kept."""
