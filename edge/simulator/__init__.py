"""A believable fleet: every device has its own certificate, MQTT connection, character and bad days."""
