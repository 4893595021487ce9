"""What is wrong with the content, and where: collected all at once, never raised one by one."""

from dataclasses import dataclass, field


@dataclass(frozen=True, order=True)
class Fault:
    """One sentence that says what to do, with the file (from the project's folder) and the line (from 1)."""

    path: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.text}"


@dataclass
class Report:
    """Everything the check has found: faults stop publishing, warnings ask for a second look."""

    faults: set[Fault] = field(default_factory=set)
    warnings: set[Fault] = field(default_factory=set)

    def fault(self, path: str, line: int, text: str) -> None:
        """Note something that must be put right; the same words at the same place count once."""
        self.faults.add(Fault(path, line, text))

    def warn(self, path: str, line: int, text: str) -> None:
        """Note something that a person should look at again."""
        self.warnings.add(Fault(path, line, text))
