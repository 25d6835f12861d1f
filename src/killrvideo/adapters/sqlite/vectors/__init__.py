"""Embedding vectors in SQLite, and near ones among them."""
