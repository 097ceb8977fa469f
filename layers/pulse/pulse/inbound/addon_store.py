"""Addons of tenants in the database: what they uploaded, and what they made of built-in ones."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from psycopg.types.json import Jsonb

from pulse.database import Connection
from pulse.inbound.built_in import built_in_addons
from pulse.inbound.manifest import Manifest, read_manifest
from pulse.inbound.methods import SnmpTrap
from pulse.inbound.oids import longest_prefix, parse_oid
from pulse.inbound.override import AlertOverride


class Choice(NamedTuple):
    """What a tenant has made of an addon."""

    enabled: bool = False
    overrides: Mapping[str, AlertOverride] = {}
    version: int = 1


class Upload(NamedTuple):
    """A version of an addon of a tenant's own."""

    number: int
    manifest: Manifest
    uploaded_at: datetime
    uploaded_by: str


def newest_uploads(connection: Connection, tenant_id: str, addon_id: str | None = None) -> dict[str, Upload]:
    """The tenant's own addons in their newest versions, by id: all, or one if there is such a one."""
    rows = connection.execute(
        """
        SELECT DISTINCT ON (addon_id) addon_id, number, manifest, uploaded_at, uploaded_by
        FROM addon_versions
        WHERE tenant_id = %(tenant_id)s AND (%(addon_id)s::text IS NULL OR addon_id = %(addon_id)s)
        ORDER BY addon_id, number DESC
        """,
        {"tenant_id": tenant_id, "addon_id": addon_id},
    )
    return {row["addon_id"]: _upload(row) for row in rows}


def list_uploads(connection: Connection, tenant_id: str, addon_id: str) -> list[Upload]:
    """All versions of an addon of the tenant's own, the newest first."""
    rows = connection.execute(
        """
        SELECT number, manifest, uploaded_at, uploaded_by
        FROM addon_versions
        WHERE tenant_id = %(tenant_id)s AND addon_id = %(addon_id)s
        ORDER BY number DESC
        """,
        {"tenant_id": tenant_id, "addon_id": addon_id},
    )
    return [_upload(row) for row in rows]


def insert_upload(
    connection: Connection, tenant_id: str, manifest: Manifest, *, number: int, uploaded_by: str, kept: int
) -> None:
    """Keep a new version, and no more than so many of them. Raises UniqueViolation when it is there already."""
    connection.execute(
        """
        INSERT INTO addon_versions (tenant_id, addon_id, number, manifest, uploaded_by)
        VALUES (%(tenant_id)s, %(addon_id)s, %(number)s, %(manifest)s, %(uploaded_by)s)
        """,
        {
            "tenant_id": tenant_id,
            "addon_id": manifest.id,
            "number": number,
            "manifest": Jsonb(manifest.model_dump(mode="json", exclude_unset=True)),
            "uploaded_by": uploaded_by,
        },
    )
    connection.execute(
        """
        DELETE FROM addon_versions
        WHERE tenant_id = %(tenant_id)s AND addon_id = %(addon_id)s AND number <= %(number)s - %(kept)s
        """,
        {"tenant_id": tenant_id, "addon_id": manifest.id, "number": number, "kept": kept},
    )


def delete_addon(connection: Connection, tenant_id: str, addon_id: str) -> None:
    """Take an addon of the tenant's own away, and what was chosen of it."""
    parameters = {"tenant_id": tenant_id, "addon_id": addon_id}
    connection.execute(
        "DELETE FROM addon_versions WHERE tenant_id = %(tenant_id)s AND addon_id = %(addon_id)s", parameters
    )
    connection.execute(
        "DELETE FROM tenant_addons WHERE tenant_id = %(tenant_id)s AND addon_id = %(addon_id)s", parameters
    )


def find_choices(connection: Connection, tenant_id: str, addon_id: str | None = None) -> dict[str, Choice]:
    """What the tenant has made of addons, by id: of all, or of one. Those it has not touched are not there."""
    rows = connection.execute(
        """
        SELECT addon_id, enabled, overrides, version
        FROM tenant_addons
        WHERE tenant_id = %(tenant_id)s AND (%(addon_id)s::text IS NULL OR addon_id = %(addon_id)s)
        """,
        {"tenant_id": tenant_id, "addon_id": addon_id},
    )
    return {row["addon_id"]: _choice(row) for row in rows}


def lock_choice(connection: Connection, tenant_id: str, addon_id: str) -> Choice:
    """What the tenant has made of an addon, locked until the transaction ends."""
    row = connection.execute(
        """
        INSERT INTO tenant_addons (tenant_id, addon_id)
        VALUES (%(tenant_id)s, %(addon_id)s)
        ON CONFLICT (tenant_id, addon_id) DO UPDATE
        SET updated_at = tenant_addons.updated_at
        RETURNING enabled, overrides, version
        """,
        {"tenant_id": tenant_id, "addon_id": addon_id},
    ).fetchone()
    assert row is not None
    return _choice(row)


def write_choice(
    connection: Connection, tenant_id: str, addon_id: str, *, enabled: bool, overrides: Mapping[str, AlertOverride]
) -> None:
    """Change what the tenant has made of an addon, which the caller has locked."""
    connection.execute(
        """
        UPDATE tenant_addons
        SET enabled = %(enabled)s, overrides = %(overrides)s, version = version + 1, updated_at = now()
        WHERE tenant_id = %(tenant_id)s AND addon_id = %(addon_id)s
        """,
        {
            "tenant_id": tenant_id,
            "addon_id": addon_id,
            "enabled": enabled,
            "overrides": Jsonb({name: override.model_dump(mode="json") for name, override in overrides.items()}),
        },
    )


def count_change(connection: Connection, tenant_id: str, addon_id: str) -> None:
    """Count a change of an addon itself, so that who has seen the one before is told when changing the choice."""
    connection.execute(
        """
        UPDATE tenant_addons
        SET version = version + 1, updated_at = now()
        WHERE tenant_id = %(tenant_id)s AND addon_id = %(addon_id)s
        """,
        {"tenant_id": tenant_id, "addon_id": addon_id},
    )


def find_manifest(connection: Connection, tenant_id: str, addon_id: str) -> Manifest | None:
    """An addon that the tenant can use: a built-in one, or one of its own."""
    if addon_id in built_in_addons():
        return built_in_addons()[addon_id]
    upload = newest_uploads(connection, tenant_id, addon_id).get(addon_id)
    return None if upload is None else upload.manifest


def manifest_for_trap(connection: Connection, tenant_id: str, trap_oid: str) -> Manifest | None:
    """Of the tenant's enabled addons for traps the one that knows this one best: by the longest prefix."""
    known = TrapAddons.load(connection, tenant_id).find(trap_oid)
    return None if known is None else known.manifest


class EnabledAddon(NamedTuple):
    """An addon that a tenant has enabled, and what else it has made of it."""

    manifest: Manifest
    choice: Choice


class TrapAddons(NamedTuple):
    """The tenant's enabled addons for traps, by the prefixes that are theirs."""

    by_prefix: Mapping[str, EnabledAddon]

    @classmethod
    def load(cls, connection: Connection, tenant_id: str) -> "TrapAddons":
        """As the tenant has them now."""
        enabled = {key: choice for key, choice in find_choices(connection, tenant_id).items() if choice.enabled}
        own = {addon_id: upload.manifest for addon_id, upload in newest_uploads(connection, tenant_id).items()}
        return cls(
            {
                prefix: EnabledAddon(manifest, enabled[addon_id])
                for addon_id, manifest in sorted({**built_in_addons(), **own}.items())
                if addon_id in enabled and isinstance(manifest.method, SnmpTrap)
                for prefix in manifest.method.oid_prefixes
            }
        )

    def find(self, trap_oid: str) -> EnabledAddon | None:
        """The one that knows a trap best: by the longest prefix."""
        prefix = longest_prefix(parse_oid(trap_oid), self.by_prefix)
        return None if prefix is None else self.by_prefix[prefix]


def _upload(row: dict[str, Any]) -> Upload:
    return Upload(row["number"], read_manifest(row["manifest"]), row["uploaded_at"], row["uploaded_by"])


def _choice(row: dict[str, Any]) -> Choice:
    overrides = {name: AlertOverride.model_validate(value) for name, value in row["overrides"].items()}
    return Choice(row["enabled"], overrides, row["version"])
