"""Datagrams in, events in the spool, answers out. Nothing that anybody sends ends it."""

import logging
import sqlite3
from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import datetime
from ipaddress import ip_address

from pyasn1.error import PyAsn1Error
from pysnmp.error import PySnmpError
from pysnmp.proto.api import decodeMessageVersion

from edge.gateway.community_messages import CommunityMessage, read_version_1, read_version_2c
from edge.gateway.configuration import Snmp
from edge.gateway.counts import Counts
from edge.gateway.notification import Notification
from edge.gateway.refusals import Rate, Refusal, Refusals
from edge.gateway.spool import Spool
from edge.gateway.user_messages import UserMessages

_REMEMBERED_INFORMS = 10_000

logger = logging.getLogger("gateway")

type Source = tuple[str, int]
type Datagram = tuple[bytes, Source]


class Receiver:
    """Takes notifications of those who may send them."""

    def __init__(
        self,
        snmp: Snmp,
        spool: Spool,
        counts: Counts,
        refusals: Refusals,
        *,
        identity: str,
        clock: Callable[[], datetime],
    ) -> None:
        self._communities = [community.encode() for community in snmp.communities]
        self._networks = snmp.allowed_networks
        self._spool, self._counts, self._clock = spool, counts, clock
        self._refusals, self._rate = refusals, Rate(snmp.max_per_second, clock)
        self._source: Source = ("", 0)
        self._informs: OrderedDict[tuple[Source, int], None] = OrderedDict()
        self._is_full = False
        self._users: UserMessages | None = None
        if snmp.users:
            with spool.transaction():
                boots = spool.count("engine_boots")
            self._users = UserMessages(snmp.users, identity=identity, boots=boots, take=self._take)

    def receive(self, datagrams: Sequence[Datagram]) -> list[Datagram]:
        """Take datagrams, in one transaction; return the answers. An inform is answered only when it is on disk."""
        replies: list[Datagram] = []
        try:
            with self._spool.transaction():
                for datagram, source in datagrams:
                    replies += self._receive(datagram, source)
        except sqlite3.Error:
            self._informs.clear()
            for _ in datagrams:
                self._refuse(Refusal.SPOOL)
            logger.exception("spool_failed datagrams=%d: they are not kept", len(datagrams))
            return []
        return replies

    def _receive(self, datagram: bytes, source: Source) -> list[Datagram]:
        if not self._is_allowed(source[0]):
            self._counts.datagrams_unknown += 1
            return []
        self._source = source
        try:
            return self._read(datagram, source)
        except (PyAsn1Error, PySnmpError, ValueError, TypeError, RecursionError):
            # pyasn1 raises TypeError for octets that are no ASN.1, such as a port scan's.
            self._counts.datagrams_invalid += 1
        except sqlite3.Error:
            raise
        except Exception:  # pysnmp, given what is no message
            self._counts.datagrams_invalid += 1
            logger.exception("datagram_failed source=%s bytes=%d", source[0], len(datagram))
        return []

    def _read(self, datagram: bytes, source: Source) -> list[Datagram]:
        version = int(decodeMessageVersion(datagram))
        if version == 0:
            return self._take_of_community(read_version_1(datagram, source[0]), source)
        if version == 1:
            return self._take_of_community(read_version_2c(datagram, source[0]), source)
        if self._users is None:
            self._counts.datagrams_unknown += 1
            return []
        accepted, replies = self._users.read(datagram, source)
        if not accepted and not replies:
            self._counts.datagrams_unknown += 1
        return [(reply, source) for reply, _ in replies]

    def _take_of_community(self, message: CommunityMessage, source: Source) -> list[Datagram]:
        if not message.is_of(self._communities):
            self._counts.datagrams_unknown += 1
            return []
        is_kept = self._take(message.notification, message.request_id)
        return [(message.acknowledgement, source)] if is_kept and message.acknowledgement is not None else []

    def _take(self, notification: Notification, request_id: int | None) -> bool:
        """Keep a notification; an inform that is sent again, because its answer was lost, is kept already."""
        inform = None if request_id is None else (self._source, request_id)
        if inform in self._informs:
            return True
        self._counts.traps_received += 1
        if not self._rate.admits(self._source[0]):
            return self._refuse(Refusal.RATE)
        if not self._spool.add("trap", notification.as_document(), self._clock()):
            if not self._is_full:
                logger.error("spool_full events=%d bytes=%d: traps are refused", self._spool.events, self._spool.bytes)
            self._is_full = True
            return self._refuse(Refusal.SPOOL)
        self._is_full = False
        if inform is not None:
            self._informs[inform] = None
            if len(self._informs) > _REMEMBERED_INFORMS:
                self._informs.popitem(last=False)
        return True

    def _refuse(self, reason: Refusal) -> bool:
        self._counts.traps_refused += 1
        self._refusals.count(reason)
        return False

    def _is_allowed(self, address: str) -> bool:
        if not self._networks:
            return True
        sender = ip_address(address.partition("%")[0])
        mapped = getattr(sender, "ipv4_mapped", None)
        return any((mapped or sender) in network for network in self._networks)
