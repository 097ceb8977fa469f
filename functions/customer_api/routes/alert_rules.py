"""Alert rules of the caller's tenant."""

from pulse.alerts import rule_queries
from pulse.alerts.rule_queries import AlertRuleView, RulePosition
from pulse.api.paging import DEFAULT_LIMIT, CountedPage, Cursor, CursorText, Limit
from pulse.api.request import tenant
from pulse.api.routes import Routes
from pulse.identity.permissions import Permission

routes = Routes("Alert rules")
_CURSOR = Cursor(RulePosition)


class AlertRulePage(CountedPage[AlertRuleView]):
    """A page of alert rules."""


@routes.get("/customer/alert-rules", permission=Permission.READ_ALERT_RULES)
def list_alert_rules(limit: Limit = DEFAULT_LIMIT, cursor: CursorText = None) -> AlertRulePage:
    """List alert rules by name, enabled or not."""
    page = rule_queries.list_alert_rules(tenant(), limit=limit, after=_CURSOR.decode(cursor))
    return AlertRulePage(items=page.rules, next_cursor=_CURSOR.encode(page.next_position), total=page.total)
