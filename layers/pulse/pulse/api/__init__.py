"""The frame of every HTTP function: routes with their permission, problems, pages, the request at hand.

It stands above `pulse.identity` and below the functions; concepts know nothing of it.
"""
