"""What making streams costs, beside one command that somebody would write by hand."""
