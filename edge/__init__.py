"""Programs that run outside the cloud, next to the devices."""
