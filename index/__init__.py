"""Retrieval: lexical and dense search over chunks, fused, and the metrics that judge them."""
