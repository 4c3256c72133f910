"""Every JSON shape that the faces of study give."""
