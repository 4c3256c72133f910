"""The atlas: concepts and direct prerequisites that people wrote; graph/overlay lays it over the concepts of the user's documents."""
