"""Rules: what they look for, and how people make, change and look them up."""
