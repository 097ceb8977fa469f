"""On-call: who is to be reached when, and why it is them."""
