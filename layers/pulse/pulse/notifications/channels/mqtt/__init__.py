"""MQTT: a message to a broker of the customer's own."""
