"""Polling: a system is asked over SNMP, HTTP or SSH, and what came of it is told honestly.

Stands alone: neither database nor cloud, so that the same code runs in a function and in a customer's network.
"""
