"""Give many notations one spelling: a search for `sqrt d` finds `√d`, `\\sqrt{d}` and "square root of d", one for `lambda` finds `λ`.

`fold` rewrites a text. `tokens` cuts a folded text into the words that lexical search counts. Neither stems words nor drops stop words.
"""

from __future__ import annotations

import re
import unicodedata

_GREEK_LETTERS = "αβγδεζηθικλμνξοπρστυφχψω"
_GREEK_NAMES = "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon phi chi psi omega"
_GREEK = dict(zip(_GREEK_LETTERS, _GREEK_NAMES.split(), strict=True))
_SIGNS = {
    "√": "sqrt", "∑": "sum", "∏": "prod", "∫": "int", "∂": "partial", "∇": "nabla", "∞": "infinity", "∈": "in", "∝": "propto",
    "∀": "forall", "∃": "exists", "⊥": "perp", "∅": "emptyset", "ς": "sigma", "ϵ": "epsilon", "ϕ": "phi", "ϑ": "theta", "ϱ": "rho",
    "µ": "mu", "⊙": "odot", "⊗": "otimes", "∪": "cup", "∩": "cap", "⊂": "subset", "⊆": "subset",
    "×": "*", "·": "*", "⋅": "*", "∗": "*", "÷": "/", "∕": "/", "≤": "<=", "≥": ">=", "≠": "!=", "≈": "~=", "≪": "<<", "≫": ">>",
    "∼": "~", "±": "+-", "→": "->", "←": "<-", "↔": "<->", "⇒": "=>", "⟹": "=>", "⇔": "<=>", "↦": "->", "≡": "==", "∣": "|", "∥": "||",
    "‖": "||", "⟨": "<", "⟩": ">", "…": "...", "½": "1/2", "¼": "1/4", "¾": "3/4",
}  # fmt: skip
_PLAIN = {
    **dict.fromkeys("‘’ʼ′‛", "'"),
    **dict.fromkeys("“”„‟″«»", '"'),
    **dict.fromkeys("‐‑‒–—―−﹣－", "-"),
    **dict.fromkeys("\u00ad\u200b", ""),
    "ℓ": "l", "ß": "ss", "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "ı": "i",
}  # fmt: skip
"""Characters with their plain form: quotes, hyphens, and invisible signs."""
_SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱᵀᵗᵏᵈᶻˣʸᵐᵖʲʰ"
_SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ"


def _table() -> dict[int, str]:
    table = {ord(sign): f" {name} " for letter, name in _GREEK.items() for sign in (letter, letter.upper())}
    table.update({ord(sign): f" {name} " for sign, name in _SIGNS.items()})
    table.update({ord(sign): plain for sign, plain in _PLAIN.items()})
    return table


_TABLE = _table()
_RAISED = re.compile(f"[{_SUPERSCRIPTS}]+")
_LOWERED = re.compile(f"[{_SUBSCRIPTS}]+")
_SCRIPT = re.compile(r"([_^])\s*\{\s*([^{}]{1,40}?)\s*\}")
_FRACTION = re.compile(r"\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}")
_COMMAND = re.compile(r"\\([A-Za-z]+)\*?|\\(.)")
_DROPPED_NAMES = (
    "frac dfrac tfrac left right big Big bigg Bigg text textbf textit texttt mathbf mathbb mathcal mathrm mathit mathsf mathfrak "
    "boldsymbol bm operatorname displaystyle textstyle quad qquad limits nolimits begin end aligned label nonumber hat tilde bar vec "
    "overline underline widehat widetilde underbrace overbrace mathop emph tag "
    "part chapter section subsection subsubsection paragraph subparagraph item textsc textsf textsl caption footnote "
    "cite citep citet ref eqref cref Cref autoref pageref textnormal mbox hbox hline toprule midrule bottomrule centering noindent"
)
_DROPPED = frozenset(_DROPPED_NAMES.split())
"""LaTeX commands that are dropped. All others become their name: `\\alpha`, `\\sum`."""
_RENAMED = {
    "leq": "<=", "le": "<=", "geq": ">=", "ge": ">=", "neq": "!=", "ne": "!=", "approx": "~=", "sim": "~", "times": "*", "cdot": "*",
    "to": "->", "rightarrow": "->", "Rightarrow": "=>", "implies": "=>", "leftarrow": "<-", "gets": "<-", "mid": "|", "parallel": "||",
    "Vert": "||", "lVert": "||", "rVert": "||", "vert": "|", "pm": "+-", "infty": "infinity", "ldots": "...", "cdots": "...", "dots": "...",
    "varepsilon": "epsilon", "vartheta": "theta", "varphi": "phi", "ast": "*", "div": "/", "ell": "l",
    "ll": "<<", "gg": ">>", "equiv": "==",
}  # fmt: skip
"""LaTeX commands that become the name of the sign they stand for."""
_MARKUP = re.compile(
    r"\\(?:begin|end|label|ref|eqref|pageref|autoref|[cC]ref|cite[a-z]*|input|include|includegraphics|hspace|vspace)\*?"
    r"(?:\[[^\[\]]{0,80}\])?\{[^{}]{0,200}\}|\\(?:[a-z]*section|chapter|part|[a-z]*paragraph|emph|textbf|textit|texttt|textsc|footnote|caption"
    r"|item|noindent|centering|hline|toprule|midrule|bottomrule)\b\*?"
)
_SPELT_OUT = re.compile(r"\bsquare[ -]roots?(?: of)?\b", re.IGNORECASE)
"""A root as a formula is read aloud."""
_BEFORE_SCRIPT = re.compile(r" (?=[_^]\w)")
_SPACES = re.compile(r"[^\S\n]{2,}")
_COMPOUND = re.compile(r"\d+(?:\.\d+)+|[^\W_]+(?:['_-]+[^\W_]+)*")
_JOINT = re.compile(r"['_-]+")
_CAMEL = re.compile(r"(?<=[a-z]{3})(?=[A-Z][a-z]{2})|(?<=[A-Z]{2})(?=[A-Z][a-z]{3})")
_CASED = re.compile(r"[a-z][A-Z]|[A-Z]{3}[a-z]")


_SHORT_ELIDED = 5
"""A word with fewer letters is not also joined with the shortened word in front: `qu'est`."""
_VOICED = "\u3099\u309a"
"""The marks that distinguish the Japanese syllables `ga` from `ka`, and `pa` from `ha`."""
_EASTERN = re.compile(r"[\u1100-\u11ff\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
"""The letters of Chinese, Japanese and Korean, Korean ones also as their parts."""
_SYLLABIC, _KOREAN = "\u3005-\u3007\u3041-\u30fc\u3400-\u9fff", "\uac00-\ud7a3"
_EASTERN_RUN = re.compile(rf"[{_SYLLABIC}]+|[{_KOREAN}]+|[^{_SYLLABIC}{_KOREAN}]+")
_ELISION = re.compile(r"^(?:[cdjlmnst]|qu|(?:lors|puis|jus|quoi)qu|[ds]?e?ll|all|null|dall|sull|un)'(?=[aeiouhy]\w\w)")
"""A shortened word in front of another, in French and Italian: `l'intégrale`, `dell'energia`."""


def fold(text: str) -> str:
    """Rewrite a text in plain spelling.

    LaTeX commands and mathematical signs become words or ASCII, Greek letters their names, a spelt-out square root `sqrt`. Accents are
    dropped. Case is kept, since it tells the parts of `KVCache` apart.

    >>> fold("α ≤ √d_k")
    ' alpha <= sqrt d_k'
    """
    if "\\" in text:
        text = _FRACTION.sub(r" (\1)/(\2) ", text)
        text = _COMMAND.sub(_command, text)
    if "{" in text:
        text = _SCRIPT.sub(r"\1\2", text)
    if not text.isascii():
        text = _RAISED.sub(lambda m: "^" + unicodedata.normalize("NFKC", m[0]), text)
        text = _LOWERED.sub(lambda m: "_" + unicodedata.normalize("NFKC", m[0]), text)
        text = unicodedata.normalize("NFKD", text.translate(_TABLE)).translate(_TABLE)
        if not text.isascii():
            text = "".join([c for c in text if not unicodedata.combining(c) or c in _VOICED])
            if _EASTERN.search(text):
                text = unicodedata.normalize("NFC", text)
    if "oot" in text or "OOT" in text:
        text = _SPELT_OUT.sub("sqrt", text)
    text = _SPACES.sub(" ", text)
    return _BEFORE_SCRIPT.sub("", text) if "_" in text or "^" in text else text


def without_commands(text: str) -> str:
    """The text with its LaTeX markup commands replaced by as many spaces. Formulas stay."""
    return _MARKUP.sub(lambda match: " " * len(match[0]), text) if "\\" in text else text


def tokens(text: str) -> list[str]:
    """The words and numbers of a text in small letters and in order.

    A compound gives its parts and, if it has two, their union too. So `kv-cache` and `KVCache` both give kv, cache, kvcache, and `kv cache`
    finds them; `$L_2$` gives l, 2, l2, and `L2` finds it. A possessive `'s` is dropped. Chinese, Japanese and Korean have no spaces between
    words, or word endings: their terms are the pairs of neighbouring letters (Nie et al. 2000, "On the use of words and n-grams").
    """
    found: list[str] = []
    for piece in _COMPOUND.findall(fold(text)):
        if not piece.isascii() and _EASTERN.search(piece):
            for run in _EASTERN_RUN.findall(piece):
                found.extend(_pairs(run) if _EASTERN.match(run[0]) else [run.lower()])
        elif piece.isalnum():
            if _CASED.search(piece):
                _add_parts(found, _CAMEL.split(piece))
            else:
                found.append(piece.lower())
        elif "'" in piece:
            elided = _ELISION.sub("", piece.lower())
            if len(elided) < len(piece):
                rest = [part for part in _JOINT.split(elided.removesuffix("'s")) if part]
                found.extend(rest)
                if len(rest[0]) < _SHORT_ELIDED:
                    continue
            for word in piece.split("-"):
                found.extend(filter(None, _JOINT.split(word.lower().removesuffix("'s").replace("'", ""))))
        else:
            _add_parts(found, _JOINT.split(piece) if piece[0].isalpha() or "." not in piece else [piece])
    return found


def _pairs(run: str) -> list[str]:
    """The pairs of neighbouring letters in a run without spaces, as its terms; a single letter is its own term."""
    return [run[at : at + 2] for at in range(len(run) - 1)] or [run]


def _add_parts(found: list[str], parts: list[str]) -> None:
    lowered = [part.lower() for part in parts]
    found.extend(lowered)
    if len(lowered) == 2:
        found.append("".join(lowered))


def _command(match: re.Match[str]) -> str:
    name, sign = match.groups()
    if name is None:
        return "||" if sign == "|" else sign if sign in "{}%&#_$" else " "
    if name in _DROPPED:
        return " "
    return f" {_RENAMED.get(name, name)} "
