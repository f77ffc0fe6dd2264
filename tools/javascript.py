"""Check the scripts of the explorer page: their types, their style, and their modules under node.

Usage: python tools/javascript.py FOLDER REPORT. The checkers are installed into FOLDER by npm, in
the releases that tests/explorer/js/package-lock.json names; REPORT is the JUnit file to write.
Where node or npm is missing nothing is checked, and the report has one skipped test that says so.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TESTS = ROOT / "tests" / "explorer" / "js"
WEB = ROOT / "xorexplain" / "explorer" / "web"
SKIPPED = """<testsuites><testsuite name="javascript" tests="1" skipped="1" time="0">
<testcase name="all"><skipped message="node and npm are not here"/></testcase>
</testsuite></testsuites>
"""


def install(folder: Path) -> None:
    """Have npm install the checkers."""
    for name in ("package.json", "package-lock.json"):
        shutil.copy(TESTS / name, folder)
    quiet = ("--silent", "--no-audit", "--no-fund", "--ignore-scripts")
    # A server that does not answer is asked again, for minutes.
    patient = ("--fetch-retries=8", "--fetch-retry-mintimeout=2000")
    subprocess.run(["npm", "ci", *quiet, *patient], cwd=folder, check=True)


def checks(folder: Path, report: Path) -> list[list[str]]:
    """List the commands that have to end well."""
    programs = folder / "node_modules" / ".bin"
    style = f"--config-path={TESTS / 'lint.json'}"
    sources = [str(folder) for folder in (WEB / "js", WEB / "types.d.ts", TESTS)]
    tests = sorted(str(path) for path in TESTS.glob("*.test.js"))
    return [
        [str(programs / "tsc"), "--project", str(TESTS)],
        [str(programs / "tsc"), "--project", str(TESTS / "tsconfig.data.json")],
        [str(programs / "biome"), "ci", "--error-on-warnings", "--colors=off", style, *sources],
        [
            *("node", "--test", "--test-reporter=spec", "--test-reporter-destination=stdout"),
            *("--test-reporter=junit", f"--test-reporter-destination={report}"),
            *tests,
        ],
    ]


def main(folder: Path, report: Path) -> int:
    """Run all checks and return the exit status."""
    report.parent.mkdir(parents=True, exist_ok=True)
    if not all(map(shutil.which, ("node", "npm"))):
        print("SKIPPED: node and npm are not here")
        report.write_text(SKIPPED, encoding="utf-8")
        return 0
    folder.mkdir(parents=True, exist_ok=True)
    install(folder)
    done = [subprocess.run(command, check=False) for command in checks(folder, report)]
    return int(any(each.returncode for each in done))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
