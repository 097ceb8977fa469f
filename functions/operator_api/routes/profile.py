"""Who am I, and where am I signed in?"""

from http import HTTPStatus

from pulse.api.request import origin, principal
from pulse.api.routes import Routes
from pulse.api.types import Name
from pulse.identity import sessions
from pulse.identity.permissions import Permission
from pulse.identity.profile import Profile, look_at_own_profile
from pulse.identity.sessions import SessionList

routes = Routes("Operator: profile")


@routes.get("/operator/me", permission=Permission.OPERATOR_READ_PROFILE)
def get_profile() -> Profile:
    """Tell who is calling and what they may do."""
    return look_at_own_profile(principal(), origin=origin())


@routes.get("/operator/me/sessions", permission=Permission.OPERATOR_READ_PROFILE)
def list_own_sessions() -> SessionList:
    """List where the caller is signed in, the last used session first."""
    return sessions.list_own_sessions(principal(), origin=origin())


@routes.delete("/operator/me/sessions/<own_session_id>", permission=Permission.OPERATOR_SIGN_OUT)
def end_own_session(own_session_id: Name) -> None:
    """End one of the caller's sessions, within a minute."""
    sessions.end_own_session(principal(), own_session_id, origin=origin())


@routes.post(
    "/operator/me/sign-out",
    permission=Permission.OPERATOR_SIGN_OUT,
    status=HTTPStatus.NO_CONTENT,
    also=(HTTPStatus.NOT_FOUND,),
)
def sign_out_everywhere() -> None:
    """End all of the caller's sessions, within a minute, this one too."""
    sessions.sign_out_everywhere(principal(), origin=origin())
