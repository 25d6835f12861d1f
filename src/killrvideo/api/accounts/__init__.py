"""Accounts over HTTP: how they are spelled, and the operations on them."""

from killrvideo.api.accounts.routes import router

__all__ = ["router"]
