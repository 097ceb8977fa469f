"""What people do with addons: enabled, overridden, uploaded, tried out, taken away."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

import orjson
import psycopg

from pulse import clock
from pulse.alerts.alert_store import Closing
from pulse.alerts.lifecycle import close_alerts
from pulse.database import Connection, tenant_session
from pulse.errors import ConflictError, FieldError, InvalidInputError, NotFoundError
from pulse.events.outbox import publish_after_commit
from pulse.identity.permissions import Permission
from pulse.identity.principal import Origin, Principal
from pulse.inbound import addon_store, source_store
from pulse.inbound.addon import (
    Addon,
    AddonAlert,
    AddonChoice,
    AddonMaker,
    AddonSummary,
    AddonVersion,
)
from pulse.inbound.addon_store import Choice
from pulse.inbound.built_in import built_in_addons
from pulse.inbound.cause_store import end_causes
from pulse.inbound.manifest import MAX_MANIFEST_BYTES, Manifest, read_manifest
from pulse.inbound.methods import Webhook
from pulse.inbound.override import AlertOverride
from pulse.operations.audit import record_change
from pulse.targets.assignment_store import want_assignments
from pulse.targets.target_store import names_of_targets
from pulse.versions import require_match

MAX_OWN_ADDONS: Final = 100
KEPT_VERSIONS: Final = 20


def list_addons(tenant_id: str) -> list[AddonSummary]:
    """Every addon that the tenant can use, by name: built-in ones and its own."""
    with tenant_session(tenant_id) as connection:
        uploads = addon_store.newest_uploads(connection, tenant_id)
        choices = addon_store.find_choices(connection, tenant_id)
    manifests = {**built_in_addons(), **{addon_id: upload.manifest for addon_id, upload in uploads.items()}}
    summaries = [_summary(manifest, choices.get(addon_id, Choice())) for addon_id, manifest in manifests.items()]
    return [AddonSummary(**summary) for summary in sorted(summaries, key=lambda each: str(each["name"]).casefold())]


def get_addon(tenant_id: str, addon_id: str) -> Addon:
    """One addon. Raises NotFoundError."""
    with tenant_session(tenant_id) as connection:
        return _read(connection, tenant_id, addon_id)


def list_versions(tenant_id: str, addon_id: str) -> list[AddonVersion]:
    """The versions of an addon of the tenant's own, the newest first. Raises NotFoundError."""
    with tenant_session(tenant_id) as connection:
        uploads = addon_store.list_uploads(connection, tenant_id, addon_id)
    if not uploads:
        raise _not_found(addon_id)
    return [
        AddonVersion(
            number=upload.number,
            addon_version=upload.manifest.version,
            uploaded_at=upload.uploaded_at,
            uploaded_by=upload.uploaded_by,
            manifest=_document(upload.manifest),
        )
        for upload in uploads
    ]


def upload_addon(actor: Principal, document: Mapping[str, Any], *, origin: Origin) -> Addon:
    """Enter an addon of the tenant's own, or its next version; what the newest one does not know any more, closes.

    The newest one again changes nothing. Raises NotPermittedError, InvalidInputError, ConflictError for an id that a
    built-in one has, for a version that is not above the newest, or when there are too many.
    """
    tenant_id = actor.require(Permission.MANAGE_ADDONS)
    manifest = checked_manifest(document)
    if manifest.id in built_in_addons():
        message = f"{manifest.id} comes with Pulse; give yours another id"
        raise ConflictError(message)
    now = clock.now()
    try:
        with tenant_session(tenant_id) as connection:
            before = addon_store.newest_uploads(connection, tenant_id)
            if manifest.id not in before and len(before) >= MAX_OWN_ADDONS:
                message = f"there are {MAX_OWN_ADDONS} addons of your own already; delete one"
                raise ConflictError(message)
            known = before.get(manifest.id)
            if known is not None and _document(known.manifest) == _document(manifest):
                return _read(connection, tenant_id, manifest.id)
            _require_newer(manifest, known)
            number = 1 if known is None else known.number + 1
            addon_store.insert_upload(
                connection, tenant_id, manifest, number=number, uploaded_by=actor.name, kept=KEPT_VERSIONS
            )
            want_assignments(connection, tenant_id, manifest.id)
            if known is not None:
                addon_store.count_change(connection, tenant_id, manifest.id)
                gone = known.manifest.definitions.keys() - manifest.definitions.keys()
                _end(connection, tenant_id, manifest.id, gone, "the addon has no such alert any more", now)
            record_change(
                connection,
                actor=actor,
                origin=origin,
                action="addon.upload",
                subject=manifest.id,
                before=None if known is None else {"number": known.number, "addon_version": known.manifest.version},
                after={"number": number, "addon_version": manifest.version},
            )
            addon = _read(connection, tenant_id, manifest.id)
    except psycopg.errors.UniqueViolation as error:
        message = f"somebody has uploaded {manifest.id} at the same moment; upload it again"
        raise ConflictError(message) from error
    publish_after_commit()
    return addon


def choose(actor: Principal, addon_id: str, wanted: AddonChoice, *, if_match: int | None, origin: Origin) -> Addon:
    """Enable or disable an addon and types of its alerts; alerts of what is disabled close.

    Raises NotPermittedError, NotFoundError, StaleVersionError, InvalidInputError for a type that there is not.
    """
    tenant_id = actor.require(Permission.MANAGE_ADDONS)
    now = clock.now()
    with tenant_session(tenant_id) as connection:
        manifest = _manifest(connection, tenant_id, addon_id)
        _require_known(manifest, wanted.overrides)
        before = addon_store.lock_choice(connection, tenant_id, addon_id)
        require_match(if_match, before.version)
        addon_store.write_choice(connection, tenant_id, addon_id, enabled=wanted.enabled, overrides=wanted.overrides)
        want_assignments(connection, tenant_id, addon_id)
        if not wanted.enabled:
            _end(connection, tenant_id, addon_id, None, "the addon was disabled", now)
        else:
            off = {name for name in manifest.definitions if not _is_enabled(manifest, wanted.overrides, name)}
            _end(connection, tenant_id, addon_id, off, "alerts of this type were disabled", now)
        record_change(
            connection,
            actor=actor,
            origin=origin,
            action="addon.choose",
            subject=addon_id,
            before=_audited(before.enabled, before.overrides),
            after=_audited(wanted.enabled, wanted.overrides),
        )
        addon = _read(connection, tenant_id, addon_id)
    publish_after_commit()
    return addon


def delete_addon(actor: Principal, addon_id: str, *, if_match: int | None, origin: Origin) -> None:
    """Take an addon of the tenant's own away with all its versions; its alerts close.

    Raises NotPermittedError, NotFoundError, StaleVersionError, ConflictError while a source or target names it, and for
    one that comes with Pulse.
    """
    tenant_id = actor.require(Permission.MANAGE_ADDONS)
    if addon_id in built_in_addons():
        message = f"{addon_id} comes with Pulse; disable it instead"
        raise ConflictError(message)
    with tenant_session(tenant_id) as connection:
        manifest = _manifest(connection, tenant_id, addon_id)
        before = addon_store.lock_choice(connection, tenant_id, addon_id)
        require_match(if_match, before.version)
        sources = source_store.names_of_sources(connection, tenant_id, addon_id)
        if sources:
            message = f"it is in use by the inbound sources {', '.join(sources)}; change those first"
            raise ConflictError(message)
        targets = names_of_targets(connection, tenant_id, addon_id)
        if targets:
            message = f"it is in use by the targets {', '.join(targets[:10])}; change those first"
            raise ConflictError(message)
        _end(connection, tenant_id, addon_id, None, "the addon was deleted", clock.now())
        addon_store.delete_addon(connection, tenant_id, addon_id)
        record_change(
            connection,
            actor=actor,
            origin=origin,
            action="addon.delete",
            subject=addon_id,
            before={"addon_version": manifest.version},
        )
    publish_after_commit()


def checked_manifest(document: Mapping[str, Any]) -> Manifest:
    """A manifest that is not too large. Raises InvalidInputError with paths below `manifest`."""
    try:
        size = len(orjson.dumps(document))
    except orjson.JSONEncodeError as error:
        raise InvalidInputError.of([FieldError("manifest", "is nested too deeply")]) from error
    if size > MAX_MANIFEST_BYTES:
        raise InvalidInputError.of([FieldError("manifest", f"has more than {MAX_MANIFEST_BYTES} bytes")])
    try:
        return read_manifest(document)
    except InvalidInputError as error:
        placed = [FieldError(f"manifest.{each.field}".rstrip("."), each.reason) for each in error.errors]
        raise InvalidInputError.of(placed) from error


def _read(connection: Connection, tenant_id: str, addon_id: str) -> Addon:
    manifest = _manifest(connection, tenant_id, addon_id)
    choice = addon_store.find_choices(connection, tenant_id, addon_id).get(addon_id, Choice())
    return Addon(
        **_summary(manifest, choice),
        setup=manifest.method.setup,
        documentation_url=manifest.documentation_url,
        manifest=_document(manifest),
        alerts=[
            AddonAlert(
                type=name,
                title=definition.title,
                category=manifest.category_of(definition).value,
                enabled=_is_enabled(manifest, choice.overrides, name),
                severity=_override(choice.overrides, name).severity or definition.severity.severity,
                severity_field=definition.severity_field,
                override=choice.overrides.get(name),
            )
            for name, definition in manifest.definitions.items()
        ],
    )


def _summary(manifest: Manifest, choice: Choice) -> dict[str, Any]:
    return {
        "addon_id": manifest.id,
        "name": manifest.name,
        "vendor": manifest.vendor,
        "description": manifest.description,
        "addon_version": manifest.version,
        "category": manifest.category.value,
        "method": manifest.method.type,
        "authentication": manifest.method.authentication if isinstance(manifest.method, Webhook) else None,
        "made_by": AddonMaker.BUILT_IN if manifest.id in built_in_addons() else AddonMaker.CUSTOM,
        "enabled": choice.enabled,
        "version": choice.version,
    }


def _manifest(connection: Connection, tenant_id: str, addon_id: str) -> Manifest:
    manifest = addon_store.find_manifest(connection, tenant_id, addon_id)
    if manifest is None:
        raise _not_found(addon_id)
    return manifest


def _end(
    connection: Connection, tenant_id: str, addon_id: str, types: Iterable[str] | None, reason: str, now: datetime
) -> None:
    """Close what the addon has opened, of some of its types or of all."""
    causes = end_causes(connection, tenant_id, addon_id=addon_id, types=types)
    close_alerts(connection, [Closing(tenant_id, cause, reason, now, {}, final=True) for cause in causes])


def _override(overrides: Mapping[str, AlertOverride], name: str) -> AlertOverride:
    return overrides.get(name, AlertOverride())


def _is_enabled(manifest: Manifest, overrides: Mapping[str, AlertOverride], name: str) -> bool:
    chosen = _override(overrides, name).enabled
    return manifest.definitions[name].enabled if chosen is None else chosen


def _require_newer(manifest: Manifest, known: addon_store.Upload | None) -> None:
    """Versions go up, so that one number never stands for two manifests."""
    if known is not None and manifest.numbers <= known.manifest.numbers:
        newest = known.manifest.version
        message = f"{manifest.version} is not above {newest}, the newest version of {manifest.id}; give it a higher one"
        raise ConflictError(message)


def _require_known(manifest: Manifest, overrides: Mapping[str, AlertOverride]) -> None:
    unknown = sorted(overrides.keys() - manifest.definitions.keys())
    if unknown:
        raise InvalidInputError.of([FieldError(f"overrides.{name}", "is no alert of this addon") for name in unknown])


def _audited(enabled: bool, overrides: Mapping[str, AlertOverride]) -> dict[str, Any]:
    return {
        "enabled": enabled,
        "overrides": {name: override.model_dump(mode="json") for name, override in overrides.items()},
    }


def _document(manifest: Manifest) -> dict[str, Any]:
    return manifest.model_dump(mode="json", exclude_unset=True)


def _not_found(addon_id: str) -> NotFoundError:
    return NotFoundError(f"there is no addon {addon_id}")
