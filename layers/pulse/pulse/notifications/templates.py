"""Templates that customers write: Jinja's expressions without anything that could run long or reach out.

There are conditions and no loops, and few filters, none of which makes much out of little; so the time is bounded by
the length of the template. Variables are those of `Notice.variables`.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError, nodes
from jinja2.meta import find_undeclared_variables
from jinja2.sandbox import ImmutableSandboxedEnvironment
from pydantic.config import JsonDict

from pulse.notifications.notice import VARIABLE_NAMES

MAXIMUM_TEMPLATE_LENGTH: Final = 10_000
MAXIMUM_TEXT_LENGTH: Final = 64 * 1024
VARIABLES_IN_SCHEMA: Final[JsonDict] = {"variables": [*sorted(VARIABLE_NAMES)]}
"""What the JSON schema of a template adds: the variables that a form can offer."""
_FILTERS: Final = frozenset(
    {"capitalize", "d", "default", "float", "int", "length", "lower", "round", "tojson", "trim", "truncate", "upper"}
)
_TESTS: Final = frozenset({"defined", "undefined", "none", "number", "string", "mapping", "boolean"})
_MAXIMUM_FILTERS_IN_A_ROW: Final = 3
_ALLOWED: Final = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.CondExpr, nodes.Name, nodes.Const, nodes.Getattr,
    nodes.Getitem, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Test, nodes.Filter, nodes.Concat,
    nodes.Add, nodes.Sub, nodes.Neg, nodes.Keyword,
)  # fmt: skip


class BadTemplateError(ValueError):
    """A template can't be used; the message says where and why."""


def check_template(source: str) -> str:
    """The template, as it is. Raises BadTemplateError for one that could not be used for some notice."""
    _compiled(source)
    return source


def render(source: str, variables: Mapping[str, Any]) -> str:
    """The template's text. Raises BadTemplateError, also for a detail that this alert does not have."""
    try:
        text = _compiled(source).render(variables)
    except (TemplateError, ArithmeticError, TypeError, ValueError) as error:
        message = f"the template can't be filled in: {error}"
        raise BadTemplateError(message) from error
    if len(text) > MAXIMUM_TEXT_LENGTH:
        message = f"the template makes more than {MAXIMUM_TEXT_LENGTH} characters"
        raise BadTemplateError(message)
    return text


@lru_cache(maxsize=256)
def _compiled(source: str) -> Template:
    if len(source) > MAXIMUM_TEMPLATE_LENGTH:
        message = f"a template has at most {MAXIMUM_TEMPLATE_LENGTH} characters"
        raise BadTemplateError(message)
    try:
        tree = _ENVIRONMENT.parse(source)
        _check(tree)
        return _ENVIRONMENT.from_string(tree)
    except TemplateSyntaxError as error:
        message = f"line {error.lineno}: {error.message}"
        raise BadTemplateError(message) from error
    except RecursionError as error:
        message = "the template is nested too deeply"
        raise BadTemplateError(message) from error


def _check(tree: nodes.Template) -> None:
    for node in tree.find_all(nodes.Node):
        if not isinstance(node, _ALLOWED):
            message = f"line {node.lineno}: {type(node).__name__} is not available in templates"
            raise BadTemplateError(message)
    for name in (node.attr for node in tree.find_all(nodes.Getattr) if node.attr.startswith("_")):
        message = f"there is no {name}"
        raise BadTemplateError(message)
    for name in sorted(find_undeclared_variables(tree) - VARIABLE_NAMES):
        message = f"there is no variable {name}; there are {', '.join(sorted(VARIABLE_NAMES))}"
        raise BadTemplateError(message)
    for name in (node.name for node in tree.find_all(nodes.Filter) if node.name not in _FILTERS):
        message = f"there is no filter {name}; there are {', '.join(sorted(_FILTERS))}"
        raise BadTemplateError(message)
    for name in (node.name for node in tree.find_all(nodes.Test) if node.name not in _TESTS):
        message = f"there is no test {name}; there are {', '.join(sorted(_TESTS))}"
        raise BadTemplateError(message)
    # Each may lengthen what it is given by a factor.
    for node in tree.find_all(nodes.Filter):
        if sum(1 for _ in node.find_all(nodes.Filter)) >= _MAXIMUM_FILTERS_IN_A_ROW:
            message = f"line {node.lineno}: at most {_MAXIMUM_FILTERS_IN_A_ROW} filters in a row"
            raise BadTemplateError(message)


_ENVIRONMENT: Final = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False, cache_size=0)
