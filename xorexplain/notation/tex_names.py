"""Write names and sentences so that pdflatex and MathJax can set them.

Only commands that both know are used, and only ASCII: what neither can set by itself, such as an
emoji, is spelled out.
"""

from __future__ import annotations

import re
import unicodedata

MAX_NAME = 48
MAX_INDEX = 3
"""Of several indices none is longer; `a_learning_rate` is no a with two indices."""
_SIMPLE = re.compile(r"[^\W_]+(_[^\W_]+)*'*")
_LETTERS_DIGITS = re.compile(r"([^\W\d_]+)(\d*)")
_MATH = {
    "\\": r"\backslash ",
    "^": r"\wedge ",
    "~": r"\sim ",
    "'": r"{\prime}",
    '"': r"{\prime\prime}",
    "`": r"{`}",
    " ": r"\ ",
    **{c: rf"\{c}" for c in "{}$#%&_"},
}
_TEXT = {
    "\\": r"\textbackslash{}",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': "''",
    "$": r"\(\$\)",
    "_": r"\_\allowbreak{}",
    **{c: rf"\{c}" for c in "{}#%&"},
}
_GREEK_LETTERS = "αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΦΨΩ"
_GREEK_NAMES = """
    alpha beta gamma delta varepsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau
    upsilon varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega
"""
_GREEK = dict(zip(_GREEK_LETTERS, _GREEK_NAMES.split(), strict=True))
_SIGNS = {
    "−": "-",
    "×": r"\times ",
    "÷": r"\div ",
    "·": r"\cdot ",
    "⊙": r"\odot ",
    "∂": r"\partial ",
    "√": r"\surd ",
    "∞": r"\infty ",
    "≤": r"\le ",
    "≥": r"\ge ",
    "≠": r"\ne ",
    "→": r"\to ",
    "←": r"\gets ",
    "∈": r"\in ",
    "ᵀ": r"^{\top}",
    "ˣ": "^{x}",
    "Σ": r"\Sigma ",
    **{c: rf"\{name} " for c, name in _GREEK.items()},
    **{c: f"^{{{n}}}" for n, c in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")},
    **{c: f"_{{{n}}}" for n, c in enumerate("₀₁₂₃₄₅₆₇₈₉")},
    "⁻": "^{-}",
    "′": r"{\prime}",
}
_ENDS = {".T": r"^{\top}", " (new)": r"\ \mathrm{(new)}"}
"""What stands behind the name of another value: its transpose, and what an update makes of it."""
_PUNCTUATION = {"…": "...", "“": "``", "”": "''", "\u2019": "'", "\u2013": "--", "\u2014": "---"}


def name_tex(name: str) -> str:
    """Write a name in mathematics: `z1` is z with the index 1, `output` an upright word."""
    for end, sign in _ENDS.items():
        if name.endswith(end) and _is_simple(name[: -len(end)]):
            # In braces, where a power of it has a place of its own.
            return f"{{{name_tex(name[: -len(end)])}{sign}}}"
    if not _is_simple(name):
        return _word(name if len(name) <= MAX_NAME else name[: MAX_NAME - 3] + "...")
    bare = name.rstrip("'")
    first, *rest = bare.split("_")
    match = _LETTERS_DIGITS.fullmatch(first)
    base, digits = (match[1], match[2]) if match else (first, "")
    indices = [digits] * bool(digits) + [name_tex(entry) for entry in rest]
    index = f"_{{{','.join(indices)}}}" if indices else ""
    return _letters(base) + index + name[len(bare) :]


def _is_simple(name: str) -> bool:
    """Tell whether a name is letters and digits, with an index or two behind underscores."""
    if not _SIMPLE.fullmatch(name) or len(name) > MAX_NAME or not all(map(_is_settable, name)):
        return False
    indices = name.split("_")[1:]
    return len(indices) < 2 or all(len(index) <= MAX_INDEX for index in indices)


def sentence_tex(sentence: str) -> str:
    """Write a sentence as running text; the signs of mathematics in it become mathematics."""
    return "".join(_sentence_part(c) for c in sentence)


def _is_settable(character: str) -> bool:
    return character.isascii() or character in _GREEK


def _letters(base: str) -> str:
    if base in _GREEK:
        return f"\\{_GREEK[base]}"
    return base if len(base) == 1 or base.isdigit() else _word(base)


def word_tex(text: str) -> str:
    """Write any text upright in a formula, such as `lower=False`."""
    return _word(text)


def _word(name: str) -> str:
    return rf"\mathrm{{{''.join(_word_part(c) for c in name)}}}"


def _word_part(character: str) -> str:
    if character in _GREEK:
        return rf"\{_GREEK[character]} "
    if character in _MATH:
        return _MATH[character]
    # A raised sign is spelled out: two of them in a row are an error in TeX.
    if _SIGNS.get(character, "").startswith("\\"):
        return _SIGNS[character]
    if character.isascii() and character.isprintable():
        return character if character.isalnum() else f"{{{character}}}"
    return "".join(_word_part(c) for c in spelled(character))


def _sentence_part(character: str) -> str:
    if character in _SIGNS:
        return rf"\({_SIGNS[character].strip()}\)"
    if character in _TEXT:
        return _TEXT[character]
    if character in _PUNCTUATION:
        return _PUNCTUATION[character]
    if character.isascii() and character.isprintable():
        return character
    return "".join(_TEXT.get(c, c) for c in spelled(character))


def spelled(character: str) -> str:
    """Spell out a character in ASCII: `é` is e, `я` is ya, an emoji its name in brackets."""
    plain = unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode()
    if plain and plain.isprintable():
        return plain
    name = unicodedata.name(character, "")
    if unicodedata.category(character)[0] in "CZM" or not name:
        return " "
    for word in (" LETTER ", " SYLLABLE "):
        if word in name:
            return name.partition(word)[2].lower()
    if "IDEOGRAPH" in name:
        return f"[U+{ord(character):04X}]"
    return f"[{name.lower()}]"
