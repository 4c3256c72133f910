"""OpenAI's protocol over the library: models, chat completions, embeddings."""
