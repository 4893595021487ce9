"""Who may call what: one row per route, checked in; a route that is not here fails the test.

Actors: X anonymous; A, B learners of G1; C learner of G2; I1 instructor of G1; I2 of G2; M administrator;
S suspended learner of G1. Objects belong to A (an open and a handed-in attempt) and to G1.
200 may also be a page with a form's problems (422) where the row says so. 303 to sign-in is written "in".
"""

from dataclasses import dataclass, field

ACTORS = ("X", "A", "B", "C", "I1", "I2", "M", "S")
EVERYBODY = dict.fromkeys(ACTORS, 200)
NOBODY_ELSE = {"X": "in", "B": 404, "C": 404, "I1": 404, "I2": 404, "M": 404, "S": "in"}
TYPED = {"X": 401, "S": 401}  # a page that keeps what was typed until it can be saved
ACCOUNT = {"X": "in", "S": "in"} | dict.fromkeys(("A", "B", "C", "I1", "I2", "M"), 200)
SIGNED = ("A", "B", "C", "I1", "I2", "M")
ONLY_ANONYMOUS: dict[str, int | str] = {"X": 200, "S": 200} | dict.fromkeys(SIGNED, 302)
TEACHERS = {"X": "in", "S": "in", "A": 403, "B": 403, "C": 403, "M": 403, "I1": 200, "I2": 200}
G1_TEACHER = TEACHERS | {"I2": 404}
AUTHORS: dict[str, int | str] = {"X": "in", "S": "in", "M": 200} | dict.fromkeys(("A", "B", "C", "I1", "I2"), 403)


@dataclass(frozen=True)
class Row:
    """One route. path may name {open}, {done}, {g1}, {g1_code}, {ana}, {override}; expect: actor -> status or "in"."""

    method: str
    path: str
    expect: dict[str, int | str]
    data: dict[str, str] = field(default_factory=dict)


def owner(status: int) -> dict[str, int | str]:
    """Expect `status` for A, and nothing for anybody else."""
    return {"A": status, **NOBODY_ELSE}


def write_of(status: int) -> dict[str, int | str]:
    """Expect `status` for everybody with an account."""
    return ACCOUNT | dict.fromkeys(("A", "B", "C", "I1", "I2", "M"), status)


ROWS: dict[str, Row] = {
    "site.home": Row("GET", "/", EVERYBODY),
    "site.about": Row("GET", "/about/facts", EVERYBODY),
    "site.settings": Row("GET", "/settings", EVERYBODY),
    "site.favicon": Row("GET", "/favicon.ico", dict.fromkeys(ACTORS, 302)),
    "site.worker": Row("GET", "/sw.js", EVERYBODY),
    "site.offline": Row("GET", "/offline", EVERYBODY),
    "site.livez": Row("GET", "/livez", EVERYBODY),
    "site.readyz": Row("GET", "/readyz", EVERYBODY),
    "evidence.fact": Row("GET", "/facts/F-013", EVERYBODY),
    "lessons.index": Row("GET", "/lessons/", EVERYBODY),
    "lessons.page": Row("GET", "/lessons/healing", EVERYBODY),
    "lessons.copy": Row("GET", "/lessons/healing/copy/trainee", EVERYBODY),
    "lessons.done": Row("POST", "/lessons/healing/sections/1/done", dict.fromkeys(ACTORS, 303)),
    "lessons.check": Row("POST", "/lessons/healing/checks/1", EVERYBODY),
    "quizzes.start_page": Row("GET", "/quizzes/healing", ACCOUNT),
    "quizzes.start": Row("POST", "/quizzes/healing/attempts", write_of(303)),
    "quizzes.page": Row("GET", "/attempts/{open}", owner(303)),
    "quizzes.save_all": Row("POST", "/attempts/{open}", owner(303) | TYPED),
    "quizzes.question": Row("GET", "/attempts/{open}/questions/1", owner(200)),
    "quizzes.save_question": Row("POST", "/attempts/{open}/questions/1", owner(303) | TYPED, {"revision": "0"}),
    "quizzes.autosave": Row("PUT", "/attempts/{open}/answers/1", owner(200) | {"X": 401, "S": 401}),
    "quizzes.check": Row("GET", "/attempts/{open}/check", owner(200)),
    "quizzes.submit": Row("POST", "/attempts/{done}/submit", owner(303)),
    "quizzes.result": Row("GET", "/attempts/{done}/result", owner(200)),
    "receipts.page": Row("GET", "/attempts/{done}/receipt", owner(200)),
    "receipts.file": Row("GET", "/attempts/{done}/receipt.txt", owner(200)),
    "progress.today": Row("GET", "/progress", ACCOUNT),
    "cohorts.join": Row("GET", "/join/{g1_code}", EVERYBODY),
    "cohorts.mine": Row("GET", "/account/groups", ACCOUNT),
    "cohorts.leave": Row("POST", "/account/groups/{g1}/leave", NOBODY_ELSE | {"A": 303, "B": 303}),
    "accounts.profile": Row("GET", "/account/", ACCOUNT),
    "accounts.setup": Row("GET", "/account/setup/nothing", dict.fromkeys(ACTORS, 404)),
    "privacy.data": Row("GET", "/account/data", ACCOUNT),
    # Nobody here has shown a moment ago that it is them, so all are asked for their password first.
    "privacy.download": Row("POST", "/account/data", write_of(303)),
    "privacy.delete": Row("GET", "/account/delete", write_of(303)),
    "privacy.deleted": Row("GET", "/account/deleted", EVERYBODY),
    "security.login": Row("GET", "/account/sign-in", ONLY_ANONYMOUS),
    "security.register": Row("GET", "/account/register", ONLY_ANONYMOUS | dict.fromkeys(SIGNED, 303)),
    "security.forgot_password": Row("GET", "/account/reset", EVERYBODY),
    "security.reset_password": Row("GET", "/account/reset/nothing", dict.fromkeys(ACTORS, 302)),
    "security.send_confirmation": Row("GET", "/account/confirm", EVERYBODY),
    "security.confirm_email": Row("GET", "/account/confirm/nothing", EVERYBODY),
    "security.logout": Row("POST", "/account/sign-out", dict.fromkeys(ACTORS, 303)),
    "security.change_password": Row("GET", "/account/password", ACCOUNT),
    "security.verify": Row("GET", "/account/verify", ACCOUNT),
    "corrections.index": Row("GET", "/corrections/", AUTHORS),
    "corrections.question": Row("GET", "/corrections/questions/trainee/{question}", AUTHORS),
    "corrections.effect": Row("GET", "/corrections/effects/trainee/{question}?policy=full_credit", AUTHORS),
    "corrections.decide": Row(
        "POST",
        "/corrections/decisions/trainee/{question}",
        AUTHORS | {"M": 303},
        {"policy": "full_credit", "about": "all", "seen": "0", "reason": "It was unclear."},
    ),
    # Decisions belong to questions: whoever decides about one may read what others decided.
    "corrections.log": Row("GET", "/corrections/nothing", AUTHORS | {"M": 404}),
    "corrections.carry_on": Row("POST", "/corrections/nothing/carry-on", AUTHORS | {"M": 404}),
    "corrections.stop": Row("POST", "/corrections/nothing/stop", AUTHORS | {"M": 404}),
    "corrections.seen": Row("POST", "/attempts/{done}/correction/seen", owner(303)),
    "teach.index": Row("GET", "/teach/", TEACHERS),
    "teach.create": Row("POST", "/teach/", TEACHERS | {"I1": 303, "I2": 303}, {"name": "New", "track": "trainee"}),
    "teach.cohort": Row("GET", "/teach/cohorts/{g1}", G1_TEACHER),
    "teach.scores_csv": Row("GET", "/teach/cohorts/{g1}/scores.csv", G1_TEACHER),
    "teach.learner": Row("GET", "/teach/cohorts/{g1}/learners/{ana}", G1_TEACHER),
    "teach.attempt": Row("GET", "/teach/attempts/{done}", G1_TEACHER),
    "teach.receipt": Row("GET", "/teach/attempts/{done}/receipt", G1_TEACHER),
    "teach.receipt_text": Row("GET", "/teach/attempts/{done}/receipt.txt", G1_TEACHER),
    "teach.times": Row("GET", "/teach/cohorts/{g1}/times", G1_TEACHER),
    "teach.give_times": Row(
        "POST",
        "/teach/cohorts/{g1}/times",
        G1_TEACHER | {"I1": 303},
        {"extra_minutes": "5", "reason": "slow", "step": "give"},
    ),
    "teach.ending_times": Row("GET", "/teach/cohorts/{g1}/times/{override}/end", G1_TEACHER),
    "teach.end_times": Row("POST", "/teach/cohorts/{g1}/times/{override}/end", G1_TEACHER | {"I1": 303}),
    # It was handed in, so there is nothing to give back: its page says so.
    "teach.reopen": Row("POST", "/teach/attempts/{done}/reopen", G1_TEACHER | {"I1": 303}, {"reason": "late bus"}),
    "teach.preview": Row("GET", "/teach/preview?group={g1}", G1_TEACHER),
    "teach.preview_quiz": Row("GET", "/teach/preview/quizzes/healing?group={g1}", G1_TEACHER),
    "teach.start_preview": Row("POST", "/teach/preview/quizzes/healing?group={g1}", G1_TEACHER | {"I1": 303}),
    "teach.preview_lesson": Row("GET", "/teach/preview/lessons/healing?group={g1}", G1_TEACHER),
    "teach.preview_check": Row("POST", "/teach/preview/lessons/healing/checks/1?group={g1}", G1_TEACHER),
    # An answer that a rule graded takes no mark, not even from its instructor.
    "teach.mark": Row("POST", "/teach/attempts/{done}/marks/1", G1_TEACHER | {"I1": 403}, {"mark1-points": "0"}),
}
