"""How the made-up question of each type is answered, step by step: not right, then right, and not to the end.

WRONG and RIGHT come to the answers of the same name in tests/quizzes/made_up.py. A type that is added needs a line in
each; UNFINISHED is for types with more than one thing to fill in, or with words that cannot be read.
"""

from tests.browser.hands import Step

Steps = list[Step]
ONCE = {"free_text", "information"}  # nothing to check at once: a person marks it, or nobody
LOCK: Step = ("press", "Lock this answer and see what happened next")
WRONG: dict[str, Steps] = {
    "case": [("radio", "True"), LOCK, ("radio", "Option a of {n}")],
    "categorise": [("radio", "Box o of {n}", "Card hot of {n}"), ("radio", "Box p of {n}", "Card cold of {n}")],
    "choice": [("radio", "Option a of {n}")],
    "claim": [("radio", "Evidence D Contested")],
    "cloze": [
        ("text", "gap 1 of 3", "something"), ("pick", "gap 2 of 3", "Part l of {n}"), ("text", "gap 3 of 3", "3"),
    ],
    "free_text": [("text", "Your answer", "No idea")],
    "hotspot": [("radio", "A, Place rim of {n}")],
    "information": [],
    "label_image": [("pick", "Number 1", "Name w of {n}"), ("pick", "Number 2", "Name u of {n}")],
    "matching": [("pick", "Side north of {n}", "Choice z of {n}"), ("pick", "Side south of {n}", "Choice x of {n}")],
    "multiple": [("toggle", "Part b of {n}")],
    "numeric": [("text", "Your answer", "3")],
    "ordering": [("order", "Line f of {n}", "Line w of {n}", "Line d of {n}", "Line k of {n}")],
    "short_text": [("text", "Your answer", "something")],
    "true_false": [("radio", "False")],
}  # fmt: skip
RIGHT: dict[str, Steps] = {
    "case": [("radio", "Option b of {n}")],
    "categorise": [("radio", "Box p of {n}", "Card hot of {n}"), ("radio", "Box q of {n}", "Card cold of {n}")],
    "choice": [("radio", "Option b of {n}")],
    "claim": [("radio", "Evidence B Good")],
    "cloze": [
        ("text", "gap 1 of 3", "zkeyz word"), ("pick", "gap 2 of 3", "Part m of {n}"), ("text", "gap 3 of 3", "48271"),
    ],
    "free_text": [("text", "Your answer", "In my own words")],
    "hotspot": [("radio", "B, Place hub of {n}")],
    "information": [],
    "label_image": [("pick", "Number 1", "Name u of {n}"), ("pick", "Number 2", "Name v of {n}")],
    "matching": [("pick", "Side north of {n}", "Choice x of {n}"), ("pick", "Side south of {n}", "Choice y of {n}")],
    "multiple": [("toggle", "Part a of {n}"), ("toggle", "Part b of {n}"), ("toggle", "Part c of {n}")],
    "numeric": [("text", "Your answer", "48271")],
    "ordering": [("order", "Line k of {n}", "Line d of {n}", "Line w of {n}", "Line f of {n}")],
    "short_text": [("text", "Your answer", "zkeyz word")],
    "true_false": [("radio", "True")],
}  # fmt: skip
UNFINISHED: dict[str, Steps] = {
    "case": [("radio", "False")],
    "categorise": [("radio", "Box o of {n}", "Card hot of {n}")],
    "cloze": [("text", "gap 1 of 3", "something"), ("text", "gap 3 of 3", "about five")],
    "free_text": [("text", "Your answer", "x" * 61)],
    "label_image": [("pick", "Number 1", "Name w of {n}")],
    "matching": [("pick", "Side south of {n}", "Choice x of {n}")],
    "numeric": [("text", "Your answer", "about five")],
    "ordering": [("pick", "Line f of {n}", "1")],
}
