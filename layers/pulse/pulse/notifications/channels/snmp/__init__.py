"""SNMP: a trap of version 2c or 3 to a management system, after the published MIB."""
