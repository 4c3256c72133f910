"""Answers without a model: the documents' own sentences, chosen and ordered so that they read as an answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from samples import WordEncoder, make_chunk, make_index, read_chunks

from assistant.answers.compose.asked import USUAL_WORDS
from assistant.answers.compose.compose import compose_parts
from assistant.answers.confidence.confidence import confidence
from assistant.answers.model import DONT_SAY, Answer, Block, Citation, Formula, Sentence, sentences_of
from assistant.answers.passages.candidates import Ranker
from assistant.answers.question.intent import Intent, asks_name, fits, intent_of
from assistant.wording.display import tidy
from index.search import Index, Query
from ingest.model import Kind, TokenEncoder

COURSE = Path(__file__).resolve().parent.parent / "data" / "course"


@dataclass(frozen=True)
class Composed:
    """An answer, in the forms that tests look at."""

    blocks: tuple[Block, ...]
    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    text: str


def answer(index: Index, question: str, encoder: TokenEncoder | None = None) -> Composed:
    query = Query.of(question, encoder or WordEncoder())
    blocks, citations = compose_parts([(query, index.search(query))], Ranker(index, encoder or WordEncoder()))
    whole = Answer(question, blocks, citations, 1.0, not blocks, "extractive", (), 0.0)
    return Composed(blocks, sentences_of(blocks), citations, str(whole))


def asked_of(folder: Path, note: str, question: str, encoder: TokenEncoder | None = None) -> Composed:
    index = make_index(read_chunks("note.md", note), encoder or WordEncoder(), folder)
    composed = answer(index, question, encoder)
    index.close()
    return composed


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    chunks = [chunk for file in sorted(COURSE.glob("*.md")) for chunk in read_chunks(file.name, file.read_text(encoding="utf-8"))]
    index = make_index(chunks, WordEncoder(), tmp_path_factory.mktemp("course"))
    yield index
    index.close()


GRADIENT = """# Optimisation

## Gradient descent

People have used it since Cauchy. Gradient descent is a method that steps against the gradient of a loss.
It needs a learning rate. The step is small where the loss is flat.
"""


@pytest.mark.parametrize(
    "question", ["what is gradient descent", "gradient descent", "define gradient descent", "Explain gradient descent!"]
)
def test_a_definition_comes_first(tmp_path: Path, question: str) -> None:
    composed = asked_of(tmp_path, GRADIENT, question)
    assert composed.text.startswith("Gradient descent is a method that steps against the gradient of a loss.")


def test_a_definition_does_not_begin_with_a_pronoun_that_points_nowhere(tmp_path: Path) -> None:
    note = "# Notes\n\n## Misc\n\nShannon introduced entropy in 1948. It is the average surprise that entropy counts in bits.\n"
    composed = asked_of(tmp_path, note, "what is the average surprise in bits")
    assert composed.text.startswith("Shannon introduced entropy in 1948. It is the average surprise")


@pytest.mark.parametrize("question", ["softmax formula", "what is the formula of softmax", "softmax equation"])
@pytest.mark.parametrize("formula", ["$$p_i = \\frac{e^{z_i}}{\\sum_j e^{z_j}}$$", "p_i = exp(z_i) / Σ_j exp(z_j)"], ids=["latex", "plain"])
def test_a_formula_that_is_asked_for_is_given(tmp_path: Path, question: str, formula: str) -> None:
    note = f"""# Softmax

The softmax function turns a vector of scores into probabilities that add up to one.

{formula}

Softmax is used in the last layer of a classifier, where softmax scores are called logits.
A softmax with a low temperature is nearly an argmax.
"""
    composed = asked_of(tmp_path, note, question)
    assert any(formula in citation.quote for citation in composed.citations), composed.text
    if formula.startswith("$$"):
        assert Formula(formula.strip("$"), (1,)) in [replace(block, why="") for block in composed.blocks if isinstance(block, Formula)]
    else:
        assert formula in composed.text


@pytest.mark.parametrize("pronoun", ["It", "This", "They", "Such a penalty", "Therefore it", "The latter"])
def test_a_pronoun_brings_the_sentence_that_it_points_back_to(tmp_path: Path, pronoun: str) -> None:
    note = f"# Notes\n\nWeight decay adds a penalty on the norm. {pronoun} keeps capacity small so that networks generalise well.\n"
    composed = asked_of(tmp_path, note, "why is capacity kept small so that networks generalise well")
    said = ["Weight decay adds a penalty on the norm.", f"{pronoun} keeps capacity small so that networks generalise well."]
    assert [sentence.text for sentence in composed.sentences] == said
    assert [citation.quote for citation in composed.citations] == [" ".join(said)]


def test_no_passage_gives_no_answer(tmp_path: Path) -> None:
    index = make_index([make_chunk("Chapter one\nChapter two", kind=Kind.CONTENTS)], WordEncoder(), tmp_path)
    query = Query.of("chapter one", WordEncoder())
    assert compose_parts([(query, [])], Ranker(index, WordEncoder())) == ((), ())
    assert confidence(query, [], index, WordEncoder()) == 0
    composed = answer(index, "chapter one")
    assert (composed.sentences, composed.citations, composed.text) == ((), (), DONT_SAY)
    index.close()


def test_questions_pointers_and_bare_titles_answer_nothing(tmp_path: Path) -> None:
    said = "Entropy counts bits of surprise."
    chunk = make_chunk(f"**Entropy**\nWhy is entropy never negative?\nSee entropy.md for entropy.\n---\n{said}", section=("Entropy",))
    index = make_index([chunk], WordEncoder(), tmp_path)
    assert [citation.quote for citation in answer(index, "entropy").citations] == [said]
    index.close()


def test_nothing_is_said_twice(tmp_path: Path) -> None:
    chunks = [make_chunk("Entropy is the average surprise.", document=f"{name}.md") for name in "abcd"]
    index = make_index(chunks, WordEncoder(), tmp_path)
    assert answer(index, "what is entropy").text == "Entropy is the average surprise."
    index.close()


def test_a_short_item_is_said_with_its_label(tmp_path: Path) -> None:
    composed = asked_of(tmp_path, "# Adam\n\n## Default learning rate\n\n- 0.001\n", "default learning rate of adam")
    assert composed.text == "Default learning rate: 0.001."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- first thing\n- second thing", "first thing; second thing"),
        ("- first thing\n\n- second thing\n\n", "first thing; second thing"),
        ("Steps:\n1. measure\n2. cut\n3. glue", "Steps: measure; cut; glue"),
        ("Main idea\n* measure\n* cut", "Main idea: measure; cut"),
        ("- measure.\n- cut!", "measure. cut!"),
        ("• measure\n◦ cut\n(a) glue\n(2) paint", "measure; cut; glue; paint"),
        ("a. measure\nb. cut", "measure; cut"),
        ("a line\nwrapped  twice\n here", "a line wrapped twice here"),
        ("Danger zone: 5 °C to 60 °C\nReheat once only", "Danger zone: 5 °C to 60 °C. Reheat once only"),
        ("score 5 or more\nseptic shock = sepsis with low pressure", "score 5 or more. septic shock = sepsis with low pressure"),
        ("f(x)\n= 3", "f(x) = 3"),
        ("Q. Is it?\nA. Yes", "Q. Is it? Yes"),
        ("| 1 | red |\n| 2 | blister", "| 1 | red |\n| 2 | blister"),
        ("> quoted **words** and __more__", "quoted words and more"),
        (">=94 % is fine\n>65 years: high risk", ">=94 % is fine >65 years: high risk"),
        ("## A heading", "A heading"),
        ("**k**-means, ***all***", "k-means, all"),
        ("*What counts is **the whole** and not a part*", "What counts is the whole and not a part"),
        ("`__init__` and `**kwargs` and __bold__", "`__init__` and `**kwargs` and bold"),
        ("2**3 and 4**5, snake__case__name", "2**3 and 4**5, snake__case__name"),
        (r"\begin{solution} Since it \emph{averages} $g_t$. \end{solution}", "Since it averages $g_t$."),
        ("\\begin{itemize}\n\\item fast\n\\item[Slow] sure\n\\end{itemize}", "fast; Slow: sure"),
        (r"$\frac{a}{b}$ is \sqrt{d}", r"$\frac{a}{b}$ is \sqrt{d}"),
        ("x - y", "x - y"),
        ("", ""),
    ],
)
def test_text_is_tidied(text: str, said: str) -> None:
    assert tidy(text) == said


def test_items_of_a_list_whose_first_mark_was_left_out_are_all_items() -> None:
    assert tidy("PPO\n- DPO\n- GRPO", is_item=True) == "PPO; DPO; GRPO"


def test_words_that_do_not_name_their_subject_come_under_its_title(tmp_path: Path) -> None:
    note = "# Glossary\n\n## Habituation\n\nOccurs when the response to a stimulus decreases with exposure.\n"
    composed = asked_of(tmp_path, note, "what is habituation")
    assert composed.text == "Habituation: Occurs when the response to a stimulus decreases with exposure."


def test_a_list_reads_as_a_list(tmp_path: Path) -> None:
    composed = asked_of(tmp_path, "# Notes\n\n## Optimisers\n\n- Adam\n- SGD\n- RMSProp\n", "which optimisers")
    assert composed.text == "Optimisers: Adam; SGD; RMSProp."


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from("xy *_`-\n1.):;"), max_size=40))
def test_tidying_keeps_the_words_on_one_line(text: str) -> None:
    assume(":`" not in text)  # a role of reStructuredText, whose name is no word
    said = tidy(text)
    assert said == " ".join(said.split())
    assert [c for c in said if c in "xy"] == [c for c in text if c in "xy"]


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_every_answer_quotes_the_documents_word_for_word(course: Index, data: st.DataObject) -> None:
    """Whatever is asked: numbered citations, each verbatim in a passage at its lines, and each sentence made of the words that it cites."""
    chunk = data.draw(st.sampled_from(list(course.engine.chunks())))
    start = data.draw(st.sampled_from(["what is ", "why ", "formula for ", "how many ", ""]))
    question = start + " ".join(data.draw(st.lists(st.sampled_from([*chunk.title.split(), *chunk.text.split()]), min_size=1, max_size=6)))
    composed = answer(course, question)
    assert [citation.id for citation in composed.citations] == list(range(1, len(composed.citations) + 1))
    passages = list(course.engine.chunks())
    said: dict[int, set[str]] = {}
    for citation in composed.citations:
        sources = [chunk for chunk in passages if chunk.document == citation.document and chunk.span.covers(citation.span)]
        assert any(citation.quote in source.text for source in sources)
        labels = {word for source in sources for title in source.section for word in letters(title)}
        said[citation.id] = set(letters(citation.quote)) | labels
    for sentence in composed.sentences:
        assert set(letters(sentence.text)) <= set().union(*(said[id_] for id_ in sentence.citations))
    assert {id_ for sentence in composed.sentences for id_ in sentence.citations} == set(said)
    assert len({(citation.document, citation.span, citation.quote) for citation in composed.citations}) == len(composed.citations)


def letters(text: str) -> Sequence[str]:
    return "".join(c if c.isalnum() else " " for c in text).split()


def test_an_answer_has_an_end(course: Index) -> None:
    for question in ("attention", "what is a gradient", "why divide by sqrt d", "formula for entropy", "dpo vs rlhf"):
        composed = answer(course, question)
        assert composed.sentences
        first, *others = [len(citation.quote.split()) for citation in composed.citations]
        assert sum(others) <= USUAL_WORDS + first, question


@pytest.mark.parametrize(
    ("question", "intent"),
    [
        ("what is entropy", Intent.DEFINITION),
        ("entropy", Intent.DEFINITION),
        ("What's a KV cache?", Intent.DEFINITION),
        ("explain dropout", Intent.DEFINITION),
        ("what does BLEU mean", Intent.DEFINITION),
        ("what is a value function", Intent.DEFINITION),
        ("what is temporal difference learning", Intent.DEFINITION),
        ("what is the EM algorithm", Intent.DEFINITION),
        ("why divide by sqrt d", Intent.WHY),
        ("why is the derivative of the sigmoid small", Intent.WHY),
        ("so why is Adam better than SGD", Intent.WHY),
        ("how does attention work", Intent.HOW),
        ("steps of training a reward model", Intent.STEPS),
        ("what are the stages of mitosis", Intent.STEPS),
        ("how many warmup steps", Intent.NUMBER),
        ("when was the bridge built", Intent.NUMBER),
        ("what are the types of memory", Intent.LIST),
        ("name three kinds of joints", Intent.LIST),
        ("causes of the war", Intent.LIST),
        ("which two conditions must hold", Intent.LIST),
        ("does dropout run at inference", Intent.YES_NO),
        ("can I use momentum with Adam", Intent.YES_NO),
        ("can I compare scores of different models", Intent.YES_NO),
        ("how is a mutex different from a semaphore", Intent.COMPARE),
        ("what are the different types of memory", Intent.LIST),
        ("can you explain dropout", Intent.OTHER),
        ("is it a queue or a stack", Intent.OTHER),
        ("formula for cross entropy", Intent.FORMULA),
        ("gradient of the loss wrt w", Intent.FORMULA),
        ("d/dx of sigmoid = ?", Intent.FORMULA),
        ("how many heads has BERT", Intent.NUMBER),
        ("how thick is the ice", Intent.NUMBER),
        ("what port does it use", Intent.NUMBER),
        ("half life of tritium", Intent.NUMBER),
        ("beta of Adam default", Intent.NUMBER),
        ("maximum depth", Intent.NUMBER),
        ("maximum likelihood", Intent.DEFINITION),
        ("pitfalls of caching", Intent.LIST),
        ("default value of beta in Adam", Intent.NUMBER),
        ("what value of k", Intent.NUMBER),
        ("DPO vs RLHF", Intent.COMPARE),
        ("difference between L1 and L2", Intent.COMPARE),
        ("tell me everything about the chain rule", Intent.OTHER),
    ],
)
def test_the_intent_of_a_question(question: str, intent: Intent) -> None:
    assert intent_of(question) is intent


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("cells that eat others, term for that", True),
        ("what is that called", True),
        ("the sum of both. name?", True),
        ("name of the problem", True),
        ("what is a term", False),
        ("name three kinds of joints", False),
    ],
)
def test_a_question_may_ask_for_a_name(question: str, asked: bool) -> None:
    assert asks_name(question) is asked


@pytest.mark.parametrize(
    ("intent", "yes", "no"),
    [
        (Intent.FORMULA, "$$a = b$$", "The loss falls."),
        (Intent.NUMBER, "It has 12 heads.", "It has many heads."),
        (Intent.NUMBER, "It has twelve heads.", "The V-2 and GPT-3 have it."),
        (Intent.NUMBER, "It has $k (n + m)$ heads.", "It has $k$ heads of the 2nd kind."),
        (Intent.NUMBER, "Take k = √n.", "Take a few."),
        (Intent.WHY, "It is scaled because the variance grows.", "The variance grows."),
        (Intent.COMPARE, "L1 is sparse, whereas L2 is smooth.", "L1 is sparse."),
        (Intent.DEFINITION, "Entropy is the average surprise.", "Shannon worked at Bell Labs."),
    ],
)
def test_the_form_that_an_intent_asks_for(intent: Intent, yes: str, no: str) -> None:
    assert fits(intent, yes)
    assert not fits(intent, no)


def test_confidence_is_higher_where_the_documents_answer(course: Index) -> None:
    def sure(question: str) -> float:
        query = Query.of(question, WordEncoder())
        return confidence(query, course.search(query), course, WordEncoder())

    answered, unanswered = sure("what is the softmax temperature"), sure("when was the bridge of Avignon repaired")
    assert 0 <= unanswered < answered <= 1
