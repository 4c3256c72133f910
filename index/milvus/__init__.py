"""The engine over Milvus: passages, terms and vectors in a vector database, for libraries that outgrow one machine."""
