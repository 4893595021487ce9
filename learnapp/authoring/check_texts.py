"""What is checked in every text that people read: no HTML, no foreign Markdown, links to known words only."""

import re

from learnapp.lessons import reading_age

from .course import Course
from .faults import Report

HTML = re.compile(r"<[a-zA-Z/!?][^>]*>?|&(?:[a-zA-Z]+|#\w+);")
LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)]*)\)")
WORD_LINK = re.compile(r"word:([a-z0-9-]+)")
STRESS = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")
SLANTED = re.compile(r"(?<![\w*])(\*|_)(?=\S)([^*_]+)(?<=\S)\1(?![\w*])|`")
SENTENCE_WORDS = 20
ADDRESS = re.compile(r"https?://|www\.")


def linked_words(text: str) -> list[str]:
    """Return the glossary keys that a text links to, in order."""
    targets = [WORD_LINK.fullmatch(target) for _, _, target in LINK.findall(text)]
    return [found[1] for found in targets if found]


def plain(text: str) -> str:
    """Return a text without its Markdown, as somebody reads it aloud."""
    return STRESS.sub(r"\1", LINK.sub(r"\2", text))


def check_text(text: str, path: str, line: int, course: Course, report: Report) -> None:
    """Note everything in a text that would not be shown as meant."""
    if HTML.search(text):
        report.fault(path, line, "Take the HTML out: write **strong** for stress and plain signs for the rest.")
    for picture, label, target in LINK.findall(text):
        _check_link(bool(picture), label, target, path, line, course, report)
    rest = LINK.sub("", STRESS.sub(r"\1", text))
    if SLANTED.search(rest):
        report.fault(path, line, "Write **strong** for stress; slanted letters and code are not used.")
    if ADDRESS.search(rest):
        report.fault(path, line, "Web addresses belong in content/evidence/sources.yaml. Take this one out.")


def _check_link(picture: bool, label: str, target: str, path: str, line: int, course: Course, report: Report) -> None:
    found = WORD_LINK.fullmatch(target)
    if picture:
        report.fault(path, line, "Show pictures as a figure block: `::: figure name`.")
    elif not found:
        report.fault(path, line, f"Links go only to words, like [{label}](word:dermis).")
    elif found[1] not in course.words.by_key:
        report.fault(path, line, f"There is no word `{found[1]}` in content/glossary.yaml.")


def check_sentences(text: str, path: str, line: int, report: Report) -> None:
    """Note sentences that are too long for patients."""
    for sentence in reading_age.sentences(plain(text)):
        count = len(reading_age.words(sentence))
        if count > SENTENCE_WORDS:
            start = sentence[:40]
            advice = f"This sentence has {count} words, for patients write at most {SENTENCE_WORDS}: “{start}…”."
            report.warn(path, line, advice)
