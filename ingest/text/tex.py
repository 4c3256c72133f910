"""The words of a piece of LaTeX, for titles and for classifying lines. Quotes keep the source unchanged."""

from __future__ import annotations

import re
import unicodedata

_LONGEST = 2_000
"""The number of characters of a line that are examined. Titles are short, and the start of a line shows its kind."""
_ROUNDS = 6
"""Levels of commands inside one another, as in `\\textbf{\\emph{…}}`, whose arguments are read."""
_COMMENT = re.compile(r"(?<!\\)((?:\\\\)*)%.*$")
_MATHS = re.compile(r"\$[^$]{1,400}\$|\\\([^$]{1,400}?\\\)")
_KEPT = re.compile(r"\ufdd0(\d+)\ufdd1")
_ACCENTS = {"`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", '"': "\u0308", "c": "\u0327", "v": "\u030c", "H": "\u030b"} | {
    "=": "\u0304",
    ".": "\u0307",
    "u": "\u0306",
    "r": "\u030a",
    "k": "\u0328",
}
_ACCENT = re.compile(r"""\\(?:([`'^~"=.])\s?\{?\\?([A-Za-z])\}?|([cvHurk])\{\\?([A-Za-z])\})""")
_LETTERS = {"ss": "ß", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "o": "ø", "O": "Ø", "aa": "å", "AA": "Å", "l": "ł", "L": "Ł"} | {
    "LaTeX": "LaTeX",
    "TeX": "TeX",
    "ldots": "…",
    "dots": "…",
    "textendash": "–",
    "textemdash": "—",
    "textbackslash": "\\",
    "S": "§",
    "P": "¶",
}
_LETTER = re.compile(rf"\\({'|'.join(_LETTERS)})(?:\{{\}}|\s+|(?![A-Za-z]))")
_WITH_ARGUMENT = re.compile(r"\\([A-Za-z@]+)\*?\s?(?:\[[^\[\]{}]{0,200}\]\s?){0,3}\{([^{}]*)\}(?:\{([^{}]*)\})?")
_CITED_BEFORE_STOP = re.compile(r"[~\s]{1,4}\\cite[a-z]*\*?(?:\[[^\[\]{}]{0,200}\]){0,2}\{[^{}]{0,400}\}(?=[.,;:)])")
_VERB = re.compile(r"\\(?:verb\*?|lstinline)(?:\[[^\]]{0,80}\])?([|!+/@#])(.{0,200}?)\1")
_COMMAND = re.compile(r"\\([A-Za-z@]+)\*?(?:\s*\[[^\[\]{}]{0,200}\])?\s?")
_BOLD = frozenset("textbf textsc textbfseries alert emphbf defn define newterm term".split())
"""Commands whose text is in bold, or names a term."""
_CODE = frozenset("texttt code url path lstinline mintinline".split())
"""Commands whose text is code."""
_TWO = frozenset({"href", "textcolor", "colorbox", "foreignlanguage", "texorpdfstring", "raisebox", "fcolorbox", "mintinline"})
"""Commands of two arguments whose text is the second."""
_SILENT = frozenset(
    "label ref eqref pageref autoref cref Cref vref nameref cite citep citet citealp citealt citeauthor citeyear parencite textcite "
    "autocite footcite nocite index glossary footnotemark vspace hspace input include includeonly includegraphics bibliography "
    "bibliographystyle addbibresource printbibliography newcommand renewcommand providecommand DeclareMathOperator newenvironment "
    "renewenvironment newtheorem declaretheorem theoremstyle usepackage documentclass documentstyle setlength addtolength setcounter "
    "addtocounter stepcounter pagestyle thispagestyle pagenumbering hypersetup definecolor lstset usetikzlibrary graphicspath "
    "geometry RequirePackage let def newif newlength newcounter titleformat titlespacing setlist captionsetup date author affil "
    "institute thanks rule cline cmidrule multirow addcontentsline phantomsection selectlanguage AtBeginDocument "
    "DeclarePairedDelimiter newcolumntype tikzset color usetheme setbeamertemplate footnote footnotetext marginpar subfile "
    "InputIfFileExists listoftodos fontsize linespread".split()
)
"""Commands whose arguments are not part of the text."""
_SIGNS = {"~": " ", "---": "—", "--": "–", "``": "“", "''": "”"}
_SIGN = re.compile(r"---|--|``|''|~")
_ESCAPED = re.compile(r"\\([%&#_{}$])")
_ARROWED = re.compile(r"\\\\(?:\[[^\]]{0,20}\])?|\\[,;:!/ @-]")


def without_comment(line: str) -> str:
    """A line without its comment."""
    return _COMMENT.sub(r"\1", line) if "%" in line else line


def plain_tex(text: str) -> str:
    """The words of a LaTeX text on one line: bold as `**…**`, code in backquotes, formulas unchanged, without references and footnotes.

    >>> plain_tex(r"A kernel~\\cite{mercer}.")
    'A kernel.'
    >>> plain_tex(r"The \\emph{gradient} of \\(f\\), see \\ref{eq:1}")
    'The gradient of \\\\(f\\\\), see'
    """
    text = without_comment(text[:_LONGEST]).replace("\ufdd0", "").replace("\ufdd1", "")
    kept: list[str] = []

    def keep(words: str) -> str:
        kept.append(words)
        return f"\ufdd0{len(kept) - 1}\ufdd1"

    if "\\verb" in text or "\\lstinline" in text:
        text = _VERB.sub(lambda m: keep(f"`{m[2]}`"), text)
    if "$" in text or "\\(" in text:
        text = _MATHS.sub(lambda m: keep(m[0]), text)
    if "\\" in text:
        text = _CITED_BEFORE_STOP.sub("", text)
        text = _ESCAPED.sub(lambda m: keep(m[1]), _ARROWED.sub(" ", text))
        text = _LETTER.sub(lambda m: _LETTERS[m[1]], _ACCENT.sub(_accented, text))
        for _ in range(_ROUNDS):
            changed = _WITH_ARGUMENT.sub(_argument, text)
            if changed == text:
                break
            text = changed
        text = _COMMAND.sub(" ", text)
    text = _SIGN.sub(lambda m: _SIGNS[m[0]], text.replace("{", "").replace("}", ""))
    for _ in range(3):
        text = _KEPT.sub(lambda m: kept[int(m[1])] if int(m[1]) < len(kept) else "", text)
    return " ".join(text.split())


def _argument(match: re.Match[str]) -> str:
    """The visible text of a command with arguments."""
    name, first, second = match.groups()
    if name in _SILENT or name in ("begin", "end"):
        return " "
    if name == "hypertarget":
        return second or " "
    if name in _TWO and second is not None:
        return f"{second}"
    said = f"**{first.strip()}**" if name in _BOLD and first.strip() else f"`{first}`" if name in _CODE else first
    return said if second is None else f"{said}{{{second}}}"


def _accented(match: re.Match[str]) -> str:
    accent, letter = (match[1], match[2]) if match[1] else (match[3], match[4])
    return unicodedata.normalize("NFC", letter + _ACCENTS[accent])
