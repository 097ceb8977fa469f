"""The minute sweep: what time alone does to alerts."""
