"""Run a script that imports Theano itself: `python -m xorexplain.engines.theano SCRIPT`."""

from __future__ import annotations

import sys

from xorexplain.engines.theano.importing import run_script

if __name__ == "__main__":
    run_script(sys.argv[1:])
