"""Embedding vectors, and near ones among them."""
