"""What a review may show of a question, and when: one pure decision (rules A5, D12)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Disclosure:
    """What a review may show of one question (rules A5, D12).

    marks: points and right/wrong. own_reason: the explanation of what they chose.
    key: the best answer. all_reasons: every option's reason and the general explanation.
    """

    marks: bool = False
    own_reason: bool = False
    key: bool = False
    all_reasons: bool = False
