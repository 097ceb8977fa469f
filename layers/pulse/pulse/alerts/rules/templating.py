"""Making rules from templates, several at once."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from pulse.alerts.rules.alert_rule import Scope
from pulse.alerts.rules.definition import AlertRuleView
from pulse.alerts.rules.editing import enter_rule
from pulse.alerts.rules.templates import TEMPLATES
from pulse.database import tenant_session
from pulse.devices.scoping import require_known
from pulse.errors import FieldError, InvalidInputError
from pulse.identity.permissions import Permission
from pulse.identity.principal import Origin, Principal


class Applied(NamedTuple):
    """The rules that were made, and the templates that were left out: a rule of that name exists."""

    created: list[AlertRuleView]
    skipped: list[str]


def apply_templates(
    actor: Principal, template_ids: Sequence[str], *, metrics: Mapping[str, str], scope: Scope, origin: Origin
) -> Applied:
    """Make a rule from each template, all for one scope; `metrics` renames metrics of templates to the tenant's own.

    Raises NotPermittedError, InvalidInputError for a template that does not exist, a scope that names what does not or
    a metric that no template has, ConflictError when there are too many rules; then none is made.
    """
    tenant_id = actor.require(Permission.MANAGE_ALERT_RULES)
    if unknown := [name for name in template_ids if name not in TEMPLATES]:
        reason = f"there is no template {', '.join(unknown)}; there are {', '.join(TEMPLATES)}"
        raise InvalidInputError(reason, errors=(FieldError("template_ids", reason),))
    known = {metric for template_id in template_ids for metric in TEMPLATES[template_id].criterion.metrics}
    if strange := sorted(metrics.keys() - known):
        reason = f"no template that is applied looks at {', '.join(strange)}; they look at {', '.join(sorted(known))}"
        raise InvalidInputError(reason, errors=(FieldError("metrics", reason),))
    created: list[AlertRuleView] = []
    skipped: list[str] = []
    with tenant_session(tenant_id) as connection:
        require_known(connection, tenant_id, scope, field="scope")
        for template_id in dict.fromkeys(template_ids):
            definition = TEMPLATES[template_id].as_definition(metrics=metrics, scope=scope)
            rule = enter_rule(connection, tenant_id, definition, actor=actor, origin=origin)
            if rule is None:
                skipped.append(template_id)
            else:
                created.append(rule)
    return Applied(created, skipped)
