"""The sentence splitter as a table: one text a row, `|` where a sentence should end.

The first table has what notes are written in: formulas, code, references, lists. The second has the golden rules of pySBD for English that
matter for notes (github.com/nipunsadvilkar/pySBD, tests/lang/test_english.py).
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.text.sentences import sentences

NOTES = [
    "It works, e.g. for x. | Then stop.",
    "We use ReLU, i.e. max(0, x). | It is cheap.",
    "The best known were E. M. Forster and T. S. Eliot. | Some took vitamin C. | It helped.",
    "The last movement of Op. 109 ends in m. 7 and s. 12 of the Act (art. 5). | The rod is 5 m. | 3 rods are 15 m.",
    "See Eq. 3 and Fig. 2 by Smith et al. 2017. | Done.",
    "See Eq. (3) and Fig. $k$ for both. | Done.",
    "A rate of approx. 3 % is usual, cf. Sec. 4.2.",
    "In Fig. 3 we see it.",
    "There is no. | It is wrong.",
    "Give the def. | Then prove it.",
    "See Smith et al. (2017) for details.",
    "The U-Net paper (Ronneberger et al., 2015) is short. | It has 8 pages.",
    "Read the chapter by J. Pearl and D. Mackenzie. | It is short.",
    "Let A be of type B. | Then it holds.",
    "Items: apples, pears, etc. | They are fruit.",
    "Items (apples, etc.) are fruit. | Yes.",
    "Samples are i.i.d. | The rest follows.",
    "Samples are i.i.d. draws from it.",
    "It is L2 vs. L1. | Yes.",
    "Accuracy was 0.95 vs. 0.90 before.",
    "The rate is 0.25. | So it halves.",
    "Use v1.2.3. | It is newer.",
    "It needs 8 GB of RAM. | 16 GB are better.",
    "The set is {1, 2, ...}. | It is infinite.",
    "Take $x. Y$ as given. | Go on.",
    r"The loss is $L = -\log p. q$ here. | It falls.",
    r"Take \(x. Y\) as given. | Go on.",
    r"Divide by $\sqrt{d_k}$. | $d_k$ is the dimension.",
    "Set `a.b. C` first. | Then go.",
    "Call `a.b. C` now! | Why? | Because.",
    "See [the docs. Really](http://a.b/c). | Then go.",
    "It falls (slowly. Very slowly) at first. | Then fast.",
    "An open bracket (is no reason. | A new sentence starts.",
    "(It is optional.) | Then train.",
    "**Bold.** | Next one.",
    "Σ is diagonal. | Σ⁻¹ is too.",
    "这是一句。 | 这是第二句。",
    "1. The first item",
    "wrapped lines\ngo on here. | New one\nstarts.",
    "A line that is complete\n | Another one",
    "A label:\n | Its text.",
    "A list of apples,\nPears and plums.",
    "A line of more than sixty characters was wrapped by its author at\nSixty. | Next.",
]
GOLDEN = [
    "Hello World. | My name is Jonas.",
    "What is your name? | My name is Jonas.",
    "There it is! | I found it.",
    "Please turn to p. 55.",
    "Were Jane and co. at the party?",
    "They closed the deal with Pitt, Briggs & Co. at noon.",
    "Let's ask Jane and co. | They should know.",
    "They closed the deal with Pitt, Briggs & Co. | It closed yesterday.",
    "That is JFK Jr.'s book.",
    "I visited the U.S.A. last year.",
    "I work for the U.S. Government in Virginia.",
    "I have lived in the U.S. for 20 years.",
    "She has $100.00 in her bag.",
    "She has $100.00. | It is in her bag.",
    "He teaches science (He previously worked for 5 years as an engineer.) at the local University.",
    "Her email is Jane.Doe@example.com. | I sent her an email.",
    "The site is: https://www.example.50.com/new-site/awesome_content.html. | Please check it out.",
    "She turned to him, 'This is great.' she said.",
    'She turned to him, "This is great." | She held the book out to show him.',
    "Hello!! | Long time no see.",
    "Hello?? | Who is there?",
    "Hello!? | Is that you?",
    "She works at Yahoo! in the accounting department.",
    "I never meant that.... | She left the store.",
    "The practice was not abandoned. . . .",
    "The period ends with a period . . . . | Next sentence.",
]
KNOWN_FAULTS = [
    # A single capital ends a sentence in "of type B.", and here it does not.
    "My name is Jonas E. Smith.",
    "By J. Pearl. | A book.",
    # After an abbreviation in capitals a sentence may end.
    "I live in the U.S. | How about you?",
    # Names in front of names: not in notes as often as "the 1st. Then".
    "I can see Mt. Fuji from here.",
    # A sentence that starts with a small letter or a root.
    "x is large. | y is small.",
    "Why divide by √d? | √d keeps the variance at 1.",
]


def split(marked: str) -> str:
    text = marked.replace("\n | ", "\n").replace("。 | ", "。").replace(" | ", " ")
    return " | ".join(text[start:end] for start, end in sentences(text))


def row(marked: str) -> str:
    return marked.replace("\n | ", " | ")


@pytest.mark.parametrize("marked", NOTES)
def test_sentences_of_notes(marked: str) -> None:
    assert split(marked) == row(marked)


@pytest.mark.parametrize("marked", GOLDEN)
def test_golden_rules(marked: str) -> None:
    assert split(marked) == marked


@pytest.mark.parametrize("marked", KNOWN_FAULTS)
@pytest.mark.xfail(strict=True, reason="known fault; a mended one moves to a table above")
def test_known_faults(marked: str) -> None:
    assert split(marked) == marked


@given(st.text(alphabet=st.sampled_from("aB1. !?\n$`()[]\\*。,:eg"), max_size=80))
def test_sentences_are_in_order_and_cover_all_but_white_space(text: str) -> None:
    found = sentences(text)
    assert found == sorted(found)
    assert all(text[start:end] == text[start:end].strip() != "" for start, end in found)
    kept = "".join(text[start:end] for start, end in found)
    assert "".join(kept.split()) == "".join(text.split())


LANGUAGES = [
    "Die Zelle, z. B. einer Pflanze, ist klein. | Sie teilt sich d. h. Sie wächst.",
    "Das war im 19. Jahrhundert so. | Am 3. Oktober kam er. | Es waren 12. | Danach ging er.",
    "Vgl. Abb. 3 und Kap. 2 dazu. | Fertig.",
    "« Où est-il ? » | Personne ne sait. | Il est, p. ex. Ici, absent.",
    "¿Qué es una célula? | ¡Es la unidad! | La Sra. Pérez lo dijo.",
    "Что такое клетка? | Это единица жизни. | Она мала.",
    "Żółw jest mały. | Śpi długo.",
    "これは「文です。」と言った。 | 次の文です。",
    "ما هي الخلية؟ | هي وحدة البناء. | وهي صغيرة.",
    "कोशिका क्या है? | यह इकाई है। | यह छोटी है।",
]


@pytest.mark.parametrize("row", LANGUAGES)
def test_other_languages(row: str) -> None:
    text = row.replace(" | ", " ")
    assert [text[a:b] for a, b in sentences(text)] == row.split(" | ")


WRAPPED = [
    "Each replica of a block is stored as a plain\nLinux file on a block server and is extended only\nwhen needed. | Sessions are kept"
    " alive by handshakes called\nKeepAlives, which the server answers late.",
    "It is shown in Fig.\n3 of the paper. | Smith et al.\nagreed with that.",
]


@pytest.mark.parametrize("row", WRAPPED)
def test_line_ends_of_a_page_end_no_sentence(row: str) -> None:
    text = row.replace(" | ", " ")
    assert [text[a:b] for a, b in sentences(text, wrapped=True)] == row.split(" | ")


def test_a_wide_line_of_chinese_goes_on() -> None:
    text = "死锁是指两个或多个进程互相等待对方持有的资源从而都无法继续执行下去的状态它有四\n个必要条件。下一句。"
    assert len(sentences(text)) == 2
