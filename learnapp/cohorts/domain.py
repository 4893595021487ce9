"""Join codes: short enough to read out, without signs that look alike."""

import secrets

# No 0 and O, no 1, I and L. 31 signs at 8 places: about 850 thousand million codes.
CODE_SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 8
LEARNER, INSTRUCTOR = "learner", "instructor"


def new_code() -> str:
    """Return a random join code, such as "K7MR4TXW"."""
    return "".join(secrets.choice(CODE_SIGNS) for _ in range(CODE_LENGTH))


def tidy_code(text: str) -> str | None:
    """Return the code that somebody typed ("k7mr-4txw", "K7MR 4TXW"), or None when it cannot be one."""
    code = text.replace("-", "").replace(" ", "").upper()
    fits = len(code) == CODE_LENGTH and all(sign in CODE_SIGNS for sign in code)
    return code if fits else None


def spaced_code(code: str) -> str:
    """Return the code in two halves, for reading out: "K7MR-4TXW"."""
    half = len(code) // 2
    return f"{code[:half]}-{code[half:]}"
