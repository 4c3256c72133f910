"""Formulas of LaTeX outside of dollars, and the commands for signs of formulas or layout, as opposed to an author's own."""

from __future__ import annotations

import re

SIGNS = frozenset(
    """
    alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi varpi rho varrho sigma varsigma tau
    upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega infty partial nabla
    ell hbar aleph wp
    cdot cdots times div pm mp leq geq le ge neq ne approx equiv sim simeq cong propto in notin ni subset subseteq supset supseteq cup
    cap setminus emptyset varnothing forall exists neg land lor wedge vee oplus otimes circ bullet star dagger prime angle perp parallel mid
    nmid to gets rightarrow leftarrow Rightarrow Leftarrow leftrightarrow Leftrightarrow longrightarrow implies iff mapsto uparrow downarrow
    sum prod int oint iint lim limsup liminf sup inf max min log ln exp sin cos tan sec csc cot arcsin arccos arctan sinh cosh tanh det dim
    ker deg gcd arg Re Im langle rangle lfloor rfloor lceil rceil ldots dots vdots ddots left right frac sqrt begin end
    item par noindent newline pause medskip bigskip smallskip centering quad qquad LaTeX TeX hline maketitle clearpage newpage vfill hfill
    small large Large footnotesize em bf it sc rm tt S
    """.split()
)
"""Names of commands without their backslash."""

_NUMBERED = re.compile(r"\\([A-Za-z]{2,20})\*?\{[\w.,:() -]{0,20}\}\{")
_SIGNS = re.compile(r"\\[A-Za-z]|[=^_<>]")
_TEXT = frozenset("textcolor colorbox href parbox raisebox multicolumn multirow frac dfrac tfrac binom sqrt".split())
"""Commands with two arguments that are not equations."""
_FORMULAS = re.compile(
    r"\\(?:[dt]?frac|sqrt|sum|prod|int|lim|partial|nabla|math(?:bb|bf|rm|cal)|hat|bar|vec|tilde|left|right|cdot|times|[lg]eq?|equiv|infty"
    r"|Delta|alpha|beta|gamma|delta|lambda|mu|nu|rho|sigma|theta|pi|omega|displaystyle|textnormal)(?![A-Za-z])"
)
_COMMAND = re.compile(r"\\[A-Za-z]+\*?(?:\[[^\]]*\])?|\{[^{}]*\}")
_WORD = re.compile(r"(?<![\w\\^{])[A-Za-z]{3,}(?![\w(^}])")
_MOST_WORDS = 3


def own_formulas(text: str) -> str:
    """The text with equations in a command of the author's own in dollars: `\\eqn{2.1}{E = mc^2}` is `$E = mc^2$`."""
    found = _NUMBERED.search(text)
    while found:
        end = _closing(text, found.end())
        inner = text[found.end() : end].strip()
        if end < 0 or found[1] in _TEXT or not _SIGNS.search(inner) or "$" in inner:
            found = _NUMBERED.search(text, found.end())
            continue
        text = f"{text[: found.start()]}${inner}${text[end + 1 :]}"
        found = _NUMBERED.search(text, found.start() + len(inner) + 2)
    return text


def is_bare_formula(text: str) -> bool:
    """True for a formula in the notation of TeX without any dollar sign, such as a line of a long equation."""
    if "\\" not in text or "$" in text or len(_FORMULAS.findall(text)) == 0:
        return False
    return len(_WORD.findall(_COMMAND.sub(" ", _COMMAND.sub(" ", text)))) <= _MOST_WORDS


def _closing(text: str, at: int) -> int:
    """The place of the bracket that closes the one before a place, or -1."""
    depth = 1
    while at < len(text):
        if text[at] == "\\":
            at += 1
        elif text[at] in "{}":
            depth += 1 if text[at] == "{" else -1
            if depth == 0:
                return at
        at += 1
    return -1
