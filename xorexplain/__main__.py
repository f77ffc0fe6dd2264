"""Run the command line: `python -m xorexplain` and the console script `xorexplain`."""

from __future__ import annotations

from xorexplain.cli import run


def main() -> None:
    """Run the command line and exit with its status."""
    raise SystemExit(run())


if __name__ == "__main__":
    main()
