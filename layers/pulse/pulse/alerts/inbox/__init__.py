"""The inbox: alerts as people find and read them."""
