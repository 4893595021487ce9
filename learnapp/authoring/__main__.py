"""Check the content without the application: `python -m learnapp.authoring`."""

import sys

from learnapp.config import ROOT

from .check import check_content
from .commands import print_report

if __name__ == "__main__":
    _, report = check_content(ROOT)
    sys.exit(print_report(report))
