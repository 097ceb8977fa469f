"""Is the system well?"""

from http import HTTPStatus

from pulse.api.routes import PUBLIC, Routes
from pulse.operations.health import Health, check_health

routes = Routes("Health")


@routes.get("/health", permission=PUBLIC, also=(HTTPStatus.SERVICE_UNAVAILABLE,))
def get_health() -> Health:
    """Tell whether the system can serve.

    Needs no token. Answers 503 while the database does not.
    """
    return check_health()
