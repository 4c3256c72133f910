"""The commands of LaTeX that are signs of formulas or layout, as opposed to those that an author defined."""

from __future__ import annotations

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
