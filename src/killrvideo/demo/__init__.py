"""The demo catalogue: invented people and real video titles for a first look at the system."""
