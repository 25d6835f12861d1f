"""Lists as tables in bounded partitions, and pages of them."""
