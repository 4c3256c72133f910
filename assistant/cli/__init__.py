"""The `study` command, one file a group of commands."""
