"""What the gateway has done since it was started."""

from dataclasses import dataclass


@dataclass
class Counts:
    """Datagrams, events and messages. `unknown` are senders outside the allowed networks or without a right password.

    Refused traps and polls found the spool full; refused messages were not taken by the broker, and stay in the spool.
    """

    traps_received: int = 0
    traps_refused: int = 0
    datagrams_unknown: int = 0
    datagrams_invalid: int = 0
    events_sent: int = 0
    messages_refused: int = 0
    polls_done: int = 0
    polls_failed: int = 0
    polls_refused: int = 0
