"""Reports: what a fleet was worth to its people in a time."""
