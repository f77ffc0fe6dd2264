"""Tell below the traceback of a program what its report says of the error that ended it."""

from __future__ import annotations

from collections.abc import Sequence

from xorexplain.runs.session.described import ending_words_of
from xorexplain.runs.session.records import Failure, Raised, Seen


def why_it_ended(seen: Seen) -> str:
    """Return the explanation of the error that ended a program, empty where there is none.

    The engine's own message is left out: it stands at the end of the traceback.
    """
    failures = [failure for function in seen.functions for failure in function.failures]
    raised: Sequence[Raised | Failure] = [*seen.errors, *failures]
    for one in raised:
        if one.explained and ending_words_of(one.error, one.message) in seen.ended:
            # Most programs end well, and need none of what writes failures.
            from xorexplain.render.reports.failures import OWN_MESSAGE

            return one.explained.partition(f"\n{OWN_MESSAGE}")[0].rstrip()
    return ""
