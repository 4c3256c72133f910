"""What a person meets: libraries, answers, and the command line."""
