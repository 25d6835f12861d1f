"""What hides things, one by one and all of an account."""
