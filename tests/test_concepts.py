"""Concepts of small real notes: which names become concepts, what they are called, what defines them."""

from pathlib import Path

from graph.build import build_graph
from graph.model.values import Graph
from graph.queries.resolve import rivals
from graph.text.normal import is_acronym, key, slug
from graph.text.units import read_units
from graph.text.vocabulary import is_generic
from ingest.model import Document
from ingest.readers import read_document

COURSE = Path(__file__).resolve().parents[1] / "data" / "course"

NOTES = """# Sorting

## Merge sort

Merge sort is a stable sorting algorithm that splits a list, sorts both halves and merges them.
It uses recursion. Merge sort needs extra memory.

Key points:
- Runs in O(n log n)
- Stable

## Quick sort

Quick sort is an in-place sorting algorithm that partitions a list around a pivot.
Unlike merge sort, quick sort is not stable.

Key points:
- Fast in practice
- Sensitive to the pivot

## Binary Search Tree (BST)

A binary search tree is a rooted tree that keeps smaller keys to the left. BSTs support lookup in O(h).

Key points:
- Balanced BSTs are fast

## AVL trees

An AVL tree extends the binary search tree with rotations. AVL trees stay balanced.

Key points:
- Rotations after each insert

**Recursion**: a function that calls itself on a smaller input. Recursion ends at a base case.
"""


def document(text: str, name: str = "notes.md") -> Document:
    return read_document(name, text.encode())


def graph(*texts: str) -> Graph:
    return build_graph([document(text, f"note{number}.md") for number, text in enumerate(texts)])


def names(found: Graph) -> set[str]:
    return {key(name) for concept in found.concepts.values() for name in concept.names}


def test_a_word_that_is_named_once_is_a_concept_under_its_own_heading() -> None:
    note = "# Notes\n\n## Gradient\n\nThe gradient is the vector of slopes.\n\n## Momentum\n\nMomentum is a running mean of gradients.\n"
    assert "momentum" in names(graph(note))


def test_titles_definitions_and_emphasis_become_concepts() -> None:
    found = names(graph(NOTES))
    assert {"mergesort", "quicksort", "binarysearchtree", "avltree", "recursion"} <= found


def test_generic_words_never_become_concepts() -> None:
    found = names(graph(NOTES))
    assert not found & {"keypoint", "example", "answer", "advantage", "solution", "problem", "formula", "step", "summary", "note"}
    assert all(is_generic(word) for word in ("Key points", "Examples", "Advantages", "Solution", "Summary", "Steps"))


def test_abbreviation_and_long_form_are_one_concept() -> None:
    found = graph(NOTES)
    concept = next(concept for concept in found.concepts.values() if "BST" in concept.names)
    assert concept.id == "binary-search-tree"
    assert key("binary search trees") in {key(name) for name in concept.names}


def test_an_abbreviation_means_what_its_document_spells_out() -> None:
    estimate = """# Estimation

## Maximum a posteriori (MAP)

Maximum a posteriori is an estimate that weighs a prior. MAP needs a prior. Maximum a posteriori equals maximum likelihood if it is flat.

## Prior

A prior is a belief. The prior of MAP is often Gaussian.
"""
    metric = """# Ranking

## Mean average precision (MAP)

Mean average precision is the mean of the average precision of all queries. MAP rewards early hits.

## Reporting

MAP is reported with its interval.
"""
    found = graph(estimate, metric)
    one, two = found.concepts["maximum-a-posteriori"], found.concepts["mean-average-precision"]
    assert "MAP" in one.names
    assert "MAP" in two.names
    assert {place.document for place in one.mentioned} == {"note0.md"}
    assert {place.document for place in two.mentioned} == {"note1.md"}


def test_abbreviation_in_front_and_definition_by_equals() -> None:
    text = """# Policies

## What is PPO (Proximal Policy Optimization)?

PPO is a policy gradient method. PPO clips the ratio.

## DPO

DPO = Direct Preference Optimization. DPO needs no reward model.
"""
    found = graph(text)
    assert "proximal-policy-optimization" in {slug(name) for concept in found.concepts.values() for name in concept.names}
    assert any({"dpo", "directpreferenceoptimization"} <= {key(name) for name in concept.names} for concept in found.concepts.values())


def test_spelling_case_plural_and_hyphen_are_one_concept() -> None:
    text = """# Attention

## Self-Attention

Self-attention is a layer that relates all positions. Self attention uses queries and keys.

## Multi-head attention

Multi-head attention is a stack of self-attention layers. Multihead attentions are concatenated.
"""
    found = graph(text)
    assert [concept.id for concept in found.concepts.values()].count("self-attention") == 1
    multi = next(concept for concept in found.concepts.values() if key(concept.name) == "multiheadattention")
    assert multi.mentions >= 2


def test_definition_is_the_sentence_that_says_what_it_is() -> None:
    concept = graph(NOTES).concepts["merge-sort"]
    assert concept.definition is not None
    assert concept.definition.quote.startswith("Merge sort is a stable sorting algorithm")
    assert (concept.definition.span.first, concept.definition.span.last) == (5, 5)
    assert concept.definition.title == "Sorting"


def test_addresses_and_the_parts_of_a_readme_are_no_concepts() -> None:
    readme = """# Sorter

## Installation

See https://example.org/merge-sort/quick-sort for the merge sort of Sorter.

## Contributing

See https://example.org/merge-sort and https://example.org/merge-sort/more.

## License

See https://example.org/merge-sort.
"""
    found = graph(readme, NOTES)
    assert not names(found) & {"installation", "contributing", "license", "http", "example"}
    assert found.concepts["merge-sort"].mentions == graph(NOTES).concepts["merge-sort"].mentions + 1


def test_a_remark_is_no_definition() -> None:
    text = """# Trees

## Splay tree

{}

A rotation moves the splay tree's node up.

## Rotation

A rotation is a swap of a node and its parent.
"""
    for said in (
        "Splay tree is fast.",
        "Splay tree works better than others.",
    ):
        assert graph(text.format(said)).concepts["splay-tree"].definition is None, said
    for said in (
        "A splay tree is a search tree that moves what is asked for to its root.",
        "Splay tree: a search tree that moves what is asked for up.",
    ):
        definition = graph(text.format(said)).concepts["splay-tree"].definition
        assert definition is not None
        assert definition.quote == said


def test_every_course_note_defines_its_title_in_its_first_sentence() -> None:
    notes = [read_document(file.name, file.read_bytes()) for file in sorted(COURSE.glob("*.md"))]
    found = build_graph(notes)
    byname = {key(name): concept for concept in found.concepts.values() for name in concept.names}
    assert len(notes) >= 24
    for note in notes:
        first = next(unit for unit in read_units([note]).units if unit.position == 0)
        concept = byname[key(note.front_matter.title or "")]
        assert concept.definition is not None
        assert (concept.definition.document, concept.definition.span) == (note.name, first.span)
        assert concept.definition.quote == first.text
        assert concept.name == note.front_matter.title


def test_a_definition_may_say_of_what() -> None:
    text = """# Information

## Entropy

The **entropy** of a random variable is the average surprise of its outcomes. Entropy in bits is a lower bound on code length.

## Joint entropy

Joint entropy, a number, is never negative. The joint entropy of two random variables is the entropy of the pair.
"""
    concepts = graph(text).concepts
    assert concepts["entropy"].definition is not None
    assert concepts["entropy"].definition.quote.startswith("The **entropy** of a random variable")
    assert concepts["joint-entropy"].definition is not None
    assert concepts["joint-entropy"].definition.quote.startswith("The joint entropy of two")


def test_an_abbreviation_spelled_out_is_no_definition() -> None:
    text = """# Trees

- AVL: Adelson-Velsky Landis trees

## AVL (Adelson-Velsky Landis)

AVL keeps the two subtrees of every node almost equally high.
"""
    concept = next(concept for concept in graph(text).concepts.values() if "AVL" in concept.names)
    assert concept.definition is None or concept.definition.quote.startswith("AVL keeps")


def test_names_bear_the_capitals_of_headings() -> None:
    text = "# Notes\n\n## Heap Sort\n\nA heap sort is a sort. We like heap sort and heap sort and heap sort.\n"
    assert graph(text).concepts["heap-sort"].name.lower() == "heap sort"
    titled = "---\ntitle: Heap sort\n---\n\n" + text
    assert graph(titled).concepts["heap-sort"].name == "Heap sort"


def test_lists_of_sources_name_no_concepts() -> None:
    listed = "- Priority queues: a survey\n- Fibonacci heaps\n"
    text = "# Heaps\n\n## Heap sort\n\nHeap sort is a sorting algorithm.\n\n"
    for title in ("Sources", "References", "Further reading", "See also"):
        found = graph(f"{text}## {title}\n\n{listed}")
        assert names(found) == names(graph(text)), title


def test_contents_and_code_are_not_running_text() -> None:
    text = """# Notes

## Table of Contents

- Heap sort
- Radix sort

## Heap sort

Heap sort is a sorting algorithm that uses a heap.

```python
heap sort heap sort heap sort heap sort
```
"""
    assert graph(text).concepts["heap-sort"].mentions == 1


def test_front_matter_title_is_a_concept_with_its_aliases_and_minutes() -> None:
    text = "---\ntitle: Kernel trick\naliases: [kernelization]\nminutes: 7\n---\n\nThe kernel trick is a way to avoid explicit features.\n"
    concept = graph(text).concepts["kernel-trick"]
    assert "kernelization" in concept.aliases
    assert concept.minutes == 7


def test_an_abbreviation_is_not_found_in_a_plain_word() -> None:
    text = """# Estimation

## MAP (Maximum a Posteriori)

MAP is an estimate with a prior. We map the input and map it again.
"""
    concept = next(concept for concept in graph(text).concepts.values() if "MAP" in concept.names)
    assert concept.mentions == 1


def test_no_documents_and_one_empty_of_concepts() -> None:
    assert not build_graph([]).concepts
    assert not graph("hello\n").prerequisites


def test_words() -> None:
    assert key("K-Means") == key("k means") == key("kmeans")
    assert key("Naïve classifiers") == "naiveclassifier"
    assert key("matrices") == "matrix"
    assert slug("KL divergence") == "kl-divergence"
    assert is_acronym("SVMs")
    assert is_acronym("TF-IDF")
    assert not is_acronym("Self-Attention")


def test_a_word_stays_one_concept_whatever_its_headings_say_of_it() -> None:
    """Whether a word names two things is the user's to say: `study graph split`."""
    found = graph(
        "# Statistics\n\n## Bias\n\nBias is the distance between the expectation of an estimator and the population quantity.\n",
        "# Networks\n\n## Bias\n\nBias is a trainable scalar that shifts the activation threshold of a neuron.\n",
    )
    assert rivals(found, "bias") == ("bias",)
    assert {place.document for place in found.concepts["bias"].mentioned} == {"note0.md", "note1.md"}


def test_what_a_note_equates_with_words_is_a_concept_and_a_formula_is_none() -> None:
    text = """# Ward

- Told the mother. The mother asks about feeding, and the mother is tired.
- Sepsis = a dangerous answer of the body to an infection.
- Rate = 60 / time between beats
"""
    found = names(graph(text))
    assert "sepsis" in found
    assert "rate" not in found


def test_tags_and_pictures_hold_no_words() -> None:
    text = (
        '* Source - <mark style="color:purple;">Graus</mark> on <u>coral</u> and <mask> tokens\n'
        '* ![reef](../assets/light-penetration.jpg "a reef") and ![[Pasted image.png]] near <figure>the [shelf](./far/away.md)</figure>\n'
    )
    found = [norm for unit in read_units([document(text)]).units for norm in unit.tokens.norms]
    assert found == "source graus on coral and mask token reef and near the shelf".split()
