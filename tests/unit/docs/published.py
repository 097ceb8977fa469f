"""Finds in the code which events it publishes, without running it.

An event is made by `Event(tenant_id, event_type, payload)`. Its type is text, or `f"alert.{event}"`, where `event` is a
parameter of the function or a field of a value that is made nearby; then whatever any module passes there counts.
"""

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

DOMAIN = Path("layers/pulse/pulse")


@cache
def published_types() -> dict[str, set[Path]]:
    """Each event type, and the modules that publish it."""
    found: dict[str, set[Path]] = {}
    for path in sorted([*DOMAIN.rglob("*.py"), *Path("functions").rglob("*.py")]):
        tree = _parse(path)
        for call in _calls(tree, "Event"):
            for event_type in _texts(tree, _argument(call, 1, "event_type"), path):
                found.setdefault(event_type, set()).add(path)
    return found


def literal_payload(event_type: str) -> set[str] | None:
    """Field names of a payload that is written out where the event is made; None when it is not."""
    for path in published_types()[event_type]:
        tree = _parse(path)
        for call in _calls(tree, "Event"):
            kind, payload = _argument(call, 1, "event_type"), _argument(call, 2, "payload")
            if isinstance(kind, ast.Constant) and kind.value == event_type:
                return _fields(tree, payload)
    return None


def _fields(tree: ast.Module, payload: ast.expr | None) -> set[str] | None:
    """Field names of a dictionary, or of the one that a function of the module returns, taken up ones included."""
    if isinstance(payload, ast.Call) and isinstance(payload.func, ast.Name):
        returned = [
            statement.value
            for function in tree.body
            if isinstance(function, ast.FunctionDef) and function.name == payload.func.id
            for statement in function.body
            if isinstance(statement, ast.Return)
        ]
        return _fields(tree, returned[0]) if len(returned) == 1 else None
    if not isinstance(payload, ast.Dict):
        return None
    fields: set[str] = set()
    for key, value in zip(payload.keys, payload.values, strict=True):
        taken_up = _fields(tree, value) if key is None else {str(key.value)} if isinstance(key, ast.Constant) else set()
        if taken_up is None:
            return None
        fields |= taken_up
    return fields


def _calls(tree: ast.AST, name: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
            yield node


@cache
def _calls_in_the_domain() -> Mapping[str, list[ast.Call]]:
    """Every call in the domain, by the name that is called."""
    found: defaultdict[str, list[ast.Call]] = defaultdict(list)
    for path in sorted(DOMAIN.rglob("*.py")):
        for node in ast.walk(_parse(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                found[node.func.id].append(node)
    return found


@cache
def _parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def _argument(call: ast.Call, position: int, name: str) -> ast.expr:
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    return call.args[position]


def _texts(tree: ast.AST, expression: ast.expr, path: Path) -> set[str]:
    match expression:
        case ast.Constant(value=str(text)):
            return {text}
        case ast.JoinedStr(values=[ast.Constant(value=str(prefix)), ast.FormattedValue(value=ast.Name(id=name))]):
            return {prefix + text for text in _passed(tree, name)}
        case ast.JoinedStr(
            values=[ast.Constant(value=str(prefix)), ast.FormattedValue(value=ast.Attribute(attr=name))]
        ):
            return {prefix + text for text in _passed(tree, name)}
    message = (
        f"{path}:{expression.lineno}: write the event type so that it can be found: as text, or f'prefix.{{name}}'"
    )
    raise AssertionError(message)


def _passed(tree: ast.AST, name: str) -> set[str]:
    """Texts that are passed as the parameter, or set as the field, of that name in a module."""
    passed: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef():
                names = [argument.arg for argument in node.args.args]
            case ast.ClassDef():
                names = [
                    field.target.id
                    for field in node.body
                    if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
                ]
            case _:
                continue
        if name in names:
            calls = _calls_in_the_domain()[node.name]
            values = (_argument(call, names.index(name), name) for call in calls)
            passed |= {
                value.value for value in values if isinstance(value, ast.Constant) and isinstance(value.value, str)
            }
    return passed
