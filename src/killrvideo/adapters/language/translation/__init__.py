"""Texts in other languages: by models on this machine, a model at an endpoint, or Apertium.

Nothing of it arrives with the packages. Only ``marian`` needs large libraries: loaded with the first text.
"""
