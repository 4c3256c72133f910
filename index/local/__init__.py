"""The local engine: chunks in SQLite, BM25 in memory-mapped arrays, vectors in npy and faiss files."""
