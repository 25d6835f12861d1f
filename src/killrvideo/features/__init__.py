"""What people can do: one feature a file, which asks service interfaces and knows no framework."""
