"""Notes in the formats that people write in an editor, with the expected reading of each."""

LATEX = r"""% !TEX program = pdflatex
\documentclass[11pt]{article}
\newtheorem{thm}{Theorem}[section]
\newtheorem*{satz}{Definition}
\newcommand{\norm}[1]{%
  \left\lVert #1 \right\rVert
}
\title{Notes on \emph{kernel} methods%
  and Ma\ss{}e}
\begin{document}
\maketitle
\tableofcontents

\section{The \textbf{kernel} trick in $\mathbb{R}^n$}\label{sec:trick}
A kernel is a function that gives the inner product of two
images without computing them~\cite{aronszajn1950}. % a remark

% a paragraph that was commented out

\begin{satz}[Mercer kernel]
  A Mercer kernel is continuous, symmetric and positive.
\end{satz}

\begin{thm}\label{thm:rep}
The minimiser lies in the span of the data:
\begin{equation}
  f(x) = \sum_{i=1}^n \alpha_i k(x_i, x)
\end{equation}
\end{thm}

\subsection*{Kinds}
\begin{itemize}
  \item The \emph{linear} kernel is the plain inner product.
  \item The Gaussian kernel,
    which is universal
  \item[Odd] A labelled one.
\end{itemize}

\begin{tabular}{ll}
\toprule
name & cost \\
\midrule
linear & $O(n)$ \\
\bottomrule
\end{tabular}

\paragraph{Bandwidth.} The bandwidth sets how far a point reaches.

\begin{lstlisting}[language=Python]
# not a heading
def k(x, y):

    return x @ y
\end{lstlisting}

\begin{exercise}
Why is the Gaussian kernel universal?
\end{exercise}
\begin{solution}
Its feature space is dense in the continuous functions.
\end{solution}
This sentence is no answer.

\begin{exercise}
Show that the sum of two kernels is a kernel.
\end{exercise}

\subsection{What is a Gram matrix?}
The matrix of all inner products.

\input{appendix}
\end{document}
left over
"""

RST = """==============
Kernel methods
==============

:Author: Nobody

.. contents::
   :depth: 2

A **kernel** is a function; see :ref:`the trick <trick>`.

.. _trick:

The ``kernel`` trick
====================

.. note:: Mind the sign.

   It flips.

.. math::
   :label: eq

   k(x, y) = \\phi(x)^T \\phi(y)

.. code-block:: python

   # not a heading
   def k(x, y):

       return x @ y

Kinds
-----

- The linear kernel
  goes on here.
- The Gaussian kernel

bandwidth
    How far a point reaches.

Write it so::

    k = 3

.. a comment
   that nobody sees

+------+------+
| name | cost |
+======+======+
| lin  | low  |
+------+------+

=====  =====
name   cost
=====  =====
rbf    high
=====  =====

What is a Gram matrix?
----------------------

All inner products [1]_.

.. [1] In a Hilbert space.

.. exercise::

   Why is it symmetric?

.. solution::

   Since the inner product is.

This sentence is no answer.
"""

ORG = r"""#+TITLE: Kernel methods
#+AUTHOR: Nobody
# a comment
* TODO [#A] The /kernel/ trick :maths:ml:
:PROPERTIES:
:ID: 123
:END:
SCHEDULED: <2024-01-01 Mon>
A *kernel* is a function; see [[https://example.org][the site]].[fn:1]
** Kinds [1/2]
- [X] The =linear= kernel
  goes on here
- Gaussian :: a smooth one

| name | cost |
|------+------|
| lin  | low  |

#+BEGIN_SRC python :results output
# not a heading
* not a headline
def k(x):

    return x
#+END_SRC

#+begin_definition
A Gram matrix holds all inner products.
#+end_definition

#+begin_tip
Centre it first.
#+end_tip

\begin{equation}
k(x,y) = x^T y
\end{equation}

** What is a Gram matrix?
All inner products.
* COMMENT Hidden
secret
** deeper
* Exercises
[fn:1] In a Hilbert space.
#+begin_exercise
Why is it symmetric?
#+end_exercise
#+begin_solution
Since the inner product is.
#+end_solution
This sentence is no answer.
"""
