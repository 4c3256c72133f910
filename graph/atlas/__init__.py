"""The atlas: concepts and direct prerequisites that people wrote, and how they are laid over the concepts of the user's documents."""
