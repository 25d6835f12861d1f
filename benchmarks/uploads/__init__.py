"""Uploads over lines that break: nothing may be corrupt, and little may be sent twice."""
