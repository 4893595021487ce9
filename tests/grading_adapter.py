"""Turns a table's `rule` and `response` into our question and answer, and returns what the engine gives.

No grading happens here: every number comes from the product's own functions. Where a rule of the table is
named, but our own default differs (rules D), the option that gives the named rule is passed.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from learnapp.gradebook import combining
from learnapp.quizzes.domain import kept, mapping, regions
from learnapp.quizzes.domain.authored import number
from learnapp.quizzes.domain.certainty import marks
from learnapp.quizzes.domain.scoring import share
from learnapp.quizzes.domain.tries import (
    DEFAULT_PENALTY,
    Behaviour,
    Try,
    gap_counted_back,
    part_counted_back,
    score,
    weighted_mean,
)
from learnapp.quizzes.types import type_named

Rule = Mapping[str, Any]
Result = Fraction | None
WORDS = {"text": "-", "reason": "-"}
MULTI = {"right_minus_wrong": "balanced", "right_minus_dock": "dock"}
SHAPES = {"rectangle": "rect", "poly": "polygon"}


def grade(rule: Rule, response: Any) -> float | None:
    """Return the fraction that our engine gives for a rule of the tables; None when a person must grade."""
    found = RULES[rule["type"]](rule, response)
    return None if found is None else float(found)


def _by_type(name: str, data: Mapping[str, Any], answer: Any) -> Result:
    kind = type_named(name)
    return kind.grade(kind.parse({"v": 1, **data}), answer).fraction


def _exact(value: Any) -> Fraction:
    found = value if isinstance(value, Fraction) else number(value)
    if found is None:
        raise ValueError(f"not a number: {value!r}")
    return found


def _or(value: Any, otherwise: Any = None) -> Any:
    return otherwise if value is None else _exact(value)


# --- questions -------------------------------------------------------------------------------------------


def _options(rule: Rule) -> list[dict[str, Any]]:
    weights = rule.get("weights") or {}
    return [_option(key, worth, weights.get(key), rule.get("method")) for key, worth in rule["options"].items()]


def _option(key: str, worth: Any, weight: Any, method: str | None) -> dict[str, Any]:
    if isinstance(worth, Mapping):
        weight = worth.get("weight", weight)
        worth = worth.get("fraction", int(bool(worth.get("right", worth.get("correct", False)))))
    value = _exact(worth)
    if method == "weighted" and weight is None:
        weight = abs(value)
    fraction = value if method in (None, "sum") else Fraction(value > 0)
    option = {"id": key, "fraction": str(fraction), **WORDS}
    return option if weight is None else option | {"weight": str(_exact(weight))}


def _single(rule: Rule, response: Any) -> Result:
    return _by_type("choice", {"options": _options(rule)}, None if response is None else {"choice": response})


def _true_false(rule: Rule, response: Any) -> Result:
    data = {"answer": rule["correct"], "reasons": {"true": "-", "false": "-"}}
    return _by_type("true_false", data, None if response is None else {"choice": str(response).lower()})


def _multi(rule: Rule, response: Any) -> Result:
    method = rule.get("method", "sum")
    options = _options({**rule, "method": method})
    data: dict[str, Any] = {"options": options, "scoring": MULTI.get(method, method)}
    data["none_right"] = not any(_exact(option["fraction"]) > 0 for option in options)
    data["blank_is_zero"] = rule.get("blank_is_zero", False)
    dock = rule.get("dock", rule.get("incorrect_dock"))
    if dock is not None:
        data["dock"] = str(_exact(dock) / _or(rule.get("points"), 1))
    threshold = rule.get("pass_percent", rule.get("pass_percentage", rule.get("passPercentage")))
    if rule.get("single_point", rule.get("singlePoint", threshold is not None)):
        data["pass_percent"] = str(_or(threshold, Fraction(100)))
    return _by_type("multiple", data, {"choices": list(response or [])})


def _match(rule: Rule, response: Any) -> Result:
    choices = list(dict.fromkeys([*map(str, rule["pairs"].values()), *map(str, rule.get("choices", ()))]))
    data = {
        "pairs": [{"id": left, "choice": str(right), **WORDS} for left, right in rule["pairs"].items()],
        "choices": [{"id": choice, "text": "-"} for choice in choices],
        "choose": "-",
        "scoring": "all_or_nothing" if rule.get("method") == "all_or_nothing" else "pairs",
    }
    given = {left: str(right) for left, right in (response or {}).items() if right is not None}
    return _by_type("matching", data, {"pairs": given})


def _ordering(rule: Rule, response: Any) -> Result:
    items = [{"id": key, **WORDS} for key in rule["correct"]]
    times = Counter(response or ())
    places = {key: place for place, key in enumerate(response or (), 1) if times[key] == 1}
    data = {"items": items, "scoring": rule.get("method", "relative_to_correct")}
    return _by_type("ordering", data, {"places": places})


def _numeric_data(rule: Rule) -> dict[str, Any]:
    answers = []
    for each in rule["answers"]:
        kind = {"nominal": "absolute"}.get(each.get("kind", "nominal"), each.get("kind"))
        tolerance = {"kind": kind, "amount": each.get("tolerance", 0)}
        answers.append({"value": each["value"], "tolerance": tolerance, "fraction": each.get("fraction", 1)})
    data: dict[str, Any] = {"answers": answers, "reason": "-", "otherwise": "-"}
    if rule.get("units"):
        data |= {"units": rule["units"], "units_before": rule.get("units_before", False)}
    penalty = rule.get("unit_penalty")
    if penalty is not None:
        data["unit_penalty"] = penalty if isinstance(penalty, Mapping) else {"share": penalty, "of": "response"}
    return data


def _numeric(rule: Rule, response: Any) -> Result:
    return _by_type("numeric", _numeric_data(rule), _typed(response))


def _typed(response: Any) -> Any:
    return None if response is None or not str(response).strip() else {"text": str(response)}


def _short_data(rule: Rule) -> dict[str, Any]:
    names = ("case_sensitive", "ignore_accents", "ignore_punctuation", "collapse_spaces", "typos")
    data: dict[str, Any] = {"collapse_spaces": False} | {name: rule[name] for name in names if name in rule}
    data["fold_width"] = rule.get("width", False) not in (False, None, "exact", "keep", "strict", "sensitive")
    data["answers"] = [
        {"text": each, "fraction": 1} if isinstance(each, str) else {"fraction": 1, **each} for each in rule["answers"]
    ]
    return data | {"reason": "-", "otherwise": "-"}


def _short(rule: Rule, response: Any) -> Result:
    return _by_type("short_text", _short_data(rule), _typed(response))


def _cloze(rule: Rule, response: Any) -> Result:
    """Ask as one cloze where its gaps can hold the parts; other parts are graded each by itself."""
    parts = rule["parts"]
    if any(part["rule"]["type"] not in GAPS or part["rule"].get("units") for part in parts.values()):
        graded = [(grade_exact(part["rule"], (response or {}).get(key)), part) for key, part in parts.items()]
        if any(fraction is None for fraction, _part in graded):
            return None
        return weighted_mean([(fraction or Fraction(0), _or(part.get("weight"), 1)) for fraction, part in graded])
    ids = {key: f"gap-{n}" for n, key in enumerate(parts)}
    gaps = [_gap(ids[key], part) for key, part in parts.items()]
    said = {ids[key]: value for key, value in (response or {}).items() if key in ids and value is not None}
    given = {"gaps": {key: _gap_answer(value) for key, value in said.items()}}
    return _by_type("cloze", {"text": " ".join(f"[[{key}]]" for key in ids.values()), "gaps": gaps}, given)


def _gap(key: str, part: Rule) -> dict[str, Any]:
    return {"id": key, "weight": part.get("weight", 1), **GAPS[part["rule"]["type"]](part["rule"])}


def _gap_answer(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _choice_gap(rule: Rule) -> dict[str, Any]:
    return {"kind": "choice", "options": _options(rule), "choose": "-"}


def _truth_gap(rule: Rule) -> dict[str, Any]:
    worth = {"true": int(rule["correct"] is True), "false": int(rule["correct"] is False)}
    return _choice_gap({"options": worth})


GAPS: Mapping[str, Callable[[Rule], dict[str, Any]]] = {
    "short": lambda rule: {"kind": "text", **_short_data(rule)},
    "numeric": lambda rule: {"kind": "number", **_numeric_data(rule)},
    "single": _choice_gap,
    "truefalse": _truth_gap,
}


# --- maps and places -------------------------------------------------------------------------------------


def _qti_map(rule: Rule, response: Any) -> Result:
    worth = {key: _exact(value) for key, value in rule["map"].items()}
    upper, lower = _or(rule.get("upper")), _or(rule.get("lower"))
    most = _or(rule.get("max"), upper if upper is not None else Fraction(1))
    default = _or(rule.get("default"), Fraction(0))
    return mapping.mapped(response, worth, maximum=most, default=default, lower=lower, upper=upper)


def _areas(areas: Sequence[Any]) -> list[Any]:
    return [{**area, "shape": SHAPES.get(area["shape"], area["shape"])} for area in areas]


def _area_map(rule: Rule, response: Any) -> Result:
    names = ("default", "lower", "upper")
    given = {name: rule[name] for name in names if rule.get(name) is not None}
    return regions.area_map(response, _areas(rule["areas"]), maximum=rule.get("max", 1), **given)


def _markers(rule: Rule, response: Any) -> Result:
    names = ("places", "areas", "targets", "zones")
    places = next(rule[name] for name in names if name in rule)
    listed = list(places.values()) if isinstance(places, Mapping) else places
    return regions.markers(response or [], _areas(listed))


# --- behaviours ------------------------------------------------------------------------------------------


def _cbm(_rule: Rule, response: Any) -> Result:
    return marks(_or(response.get("fraction"), Fraction(0)), response.get("certainty"))


def _behaviour(name: str) -> Behaviour:
    plain = name.lower().replace("_", "").replace("-", "").replace(" ", "")
    known = {behaviour.value.replace("_", ""): behaviour for behaviour in Behaviour}
    return known.get(plain, Behaviour.INTERACTIVE if plain.startswith("interactive") else Behaviour.DEFERRED)


def _tries(rule: Rule, response: Any) -> Result:
    tries = [Try(each.get("answer"), _or(each.get("raw")), bool(each.get("checked", True))) for each in response or ()]
    hints = rule.get("hints", max(0, rule.get("tries", 1) - 1))
    penalty = _or(rule.get("penalty"), DEFAULT_PENALTY)
    return score(_behaviour(rule["behaviour"]), tries, hints if isinstance(hints, int) else len(hints), penalty)


def _countback(rule: Rule, response: Any) -> Result:
    """Read the tries, oldest first, as {part: [(answer, fraction), ...]}, and count each part back."""
    named = [rule.get(name) for name in ("kind", "of", "mode", "method", "style", "form", "question")]
    cloze = "cloze" in named or ("cloze" in rule and rule["cloze"] is not False)
    penalty = _or(rule.get("penalty"), DEFAULT_PENALTY)
    key = next((rule[name] for name in ("parts", "cloze", "pairs") if isinstance(rule.get(name), Mapping)), {})
    graded = []
    for part, cells in _columns(response).items():
        said = [_cell(cell, key.get(part)) for cell in cells]
        weight = key[part].get("weight", 1) if isinstance(key.get(part), Mapping) else 1
        right = [fraction == 1 for _answer, fraction in said]
        one = gap_counted_back(said, penalty) if cloze else part_counted_back(right, penalty)
        graded.append((one, _exact((rule.get("weights") or {}).get(part, weight))))
    return weighted_mean(graded) if graded else None


def _columns(response: Any) -> dict[Any, list[Any]]:
    if isinstance(response, Mapping):
        return {part: list(cells) if isinstance(cells, list) else [cells] for part, cells in response.items()}
    rows = [dict(enumerate(row)) if isinstance(row, list) else row for row in response or ()]
    return {part: [row.get(part) for row in rows] for part in dict.fromkeys(part for row in rows for part in row)}


def _cell(cell: Any, key: Any) -> tuple[Any, Fraction]:
    """Return (answer, fraction) of one part in one try: said outright, or graded by the part's own rule."""
    if isinstance(cell, Mapping):
        worth = next((cell[name] for name in ("fraction", "raw", "right", "correct") if name in cell), 0)
        return cell.get("answer", worth), _exact(int(worth) if isinstance(worth, bool) else worth)
    if isinstance(cell, list | tuple):
        return cell[0], _exact(int(cell[1]) if isinstance(cell[1], bool) else cell[1])
    if isinstance(key, Mapping):
        return cell, grade_exact(key.get("rule", key), cell) or Fraction(0)
    if isinstance(key, str):
        return cell, grade_exact({"type": "match", "pairs": {"part": key}}, {"part": cell}) or Fraction(0)
    return cell, _exact(int(cell) if isinstance(cell, bool) else cell or 0)


def grade_exact(rule: Rule, response: Any) -> Result:
    """Return the exact fraction; see `grade`."""
    return RULES[rule["type"]](rule, response)


# --- several attempts, and the gradebook -----------------------------------------------------------------


def _attempts(rule: Rule, response: Any) -> Result:
    mark = kept.overall([_or(each) for each in response or ()], rule.get("method", "highest"))
    if "sum" not in rule:
        return mark
    return kept.scaled(mark, _exact(rule["sum"]), _exact(rule.get("grade", rule["sum"])))


def _gradebook(rule: Rule, response: Any) -> Result:
    rows = list(response.values()) if isinstance(response, Mapping) else list(response or ())
    about = rule.get("items") or [{}] * len(rows)
    about = list(about.values()) if isinstance(about, Mapping) else list(about)
    method = rule.get("method", "mean")
    total = combining.combine(
        [_entry(row, extra) for row, extra in zip(rows, about, strict=False)],
        method,
        drop_lowest=rule.get("drop_low", rule.get("drop_lowest", 0)) or 0,
        keep_highest=rule.get("keep_high", rule.get("keep_highest")) or None,
        missing_is_zero=bool(rule.get("count_missing", rule.get("missing_is_zero", False))),
        maximum=_or(rule.get("max")),
    )
    return None if total is None else total.mark if method == "natural" or "max" in rule else total.share


def _entry(row: Any, about: Rule) -> combining.Entry:
    told = {**about, **row} if isinstance(row, Mapping) else dict(about)
    top = _or(next((told[name] for name in ("max", "maximum", "grademax") if name in told), None), Fraction(1))
    weight = _or(told.get("weight"), Fraction(1))
    extra = bool(told.get("extra", told.get("extra_credit", False)))
    if "share" in told:
        return combining.Entry(_or(told["share"]), top, weight, extra)
    mark = next((told[name] for name in ("grade", "mark", "score", "value") if name in told), None)
    if not isinstance(row, Mapping):
        return combining.Entry(_or(row), top, weight, extra)
    return combining.entry(_or(mark), top, weight, extra)


def _manual(rule: Rule, response: Any) -> Result:
    told = response if isinstance(response, Mapping) else {"mark": response}
    mark = next((told[name] for name in ("fraction", "mark", "grade", "score") if told.get(name) is not None), None)
    if mark is None:
        return _by_type("free_text", {"reason": "-", "model": "-", "guide": "-"}, {"text": "an answer"})
    top = told.get("max", rule.get("max", rule.get("maximum", 1)))
    return share(_exact(mark), Fraction(1) if "fraction" in told else _exact(top))


RULES: Mapping[str, Callable[[Rule, Any], Result]] = {
    "single": _single,
    "truefalse": _true_false,
    "multi": _multi,
    "qti_map": _qti_map,
    "area_map": _area_map,
    "match": _match,
    "cloze": _cloze,
    "ordering": _ordering,
    "numeric": _numeric,
    "short": _short,
    "markers": _markers,
    "cbm": _cbm,
    "tries": _tries,
    "countback": _countback,
    "attempts": _attempts,
    "gradebook": _gradebook,
    "manual": _manual,
}
