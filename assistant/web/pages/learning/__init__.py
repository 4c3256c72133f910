"""The pages of learning: practice and walks."""
