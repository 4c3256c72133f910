"""A word that names several things is told apart by the company it keeps, and by nothing less."""

from __future__ import annotations

import pytest

from graph.build import build_graph
from graph.model.values import Graph
from graph.queries.resolve import find_concept, rivals
from ingest.readers import read_document

MACHINES = """# Support vector machines

A support vector machine separates two classes by the hyperplane with the widest margin. Only the points on the margin decide where it lies.

The kernel of an SVM maps two points to the inner product of their images in a space of many dimensions. With a polynomial kernel the
boundary may bend; with a Gaussian kernel it may be any smooth curve. A kernel is valid if its Gram matrix is positive semidefinite.
The choice of the kernel and of the slack penalty decides between overfitting and underfitting.
"""
IMAGES = """# Convolutional networks

A convolutional layer looks at an image through a small window. A 3×3 kernel slides over the image and computes a weighted sum of the
pixels below it at every position. Each kernel learns to answer to one pattern, such as an edge or a corner. The stride says how far
the kernel moves, and padding keeps the border. Stacking layers widens the receptive field, so two layers with a 3×3 kernel see as much
as one with a 5×5 kernel. Pooling shrinks the feature map.
"""
ESTIMATORS = """# Estimators

An estimator turns a sample into a guess of a population parameter. The bias of an estimator is the difference between its expected value
and the true parameter. An unbiased estimator has a bias of zero. The mean of a sample has no bias, while the naive variance divides
by n and has a negative bias. Mean squared error adds the squared bias and the sampling variance.
"""
NEURONS = """# Neurons

A neuron multiplies its inputs with weights, adds a bias and squashes the result with an activation function. Weights and bias are
learned by backpropagation. The bias shifts the threshold at which the neuron fires. Without a bias the hyperplane would pass through the
origin. In a layer the bias is a vector with one entry for each neuron.
"""
SEARCH = """# Judging a search engine

Precision and recall judge a list of hits. Precision is the share of hits that are relevant, recall is the share of relevant documents
that were found. Precision falls as the cutoff grows. The F1 score is the harmonic mean of precision and recall. Precision at ten looks
only at the first page.
"""
FLOATS = """# Floating point on accelerators

Training in 16-bit precision halves the memory for activations. Half precision has five exponent bits, so tiny gradients underflow; loss
scaling multiplies them first. Mixed precision keeps a master copy of the weights in 32-bit precision. Single precision is the default of
most hardware. bfloat16 trades precision for range.
"""


def _graph(*texts: str) -> Graph:
    return build_graph([read_document(f"note{number}.md", text.encode()) for number, text in enumerate(texts)])


@pytest.mark.parametrize(
    ("word", "one", "two", "first", "second"),
    [
        ("kernel", MACHINES, IMAGES, "Support vector machines", "Convolutional networks"),
        ("bias", ESTIMATORS, NEURONS, "Estimators", "Neurons"),
        ("precision", SEARCH, FLOATS, "Judging a search engine", "Floating point on accelerators"),
    ],
)
def test_running_text_tells_two_things_of_one_name_apart(word: str, one: str, two: str, first: str, second: str) -> None:
    found = _graph(one, two)
    senses = {found.concepts[id_].name: found.concepts[id_] for id_ in rivals(found, word)}
    assert set(senses) == {f"{word} ({first})", f"{word} ({second})"}
    assert {place.document for place in senses[f"{word} ({first})"].mentioned} == {"note0.md"}
    assert {place.document for place in senses[f"{word} ({second})"].mentioned} == {"note1.md"}
    chosen, others = find_concept(found, word)
    assert {chosen, *others} == {concept.id for concept in senses.values()}, "whoever asks for the word is told of both"
    sections = _graph(one + "\n" + two.replace("# ", "# ", 1))
    assert set(rivals(sections, word)) == {concept.id for concept in senses.values()}, "one document may hold both"


def test_each_sense_has_its_own_edges() -> None:
    found = _graph(ESTIMATORS, NEURONS, SEARCH, FLOATS)
    edges = {(edge.before, edge.after) for edge in found.prerequisites}
    assert ("precision-judging-a-search-engine", "f1-score") in edges
    assert not any("floating" in before and after == "f1-score" for before, after in edges)


@pytest.mark.parametrize(
    "text",
    [
        NEURONS.replace("adds a bias", "adds a bias (as an estimator of a population does)"),  # they have a concept in common
        NEURONS.replace("bias", "offset", 3),  # too little is said of it
    ],
)
def test_without_clear_evidence_a_word_is_one_concept(text: str) -> None:
    assert len(rivals(_graph(ESTIMATORS, text), "bias")) < 2


def test_what_has_a_note_of_its_own_is_one_thing() -> None:
    assert rivals(_graph("---\ntitle: Bias\n---\n" + ESTIMATORS, NEURONS), "bias") in {(), ("bias",)}


def test_a_term_called_by_a_word_is_no_kind_of_what_the_word_names_elsewhere() -> None:
    found = _graph("""# Regression

## Bias

Bias is the distance between the expected value of an estimator and the parameter. Bias falls as a model gets more weights. More data do not
lower the bias of a model.

## Bias term

A bias term is a constant that a model adds to its weighted inputs. Without a bias the line passes through the origin. The bias is learned
with the weights.
""")
    assert {"bias", "bias-term"} <= found.concepts.keys()
    assert ("bias", "bias-term") not in {(edge.before, edge.after) for edge in found.prerequisites}
    assert len(found.concepts["bias-term"].mentioned) == 4, "the heading, and the three sentences below it"
    assert all(place.span.last < 8 for place in found.concepts["bias"].mentioned)
