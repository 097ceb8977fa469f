"""The way to the broker, for every program at the edge: MQTT over TLS with a certificate of one's own."""
