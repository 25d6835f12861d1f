"""Experiments, and who took part in them."""
