"""Addons of the caller's tenant. What reads manifests is heavy, and imported by whoever needs it."""

from http import HTTPStatus
from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Body
from pydantic import Field, StringConstraints

from pulse.api.etags import IfMatch
from pulse.api.request import origin, principal, tenant
from pulse.api.routes import Routes
from pulse.api.types import Name
from pulse.identity.permissions import Permission
from pulse.inbound.addon import Addon, AddonChoice, AddonSummary, AddonTrial, AddonVersion, TrialWish
from pulse.inbound.override import AlertOverride
from pulse.models import Input, Model

routes = Routes("Addons")
_CONFLICT = (HTTPStatus.CONFLICT,)
_ADDON = "/customer/addons/<addon_id>"
_Text = Annotated[str, StringConstraints(max_length=131_072)]


class AddonList(Model):
    """Every addon."""

    items: list[AddonSummary]


class AddonVersions(Model):
    """The versions of an addon."""

    items: list[AddonVersion]


class ChooseAddon(Input):
    """What the tenant wants of an addon."""

    enabled: bool
    overrides: dict[Name, AlertOverride] = Field({}, max_length=200, description="By type of alert")


class UploadAddon(Input):
    """An addon of the tenant's own."""

    manifest: dict[str, Any] = Field(description="By the schema in docs/addons, at most 64 KiB")


class TryAddon(Input):
    """A payload, and what to read it with: an addon that there is, or a manifest that may become one."""

    addon_id: Name | None = None
    manifest: dict[str, Any] | None = None
    payload: _Text = Field(description="As the sender would send it")
    query: dict[Name, Name] = Field({}, max_length=50, description="What would stand in the address's query")
    source_address: Name | None = None
    question: Name | None = Field(
        None, description="Of an addon that polls: the request or command that the payload answers; else the first"
    )


@routes.get("/customer/addons", permission=Permission.READ_ADDONS)
def list_addons() -> AddonList:
    """List every addon that can be used, by name: those that come with Pulse, and the tenant's own."""
    from pulse.inbound import managing_addons

    return AddonList(items=managing_addons.list_addons(tenant()))


@routes.post("/customer/addons", permission=Permission.MANAGE_ADDONS, also=_CONFLICT, status=HTTPStatus.CREATED)
def upload_addon(body: Annotated[UploadAddon, Body()]) -> Addon:
    """Upload an addon of the tenant's own, or its next version, which holds from then on.

    Unknown keys and whatever does not fit together are refused with their places. Alerts of types that the new version
    does not have close.
    """
    from pulse.inbound import managing_addons

    return managing_addons.upload_addon(principal(), body.manifest, origin=origin())


@routes.post("/customer/addon-trials", permission=Permission.MANAGE_ADDONS, also=(HTTPStatus.NOT_FOUND,))
def try_addon(body: Annotated[TryAddon, Body()]) -> AddonTrial:
    """Read a payload with an addon, and see what it would raise and clear. Nothing is kept.

    What is wrong with the payload is in the answer, which is 200 all the same.
    """
    from pulse.inbound.trials import try_addon

    payload, query = body.payload.encode(), dict(body.query)
    wish = TrialWish(body.addon_id, body.manifest, payload, query, body.source_address, body.question)
    return try_addon(principal(), wish)


@routes.get(_ADDON, permission=Permission.READ_ADDONS)
def get_addon(addon_id: Name) -> Addon:
    """Read an addon: its manifest, and what the tenant has made of it."""
    from pulse.inbound import managing_addons

    return managing_addons.get_addon(tenant(), addon_id)


@routes.put(_ADDON, permission=Permission.MANAGE_ADDONS)
def choose_addon(addon_id: Name, body: Annotated[ChooseAddon, Body()], if_match: IfMatch = None) -> Addon:
    """Enable or disable an addon, and choose for types of its alerts whether they are wanted and how severe they are.

    Alerts of what is disabled close. A severity that is chosen holds for alerts that are opened from then on.
    """
    from pulse.inbound import managing_addons

    wanted = AddonChoice(body.enabled, dict(body.overrides))
    return managing_addons.choose(principal(), addon_id, wanted, if_match=if_match, origin=origin())


@routes.delete(_ADDON, permission=Permission.MANAGE_ADDONS, also=_CONFLICT)
def delete_addon(addon_id: Name, if_match: IfMatch = None) -> None:
    """Delete an addon of the tenant's own with all its versions; its alerts close.

    One that an inbound source names answers 409, and so does one that comes with Pulse.
    """
    from pulse.inbound import managing_addons

    managing_addons.delete_addon(principal(), addon_id, if_match=if_match, origin=origin())


@routes.get(f"{_ADDON}/versions", permission=Permission.READ_ADDONS)
def list_addon_versions(addon_id: Name) -> AddonVersions:
    """List the versions of an addon of the tenant's own, the newest first; the last 20 are kept."""
    from pulse.inbound import managing_addons

    return AddonVersions(items=managing_addons.list_versions(tenant(), addon_id))
