"""The site gateway: hears SNMP notifications in a customer's network and hands them on to Pulse."""

VERSION = "1.0.0"
