"""Sending traps."""

from collections.abc import Mapping
from typing import override

from pulse.notifications.channels.kind import ChannelKind, KindName, Sent
from pulse.notifications.channels.snmp.config import SnmpConfig, Version
from pulse.notifications.channels.snmp.message import trap_of
from pulse.notifications.notice import Notice
from pulse.outbound.snmp import check_receiver, send_trap
from pulse.outbound.snmp_message import Community, User, engine_id_of
from pulse.snmp_security import Privacy


class SnmpKind(ChannelKind[SnmpConfig]):
    """A management system. Its alarm is raised, acknowledged and cleared by traps of their own."""

    name = KindName.SNMP
    title = "SNMP"
    config_model = SnmpConfig
    destination_field = "host"

    def check(self, config: SnmpConfig) -> None:
        """The receiver must be one that the door opens for; traps that anybody can read are up to the operator."""
        check_receiver(config.host, config.port, encrypted=config.priv_protocol is not Privacy.NONE)

    def display(self, config: SnmpConfig) -> str:
        """Receiver and version."""
        return f"{config.host}:{config.port} {config.version}"

    @override
    def send(self, config: SnmpConfig, notice: Notice, earlier: Mapping[str, str] | None) -> Sent:
        """Send a trap; of version 3 the answer names the sender's engine, which receivers want to know."""
        sender = _sender(config, notice.tenant_id)
        answer = send_trap(config.host, config.port, sender, trap_of(notice, config.oid_prefix))
        if isinstance(sender, User):
            answer += f"; engine id {sender.engine_id.hex()}"
        return Sent(None, answer)


def _sender(config: SnmpConfig, tenant_id: str) -> Community | User:
    if config.version is Version.V2C:
        return Community(config.community or "")
    return User(
        engine_id=bytes.fromhex(config.engine_id) if config.engine_id is not None else engine_id_of(tenant_id),
        name=config.username or "",
        authentication=config.auth_protocol,
        authentication_password=config.auth_password or "",
        privacy=config.priv_protocol,
        privacy_password=config.priv_password or "",
    )
