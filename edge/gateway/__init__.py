"""The site gateway: hears SNMP notifications and polls targets in a customer's network."""

VERSION = "1.1.0"
