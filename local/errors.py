"""What ends a command of the local cloud with a sentence instead of a traceback."""


class LocalError(Exception):
    """Something that the person at this machine can put right; the message says what and how."""
