"""The test bench: what an addon makes of a payload. Nothing is opened, closed or kept."""

from typing import Any

from pulse import clock
from pulse.database import tenant_session
from pulse.errors import FieldError, InvalidInputError, NotFoundError
from pulse.identity.permissions import Permission
from pulse.identity.principal import Principal
from pulse.inbound import addon_store
from pulse.inbound.addon import AddonTrial, TrialDevice, TrialEvent, TrialIgnored, TrialWish
from pulse.inbound.addon_store import Choice
from pulse.inbound.managing_addons import checked_manifest
from pulse.inbound.methods import ApiPoll, Method, SnmpPoll, SshPoll, question_names
from pulse.inbound.reading import Clear, Delivery, Raise, read
from pulse.inbound.record import PayloadError


def try_addon(actor: Principal, wish: TrialWish) -> AddonTrial:
    """Read a payload with an addon as it holds for the tenant, or with a manifest as it is.

    What is wrong with the payload is in the answer. Raises NotPermittedError, NotFoundError, InvalidInputError for a
    manifest that is none.
    """
    tenant_id = actor.require(Permission.MANAGE_ADDONS)
    if wish.manifest is not None:
        manifest, choice = checked_manifest(wish.manifest), Choice()
    else:
        addon_id = wish.addon_id or ""
        with tenant_session(tenant_id) as connection:
            found = addon_store.find_manifest(connection, tenant_id, addon_id)
            choice = addon_store.find_choices(connection, tenant_id, addon_id).get(addon_id, Choice())
        if found is None:
            message = f"there is no addon {addon_id}"
            raise NotFoundError(message)
        manifest = found
    polled = _polled(manifest.method, wish) or {}
    delivery = Delivery(wish.payload, clock.now(), wish.source_address, wish.query, polled)
    try:
        reading = read(manifest, delivery, choice.overrides)
    except PayloadError as error:
        return AddonTrial(ok=False, error=str(error), events=[], ignored=[])
    return AddonTrial(
        ok=True,
        error=None,
        events=[_shown(event) for event in reading.events],
        ignored=[TrialIgnored(reason=each.reason, fields=each.fields) for each in reading.ignored],
    )


def _polled(method: Method, wish: TrialWish) -> dict[str, str] | None:
    """What an answer to a poll would come with. Raises InvalidInputError for a question that is not asked."""
    if not isinstance(method, SnmpPoll | ApiPoll | SshPoll):
        return None
    names = question_names(method)
    question = wish.question or names[0]
    if question not in names:
        raise InvalidInputError.of([FieldError("question", f"is not asked; there are {', '.join(names)}")])
    return {"question": question, "target_name": "target", "target_address": wish.source_address or ""}


def _shown(event: Raise | Clear) -> TrialEvent:
    told: dict[str, Any] = {
        "kind": "RAISE" if isinstance(event, Raise) else "CLEAR",
        "type": event.type,
        "fingerprint": event.fingerprint,
        "device": TrialDevice(**event.device._asdict()),
        "occurred_at": event.occurred_at,
    }
    if isinstance(event, Raise):
        told |= {
            "severity": event.severity,
            "category": event.category.value,
            "summary": event.summary,
            "description": event.description,
            "fields": event.fields,
        }
    return TrialEvent(**told)
