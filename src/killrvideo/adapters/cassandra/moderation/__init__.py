"""Flags and the audit trail."""
