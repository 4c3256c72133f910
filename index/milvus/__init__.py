"""The Milvus engine: passages, terms and vectors in a vector database, for libraries that outgrow one machine."""
