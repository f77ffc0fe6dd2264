"""Write the first page of a report on a program: what was found, its functions, what each cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from xorexplain.errors.escaping import on_one_line, visible
from xorexplain.render.pictures.labels import clip
from xorexplain.render.reports.document import Fold
from xorexplain.render.reports.session import each, error_folds, function_fold, summary_fields
from xorexplain.render.writers.html import html_of
from xorexplain.runs.session.findings import Finding, findings, seconds
from xorexplain.runs.session.records import Seen, SeenFunction

WORDS = {
    "error": "error",
    "failure": "failed",
    "not made": "not made",
    "not ended": "call that did not end",
    "nan": "NaN or infinity",
    "wrong": "wrong answer",
    "inner nan": "NaN or infinity inside",
    "again": "compiled again and again",
    "failed rewrite": "rewrite that failed",
    "first call": "slow first call",
    "rewrite": "expensive rewrite",
    "unused": "result never used",
    "overhead": "Python's overhead",
    "never called": "never called",
}
"""What the kinds of findings are called."""
BAD = ("error", "failure", "not made", "not ended", "nan", "wrong", "failed rewrite")
"""Those that say that something is not right."""
STYLE = """
:root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 18%, transparent);
  --rewriting: #0072b2; --linking: #e69f00; --calls: #009e73; --bad: #d55e00; }
* { box-sizing: border-box; }
body { margin: 2rem auto; max-width: 76rem; padding: 0 1.5rem; line-height: 1.45;
  font: 15px/1.45 system-ui, "DejaVu Sans", sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.3rem; }
h2 { font-size: 1.05rem; margin: 2rem 0 .5rem; }
code { font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace;
  font-size: .92em; }
a { color: light-dark(#0059a8, #7cc0ff); }
.found { list-style: none; padding: 0; margin: 0; display: grid; gap: .4rem;
  grid-template-columns: minmax(0, 1fr); }
.found li { border: 1px solid var(--line); border-left: 4px solid var(--linking);
  border-radius: 4px; padding: .4rem .8rem; }
.found li.bad { border-left-color: var(--bad); }
.kind { font-weight: 600; margin-right: .5rem; }
.at, .faint { opacity: .7; }
.scroll { overflow-x: auto; }
table.functions { border-collapse: collapse; width: 100%; }
table.functions th, table.functions td { padding: .3rem .6rem .3rem 0; text-align: right;
  border-bottom: 1px solid var(--line); white-space: nowrap; font-variant-numeric: tabular-nums; }
table.functions th:first-child, table.functions td:first-child,
table.functions th.left { text-align: left; }
.one td:first-child, .word { white-space: nowrap; }
td:first-child { overflow-wrap: normal; }
td.time { width: 24%; min-width: 5rem; }
.bar { display: flex; height: .8rem; gap: 1px; }
.bar span { min-width: 1px; border-radius: 1px; }
.rewriting { background: var(--rewriting); } .linking { background: var(--linking); }
.calls { background: var(--calls); }
.key { display: inline-block; width: .8rem; height: .8rem; border-radius: 2px;
  margin: 0 .3rem 0 1rem; vertical-align: -1px; }
.one { border-top: 1px solid var(--line); padding: .5rem 0; }
.told { margin-left: 2em; }
body > details { margin: .6rem 0; }
@media (max-width: 40rem) {
  body { padding: 0 .8rem; } .told { margin-left: .6em; }
  pre { white-space: pre-wrap; font-size: .85em; margin-left: .6em !important; }
  table.functions, table.functions tbody { display: block; }
  table.functions tr { display: grid; grid-template-columns: repeat(4, 1fr); gap: .2rem .6rem;
    padding: .6rem 0; border-bottom: 1px solid var(--line); }
  table.functions tr.head { display: none; }
  table.functions td { display: block; border: 0; padding: 0; text-align: left; }
  table.functions td:first-child { grid-column: 1 / 4; white-space: normal; }
  table.functions td:nth-child(2) { text-align: right; }
  table.functions td.time { grid-column: 1 / 5; width: auto; }
  table.functions td[data-of]:empty { display: none; }
  table.functions td[data-of]::before { content: attr(data-of); display: block; opacity: .7;
    font-size: .85em; }
}
.one:target { outline: 2px solid var(--linking); outline-offset: 4px; }
footer { margin-top: 2rem; font-size: .9em; opacity: .8; }
"""


def report_page(seen: Seen, explorers: Mapping[str, str], command: str) -> str:
    """Write the page; `explorers` are the files of functions by key.

    `command` is what writes the explorers that lack.
    """
    title = _text(clip(seen.command or "session", 120))
    inside = "".join(
        [
            f"<h1>{title}</h1>",
            html_of((summary_fields(seen),)),
            _found(findings(seen)),
            html_of(tuple(error_folds(seen))),
            _table(seen, explorers, command),
            "".join(_one(function, explorers) for function in seen.functions),
            *(f"<p class='faint'>note: {_text(on_one_line(note))}</p>" for note in seen.notes),
            _FOOT,
        ]
    )
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{STYLE}</style></head>\n<body>{inside}</body></html>\n"
    )


def _text(text: object) -> str:
    return escape(visible(str(text)))


def _found(found: Sequence[Finding]) -> str:
    if not found:
        return ""
    rows = "".join(_finding(finding) for finding in found)
    return f'<h2>Findings</h2><ul class="found">{rows}</ul>'


def _finding(finding: Finding) -> str:
    bad = ' class="bad"' if finding.kind in BAD else ""
    about = f"<code>{_text(finding.about)}</code>"
    if finding.keys:
        about = f'<a href="#f{_text(finding.keys[0])}">{about}</a>'
    at = f' <code class="at">{_text(finding.place)}</code>' if finding.place else ""
    kind = f'<span class="kind">{WORDS[finding.kind]}</span>'
    return f"<li{bad}>{kind}{about}: {_text(finding.words)}{at}</li>"


_NUMBERS = ("written", "runs", "rewriting", "linking", "calls", "in calls", "each")
_HEAD = (
    "<tr class='head'><th>function</th><th></th><th class='left'>time</th>"
    f"{''.join(f'<th>{name}</th>' for name in _NUMBERS)}</tr>"
)


def _table(seen: Seen, explorers: Mapping[str, str], command: str) -> str:
    if not seen.functions:
        return ""
    most = max(function.making + function.seconds for function in seen.functions)
    rows = "".join(_row(function, most, explorers) for function in seen.functions)
    keys = "".join(
        f'<span class="word"><span class="key {name}"></span>{words}</span> '
        for name, words in (
            ("rewriting", "rewriting"),
            ("linking", "linking"),
            ("calls", "in calls"),
        )
    )
    return (
        f"<h2>Functions <small class='faint'>{keys}</small></h2>"
        f'<div class="scroll"><table class="functions">{_HEAD}{rows}</table></div>'
        f"{_lacking(seen, explorers, command)}"
    )


def _lacking(seen: Seen, explorers: Mapping[str, str], command: str) -> str:
    if not any(function.trace and function.key not in explorers for function in seen.functions):
        return ""
    more = "More functions" if explorers else "Functions"
    told = f"{more} can be explored: <code>{_text(command)}</code> writes their pages."
    return f"<p class='faint'>{told}</p>"


def _row(function: SeenFunction, most: float, explorers: Mapping[str, str]) -> str:
    shares = (
        ("rewriting", function.rewriting),
        ("linking", function.linking),
        ("calls", function.seconds),
    )
    bars = "".join(
        f'<span class="{name}" style="width:{100 * value / most:.2f}%" '
        f'title="{name}: {seconds(value)}"></span>'
        for name, value in shares
        if most and value
    )
    made = function.is_known
    cells = (
        "" if function.written is None else function.written,
        "" if function.runs is None else function.runs,
        seconds(function.rewriting) if made else "",
        seconds(function.linking) if made else "",
        f"{function.calls:,}",
        seconds(function.seconds) if function.calls else "",
        seconds(each(function)) if function.calls else "",
    )
    name = f'<a href="#f{_text(function.key)}"><code>{_text(clip(function.name, 48))}</code></a>'
    time = f'<td class="time"><div class="bar">{bars}</div></td>'
    # A narrow page has no heads above the numbers.
    rest = "".join(
        f'<td data-of="{of}">{cell}</td>' for of, cell in zip(_NUMBERS, cells, strict=True)
    )
    return f"<tr><td>{name}</td><td>{_explorer(function, explorers)}</td>{time}{rest}</tr>"


def _explorer(function: SeenFunction, explorers: Mapping[str, str]) -> str:
    file = explorers.get(function.key)
    return "" if file is None else f'<a href="{_text(file)}">explore</a>'


def _one(function: SeenFunction, explorers: Mapping[str, str]) -> str:
    fold: Fold = function_fold(function)
    link = _explorer(function, explorers)
    at = f'<code class="at">{_text(function.place)}</code>' if function.place else ""
    title = f"<code><b>{_text(function.name)}</b></code> {at} {link}"
    return (
        f'<section class="one" id="f{_text(function.key)}"><div>{title}</div>'
        f'<div class="told">{html_of(fold.blocks)}</div></section>'
    )


_FOOT = (
    '<footer><p><a href="report.json">report.json</a> has all of this; '
    '<a href="trace_events.json">trace_events.json</a> has when each function was made, '
    "for Perfetto or speedscope.</p></footer>"
)
