"""Print what a tox run did, one line an environment, closing on a line in pytest's form.

Usage: python tools/ci_summary.py FOLDER, which holds tox's `tox.json` (--result-json) and the
JUnit reports that the test environments wrote, `py311.xml` and so on. The exit status is 1 when
an environment failed or when no test ran.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

OUTCOMES = ("failed", "passed", "skipped", "error")
TAGS = {"failure": "failed", "error": "error", "skipped": "skipped"}
NOTES = {"SKIPPED": "its Python is not on this machine"}


@dataclass(frozen=True)
class Report:
    """Count the outcomes of one test run, and the reasons for what it skipped."""

    outcomes: Counter[str]
    reasons: Counter[str]
    seconds: float


def read_junit(path: Path) -> Report:
    """Read the JUnit report of one environment."""
    outcomes: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    seconds = 0.0
    root = ElementTree.parse(path).getroot()
    # node writes tests that are in no suite.
    for timed in list(root.iter("testsuite")) or root.findall("testcase"):
        seconds += float(timed.get("time", "0"))
    for case in root.iter("testcase"):
        tags = {TAGS[child.tag]: child for child in case if child.tag in TAGS}
        outcomes.update(list(tags) or ["passed"])
        if "skipped" in tags:
            reasons[tags["skipped"].get("message", "no reason given")] += 1
    return Report(outcomes, reasons, seconds)


def state_of(environment: dict[str, Any]) -> str:
    """Tell skipped, ok and FAILED apart in an entry of tox's result."""
    result = environment.get("result", {})
    if result.get("skipped"):
        return "SKIPPED"
    return "ok" if result.get("success") else "FAILED"


def closing_line(reports: list[Report]) -> str:
    """Return the sum of all test runs as pytest prints it."""
    total = sum((report.outcomes for report in reports), Counter[str]())
    counts = [f"{total[outcome]} {outcome}" for outcome in OUTCOMES if total[outcome]]
    seconds = sum(report.seconds for report in reports)
    return f" {', '.join(counts) or 'no tests ran'} in {seconds:.2f}s ".center(80, "=")


def main(folder: Path) -> int:
    """Print the table and return the exit status."""
    if not (folder / "tox.json").exists():
        print("tox was stopped before it wrote its result")
        return 1
    result = json.loads((folder / "tox.json").read_text(encoding="utf-8"))
    reports = {path.stem: read_junit(path) for path in sorted(folder.glob("*.xml"))}
    # tox names the environment that builds the package too; its failures fail the others.
    states = {
        name: state_of(environment)
        for name, environment in result["testenvs"].items()
        if not name.startswith(".")
    }
    print()
    for name, state in states.items():
        # An environment may run two processes.
        own = [report for stem, report in reports.items() if stem.partition("-")[0] == name]
        numbers = closing_line(own).strip("= ") if own else NOTES.get(state, "")
        print(f"{name:11} {state:8} {numbers}".rstrip())
        reasons = sum((report.reasons for report in own), Counter[str]())
        for reason, count in reasons.most_common():
            print(f"{'':20} {count} skipped: {reason}")
    print(closing_line(list(reports.values())))
    passed = sum(report.outcomes["passed"] for report in reports.values())
    return 0 if passed and "FAILED" not in states.values() else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
