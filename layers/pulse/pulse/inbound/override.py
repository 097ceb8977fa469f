"""What a tenant says of a type of alert in the place of its addon. Pure."""

from pulse.alerts.severity import Severity
from pulse.models import Input


class AlertOverride(Input):
    """None leaves it as the addon has it; a severity holds whatever a message says."""

    enabled: bool | None = None
    severity: Severity | None = None
