"""Views, watch time, and what trends."""
