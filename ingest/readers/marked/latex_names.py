"""The names of LaTeX's commands and environments by the kind of their text."""

from __future__ import annotations

from ingest.model import Kind

LEVELS = {
    "part": 1,
    "chapter": 2,
    "section": 3,
    "subsection": 4,
    "subsubsection": 5,
    "frametitle": 5,
    "paragraph": 6,
    "subparagraph": 6,
    "framesubtitle": 6,
}
"""The heading commands with the levels of their headings."""
CODE = frozenset(
    "verbatim Verbatim lstlisting minted alltt algorithm algorithmic algorithmicx pseudocode python pycode bash Highlighting".split()
)
"""Environments whose lines are code."""
MATHS = frozenset("equation align gather multline eqnarray displaymath flalign alignat math dmath split cases aligned".split())
"""Environments that are displayed formulas."""
TABLES = frozenset("tabular tabularx longtable tabu tabulary supertabular array tblr".split())
"""Environments that are tables."""
LISTS = frozenset(
    "itemize enumerate description compactitem compactenum inparaenum questions parts thebibliography tasks asparaenum".split()
)
"""Environments that are lists."""
NUMBERED_LISTS = frozenset(("enumerate", "questions", "parts"))
PICTURES = frozenset("comment tikzpicture picture axis filecontents pspicture pgfpicture CCSXML".split())
"""Environments without readable text."""
_KINDS = {
    Kind.DEFINITION: ("definition", "defn", "defi", "def", "dfn", "notation"),
    Kind.QUESTION: ("exercise", "problem", "question", "exer", "prob", "quest", "xca"),
    Kind.ANSWER: ("solution", "answer", "sol", "soln", "ans"),
    Kind.CALLOUT: (
        "theorem lemma proposition corollary claim fact conjecture axiom assumption property hypothesis law rule example remark note"
        " observation intuition tip warning caution important hint pitfall summary takeaway keypoint block alertblock exampleblock"
        " thm lem prop cor clm exm exmp examp rem rmk obs principle result insight box tcolorbox mdframed framed infobox"
    ).split(),
}
KIND_OF = {name: kind for kind, names in _KINDS.items() for name in names}
"""The environments whose text has a kind of its own, by their usual names and abbreviations."""
