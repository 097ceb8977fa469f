"""The only door to hosts that customers name: webhooks, mail servers, trap receivers, brokers.

Nothing else in the package opens a socket to them; a test holds it.
"""
