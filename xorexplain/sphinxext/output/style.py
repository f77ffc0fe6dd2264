"""Write the style sheet: pictures follow a dark page by the colours of the dark theme.

The SVG is drawn once, in light colours. Each of them stands for a part of the theme, so a rule for
each says what it is on a dark page.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from xorexplain.render.theme import THEMES, Colours, Theme

if TYPE_CHECKING:
    from sphinx.application import Sphinx

NAME = "xorexplain.css"
SELF_CHOOSING = ("furo",)
"""Page themes that are dark wherever the reader prefers it, unless they say otherwise."""

_LAYOUT = """\
.xorexplain-picture { overflow-x: auto; margin: 1em 0; }
.xorexplain-picture > svg {
  display: block;
  width: clamp(calc(0.7 * var(--width)), 100%, var(--width));
  height: auto;
}
.xorexplain-picture > img { max-width: 100%; }
.xorexplain-both > svg > .graph > polygon:first-of-type { visibility: hidden; }
.xorexplain-picture.align-center > svg, figure.align-center .xorexplain-picture > svg,
figure.align-default .xorexplain-picture > svg { margin: 0 auto; }
.xorexplain-picture.align-right > svg, figure.align-right .xorexplain-picture > svg {
  margin: 0 0 0 auto;
}
details.xorexplain-step {
  border: 1px solid rgba(128, 128, 128, 0.35); border-radius: 0.3em;
  margin: 0.4em 0; padding: 0.3em 0.8em;
}
details.xorexplain-step > summary { cursor: pointer; overflow-wrap: anywhere; }
details.xorexplain-step[open] > summary { margin-bottom: 0.6em; }
.xorexplain-fields {
  display: grid; grid-template-columns: 5.5em minmax(0, 1fr); margin: 0.3em 0;
}
.xorexplain-fields > dt {
  margin: 0; padding: 0; font-weight: normal; opacity: 0.7;
}
.xorexplain-fields > dd { margin: 0 0 0.3em; padding: 0; }
.xorexplain-fields > dd > * { margin-top: 0; margin-bottom: 0.3em; }
.xorexplain-small { font-size: 0.875em; opacity: 0.85; }
.xorexplain-table td p { margin: 0; overflow-wrap: anywhere; }
.xorexplain-failed { border-left: 0.2em solid #d55e00; padding-left: 0.6em; }
"""


def stylesheet(page_theme: str) -> str:
    """Return the style sheet for pages of an HTML theme."""
    parts = [_LAYOUT, "@media not print {\n", *_dark_rules('[data-theme="dark"] ')]
    parts += ["@media (prefers-color-scheme: dark) {\n"]
    parts += _dark_rules('[data-theme="auto"] ')
    if page_theme in SELF_CHOOSING:
        parts += _dark_rules("body:not([data-theme]) ")
    parts += ["}\n}\n"]
    return "".join(parts)


def _dark_rules(where: str) -> Iterator[str]:
    for light, dark in twins(THEMES["light"], THEMES["dark"]).items():
        for attribute in ("fill", "stroke"):
            selector = f'{where}.xorexplain-both > svg [{attribute}="{light}"]'
            yield f"{selector} {{ {attribute}: {dark}; }}\n"


def twins(light: Theme, dark: Theme) -> dict[str, str]:
    """Pair each colour of a theme with that of another; the first part it paints decides."""
    pairs: dict[str, str] = {}
    for one, other in zip(colours_of(light), colours_of(dark), strict=True):
        pairs.setdefault(one.lower(), other.lower())
    return pairs


def colours_of(part: Theme | Colours) -> Iterator[str]:
    """Yield every colour of a theme, in the order of its fields."""
    for field in dataclasses.fields(part):
        value = getattr(part, field.name)
        if isinstance(value, Colours):
            yield from colours_of(value)
        elif isinstance(value, Mapping):
            for colours in value.values():
                yield from colours_of(colours)
        elif value.startswith("#"):
            yield value


def _write(app: Sphinx) -> None:
    if app.builder.format != "html":
        return
    folder = Path(app.doctreedir) / "xorexplain-static"
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / NAME
    text = stylesheet(app.config.html_theme)
    if not file.is_file() or file.read_text(encoding="utf-8") != text:
        file.write_text(text, encoding="utf-8")
    app.config.html_static_path.append(str(folder))
    app.add_css_file(NAME)


def connect(app: Sphinx) -> None:
    """Have each HTML build carry the style sheet."""
    app.connect("builder-inited", _write)
