"""Microsoft Teams: an Adaptive Card to a workflow's URL."""
