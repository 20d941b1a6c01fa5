"""What an answer must hold: see README.md in the folder above."""

import re
from datetime import datetime
from typing import Any

_TIME = re.compile(r"\d{4}-\d\d-\d\dT[\d:]+(\.\d+)?(Z|[+-]\d\d:\d\d)")
_UNSET: tuple[Any, ...] = (None, 0, "0", "", False, [], {})


def difference(expected: Any, got: Any, path: str = "answer") -> str:
    """Why `got` does not hold what is expected; empty if it does."""
    if expected is None:
        return f"{path} is {got!r}" if _is_set(got) else ""
    if isinstance(expected, dict):
        return _of_object(expected, got, path)
    if isinstance(expected, list):
        return _of_list(expected, got, path)
    if expected == "*":
        return "" if _is_set(got) else f"{path} is not set"
    return "" if _holds(expected, got) else f"{path} is {got!r} where {expected!r} is expected"


def _of_object(expected: dict[str, Any], got: Any, path: str) -> str:
    if not isinstance(got, dict):
        return f"{path} is {got!r} and no object" if expected or _is_set(got) else ""
    found = (difference(it, got.get(name), f"{path}.{name}") for name, it in expected.items())
    return next(filter(None, found), "")


def _of_list(expected: list[Any], got: Any, path: str) -> str:
    got = [] if got is None else got
    if not isinstance(got, list) or len(got) != len(expected):
        return f"{path} is {got!r}, not a list of {len(expected)}"
    pairs = enumerate(zip(expected, got, strict=True))
    found = (difference(one, other, f"{path}[{i}]") for i, (one, other) in pairs)
    return next(filter(None, found), "")


def _holds(expected: Any, got: Any) -> bool:
    if isinstance(expected, str) and expected.startswith("!"):
        return _is_set(got) and _text(got) != expected[1:]
    if isinstance(expected, str) and expected.startswith("^"):
        return isinstance(got, str) and got.startswith(expected[1:])
    return _same(expected, got)


def _is_set(value: Any) -> bool:
    is_zero = isinstance(value, str) and value.endswith("_UNSPECIFIED")
    return not is_zero and value not in _UNSET


def _same(expected: Any, got: Any) -> bool:
    if isinstance(expected, str) and isinstance(got, str) and _TIME.fullmatch(expected):
        return bool(_TIME.fullmatch(got)) and _instant(expected) == _instant(got)
    if _text(expected) == _text(got):
        return True
    try:
        return float(expected) == float(got)
    except (TypeError, ValueError):
        return False


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
