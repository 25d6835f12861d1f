"""What reading costs as a site grows: `make bench-scale`."""
