"""Accounts, and who of them can moderate."""
