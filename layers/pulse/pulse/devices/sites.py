"""What people do with sites."""

from collections.abc import Mapping
from typing import Any

import psycopg

from pulse.database import Connection, tenant_session
from pulse.devices import site_store
from pulse.devices.registration import Site, check_site
from pulse.devices.site_queries import Site as ShownSite
from pulse.devices.site_queries import read_site, site_not_found
from pulse.errors import ConflictError
from pulse.identity.permissions import Permission
from pulse.identity.principal import Origin, Principal
from pulse.operations.audit import record_change
from pulse.versions import require_match


def create_site(actor: Principal, site: Site, *, origin: Origin) -> ShownSite:
    """Enter a site. Raises NotPermittedError, InvalidInputError, ConflictError when there is one already."""
    tenant_id = actor.require(Permission.MANAGE_SITES)
    try:
        with tenant_session(tenant_id) as connection:
            check_site(connection, site)
            site_store.insert_site(connection, tenant_id, site.model_dump())
            record_change(
                connection,
                actor=actor,
                origin=origin,
                action="site.create",
                subject=site.site_id,
                after=site.model_dump(),
            )
            return read_site(connection, tenant_id, site.site_id)
    except psycopg.errors.UniqueViolation as error:
        message = f"there is a site {site.site_id} already; choose another id, or change that one"
        raise ConflictError(message) from error


def change_site(
    actor: Principal, site_id: str, changes: Mapping[str, Any], *, if_match: int | None, origin: Origin
) -> ShownSite:
    """Change the given fields. Raises NotPermittedError, NotFoundError, StaleVersionError, InvalidInputError."""
    tenant_id = actor.require(Permission.MANAGE_SITES)
    with tenant_session(tenant_id) as connection:
        before = _lock(connection, tenant_id, site_id, if_match)
        after = before.model_copy(update=dict(changes))
        changed = {name for name in changes if getattr(before, name) != getattr(after, name)}
        if changed:
            check_site(connection, after)
            site_store.update_site(connection, tenant_id, after.model_dump())
            record_change(
                connection,
                actor=actor,
                origin=origin,
                action="site.change",
                subject=site_id,
                before=before.model_dump(include=changed),
                after=after.model_dump(include=changed),
            )
        return read_site(connection, tenant_id, site_id)


def delete_site(actor: Principal, site_id: str, *, if_match: int | None, origin: Origin) -> None:
    """Take a site away.

    Raises NotPermittedError, NotFoundError, StaleVersionError, ConflictError while a device is registered there
    or an inbound source names it.
    """
    tenant_id = actor.require(Permission.MANAGE_SITES)
    try:
        with tenant_session(tenant_id) as connection:
            before = _lock(connection, tenant_id, site_id, if_match)
            site_store.delete_site(connection, tenant_id, site_id)
            record_change(
                connection,
                actor=actor,
                origin=origin,
                action="site.delete",
                subject=site_id,
                before=before.model_dump(),
            )
    except psycopg.errors.ForeignKeyViolation as error:
        message = (
            f"devices are registered at {site_id}, decommissioned ones among them, or an inbound source names it; "
            "move or delete them first"
        )
        raise ConflictError(message) from error


def _lock(connection: Connection, tenant_id: str, site_id: str, if_match: int | None) -> Site:
    row = site_store.read_site_row(connection, tenant_id, site_id, lock=True)
    if row is None:
        raise site_not_found(site_id)
    require_match(if_match, row["version"])
    return Site.model_construct(**{name: row[name] for name in Site.model_fields})
