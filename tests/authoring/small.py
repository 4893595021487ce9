"""A small course without faults, as files: what the tests of check and publish change one thing in."""

from pathlib import Path

TRACKS = """\
trainee: {name: Trainee, who: You learn to treat., pass_percent: 80}
patient: {name: Patient, who: You are treated., pass_percent: 70}
"""
CLAIMS = """\
F-001:
  text: Skin has layers.
  audience: both
  grade: C
  bracket: textbook
  basis: read
  ask: false
  sources: [READ-ONE, RECALLED]
F-002:
  text: Only for trainees.
  audience: trainee
  grade: B
  basis: read
  ask: false
  sources: [READ-TWO]
F-003:
  text: From memory.
  audience: both
  grade: C
  bracket: expert
  basis: memory
  ask: false
  sources: [READ-ONE]
F-004:
  text: Contested.
  audience: both
  grade: D
  basis: read
  ask: false
  sources: [READ-TWO]
  caution: Sources disagree.
F-005:
  text: Ask somebody.
  audience: both
  grade: B
  basis: read
  ask: true
  sources: [READ-ONE, READ-TWO]
"""
SOURCES = """\
READ-ONE: {title: First study, authors: Ada A, year: 2001, publisher: Journal, kind: trial, read: abstract, doi: 10.1/a}
READ-TWO: {title: Second study, authors: Bo B, year: null, publisher: House, kind: page, read: excerpt, url: "https://b.example/x"}
RECALLED: {title: Recalled book, authors: Cy C, year: 1999, publisher: Press, kind: book, read: memory}
"""
MISCONCEPTIONS = """\
M-01:
  belief: Skin is one sheet.
  correction: It has layers.
  claims: [F-001]
  who: both
"""
GLOSSARY = """\
dermis:
  word: Dermis
  say: DUR-miss
  plain: The middle layer.
  professional: The layer under the epidermis.
  claim: F-001
"""
STOPS = "\n".join(
    f"""\
  - id: d{day}
    label: "{day}"
    when: Day {day}
    stage: {{trainee: Stage (clinical), patient: Stage}}
    what: Something happens.
    cells: [platelets]
    see: [Redness]
    do: Rest.
    claims: [F-001]"""
    for day in (0, 1, 3, 7, 14, 28, 84, 365)
)
FIGURE = f"""\
name: days
kind: timeline
title: Days
caption: Not measured.
sketch: true
alt: Three curves
stops:
{STOPS}
curves:
  - {{id: clean, n: 1, label: Clean}}
  - {{id: build, n: 2, label: Build}}
"""
LESSON = """\
---
slug: skin
number: L01
position: 1
title: {trainee: Skin for trainees, patient: Your skin}
lead: What skin is.
minutes: 5
tracks: [trainee, patient]
checked_on: 2026-11-23
reviewed_by: []
quiz: skin
picture: dermis
objectives:
  - {id: O1, text: Name the layers}
  - {id: O2, text: Say what is open}
words: [dermis]
checks:
  - id: check-layers
    type: choice
    tracks: [trainee, patient]
    objective: O1
    claims: [F-001]
    stem: How many sheets?
    options:
      - {id: many, text: Several, reason: It has layers., right: true}
      - {id: one, text: One, reason: It has more., misconception: M-01}
      - {id: none, text: None, reason: It has some.}
  - id: check-open
    type: true_false
    tracks: [trainee, patient]
    objective: O2
    claims: [F-001]
    stem: Skin has layers.
    answer: true
    reasons: {"true": It has., "false": It has.}
---
## Layers {#layers patient="Your layers"}

Skin has layers, and the [dermis](word:dermis) is one [F-001].

::: trainee
Only trainees read this [F-002].
:::

::: key
Skin has **layers** [F-001].
:::

::: check check-layers
:::

## Days {#days}

Look at the days. [-]

::: figure days
:::

## Rules {#rules}

Some things are recalled [F-003].

::: do
- wash your hands [F-001]
- rest your skin [F-001]
:::

::: dont
- do not pick [F-001]
- do not rub [F-001]
:::

## Help {#help}

Ask when you wonder [F-005].

::: differ
Sources do not agree [F-004].
:::

::: care ask
- your skin is warm [F-005]
:::

::: check check-open
:::
"""


def _item(name: str, pool: str, objective: str, extra: str = "") -> str:
    return f"""\
  - id: {name}
    type: choice
    pool: {pool}
    objective: {objective}
    tracks: [trainee, patient]
    claims: [F-001]
    section: layers
    stem: {{trainee: Which one of {name} (trainee), patient: Which one of {name}}}
{extra}    options:
      - {{id: right, text: This one, reason: It is., right: true}}
      - {{id: wrong, text: That one, reason: It is not., misconception: M-01}}
      - {{id: other, text: Another, reason: Neither.}}
"""


QUIZ = """\
slug: skin
lesson: skin
title: Skin quiz
settings: {layout: paged}
pass_percent: {trainee: 80, patient: 70}
blueprint:
  trainee:
    - {pool: layers, objective: O1, draw: 1}
    - {pool: open, objective: O2, draw: 1}
  patient:
    - {pool: layers, objective: O1, draw: 1}
    - {pool: open, objective: O2, draw: 1}
items:
""" + "".join(_item(f"q-{n}", "layers" if n < 3 else "open", "O1" if n < 3 else "O2") for n in range(1, 5))

FILES = {
    "content/tracks.yaml": TRACKS,
    "content/glossary.yaml": GLOSSARY,
    "content/evidence/claims.yaml": CLAIMS,
    "content/evidence/sources.yaml": SOURCES,
    "content/evidence/misconceptions.yaml": MISCONCEPTIONS,
    "content/figures/days.yaml": FIGURE,
    "content/lessons/skin.md": LESSON,
    "content/quizzes/skin.yaml": QUIZ,
}


def write_course(root: Path, **changed: str) -> Path:
    """Write the small course under `root`; `changed` holds other texts by the file's name, like skin_md."""
    names = {Path(path).name.replace(".", "_"): path for path in FILES}
    texts = FILES | {names[name]: text for name, text in changed.items()}
    for path, text in texts.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return root
