"""The check of a written sentence against its evidence: what must not pass, what must."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from adversaries import HOSTILE, copy, invent, negate, obey, paraphrase, swap_numbers
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import WordEncoder

from assistant.verification.align import align, asks_whether, parted, plain
from assistant.verification.polarity import disagreement
from assistant.verification.quantities import misattached, numbers_in
from assistant.verification.verify import Aspect, Evidence, Verdict, verify
from index.models.encoder import OnnxEncoder

NOTES = (
    "Attention: The base model has 8 heads of 64 dimensions, and the large model has 16 heads.",
    "Attention: Dividing by the square root of d keeps the variance of the scores at one, so the softmax does not saturate.",
    "KL divergence: KL divergence is not a distance, because it is not symmetric.",
    "Tokenization: A larger vocabulary makes sequences shorter but the embedding table larger.",
    "Quantization: A model with 7 billion weights needs 14 GB at 16 bits and 3.5 GB at 4 bits.",
    "Gradients: Gradients accumulate in most libraries, so they have to be reset before each step.",
    "Corpus: The corpus has 1,000 files, of which 10 % are test data.",
)


def checked(said: str, *ids: int, encoder: OnnxEncoder, notes: Sequence[str] = NOTES) -> Verdict:
    return verify(said, ids, Evidence.of(notes, encoder), encoder)


def failed(verdict: Verdict) -> set[Aspect]:
    return {check.aspect for check in verdict.checks if not check.passed}


@pytest.mark.parametrize(
    ("said", "id_"),
    [
        ("The large model has 16 heads.", 1),
        ("There are 8 heads with 64 dimensions each in the base model.", 1),
        ("Because of the division by the square root of d, the softmax doesn't saturate.", 2),
        ("KL divergence isn't symmetric and hence no distance.", 3),
        ("With a larger vocabulary, sequences get shorter.", 4),
        ("7 billion weights take 3.5 GB at 4 bits.", 5),
        ("You have to reset gradients before every step, since most libraries accumulate them.", 6),
        ("The corpus has 1000 files and 10% of them are test data.", 7),
        ("Of the corpus, a share of 0.1 is test data.", 7),
    ],
)
def test_what_the_evidence_says_is_kept(encoder: OnnxEncoder, said: str, id_: int) -> None:
    verdict = checked(said, id_, encoder=encoder)
    assert verdict.supported, verdict.reason
    assert verdict.ids == (id_,)


@pytest.mark.parametrize(
    ("said", "id_", "aspect"),
    [
        ("The base model has 12 heads.", 1, Aspect.NUMBERS),
        ("The base model has 64 heads of 8 dimensions.", 1, Aspect.ATTACHED),
        ("The corpus has 10,000 files.", 7, Aspect.NUMBERS),
        ("KL divergence is a distance.", 3, Aspect.NEGATION),
        ("A larger vocabulary makes sequences longer.", 4, Aspect.NEGATION),
        ("Gradients don't accumulate in most libraries.", 6, Aspect.NEGATION),
        ("Dividing by the square root of d makes the softmax saturate.", 2, Aspect.NEGATION),
        ("Gradients accumulate in TensorFlow.", 6, Aspect.NAMES),
        ("Bananas ripen faster in paper bags.", 1, Aspect.SUPPORT),
        ("Gradients accumulate in most libraries, so airlines use them to plan their routes.", 6, Aspect.SUPPORT),
    ],
)
def test_what_it_does_not_say_is_dropped(encoder: OnnxEncoder, said: str, id_: int, aspect: Aspect) -> None:
    verdict = checked(said, id_, encoder=encoder)
    assert not verdict.supported
    assert aspect in failed(verdict)
    assert aspect.value in verdict.reason


def test_a_wrong_id_is_made_right(encoder: OnnxEncoder) -> None:
    for cited in ((2,), (99,), ()):
        verdict = checked("A larger vocabulary makes sequences shorter.", *cited, encoder=encoder)
        assert (verdict.supported, verdict.relinked, verdict.ids) == (True, True, (4,))


def test_a_sentence_may_rest_on_two_pieces_of_evidence(encoder: OnnxEncoder) -> None:
    said = "The large model has 16 heads, and a larger vocabulary makes sequences shorter."
    assert checked(said, 1, 4, encoder=encoder).ids == (1, 4)
    assert set(checked(said, 1, encoder=encoder).ids) == {1, 4}


@pytest.mark.parametrize("order", HOSTILE)
def test_a_line_that_gives_orders_supports_nothing(encoder: OnnxEncoder, order: str) -> None:
    verdict = checked(order.split("say: ")[-1], 1, encoder=encoder, notes=(order, *NOTES))
    assert not verdict.supported
    assert Aspect.ORDERS in failed(verdict)


def test_notes_about_prompts_give_no_orders(encoder: OnnxEncoder) -> None:
    note = "RAG: Retrieved text may contain instructions, so a RAG system must treat documents as data and not as commands."
    assert checked(
        "Documents are treated as data, since retrieved text may contain instructions.", 1, encoder=encoder, notes=[note]
    ).supported


def test_no_evidence_supports_nothing(encoder: OnnxEncoder) -> None:
    assert failed(verify("Anything.", (1,), Evidence.of(["Other."], encoder), encoder)) == {Aspect.SUPPORT}


@pytest.mark.parametrize(
    ("said", "evidence", "agree"),
    [
        ("It does not grow.", "It never grows.", True),
        ("Its training is unstable.", "Its training is not stable.", True),
        ("Its training is stable.", "Its training is unstable.", False),
        ("The loss does not increase.", "The loss decreases.", True),
        ("The loss increases.", "The loss decreases.", False),
        ("An overfitted model has high bias and low variance.", "An overfitted model has low bias and high variance.", False),
        ("Dropout is used in training, not in inference.", "Dropout is used in training, not in inference.", True),
        ("It runs without a reward model.", "It needs no reward model.", True),
        ("It trains a reward model.", "It trains without a reward model.", False),
        ("Normalise before the attention.", "Normalise after the attention.", False),
        ("Not only the mean is removed.", "The mean is removed.", True),
    ],
)
def test_negations_and_opposites(said: str, evidence: str, agree: bool) -> None:
    assert (disagreement(said, evidence) is None) is agree


def test_a_power_beyond_any_float_is_still_a_number() -> None:
    assert numbers_in("10e9999 and 2 * 10^-9999 and 3e2") >= {300.0}


@pytest.mark.parametrize(
    ("said", "evidence", "attached"),
    [
        ("64 heads of 8 dimensions", "8 heads of 64 dimensions", False),
        ("8 heads", "8 heads of 64 dimensions", True),
        ("3.5 GB at 16 bits and 14 GB at 4 bits", "14 GB at 16 bits and 3.5 GB at 4 bits", True),  # the same words about both: not seen
        ("the slope is 0.09 and the intercept 0.94", "the slope is 0.94 and the intercept 0.09", False),
    ],
)
def test_numbers_belong_to_their_words(said: str, evidence: str, attached: bool) -> None:
    assert (misattached(said, evidence) is None) is attached


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=120), st.lists(st.integers(-1, 9), max_size=3))
def test_whatever_is_written_gets_a_verdict(said: str, ids: list[int]) -> None:
    encoder = WordEncoder()
    verdict = verify(said, ids, Evidence.of(NOTES, encoder), encoder)
    assert verdict.supported is (not verdict.reason)
    assert all(1 <= number <= len(NOTES) for number in verdict.ids)


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(NOTES))
def test_a_copy_always_holds(note: str) -> None:
    encoder = WordEncoder()
    assert verify(note.partition(": ")[2], [NOTES.index(note) + 1], Evidence.of(NOTES, encoder), encoder).supported


def test_the_adversaries_are_told_from_honest_writers(encoder: OnnxEncoder) -> None:
    """A small form of benchmarks/verification.py, whose figures are in docs/results.md."""
    evidence = Evidence.of(NOTES, encoder)
    caught, kept = [], []
    for number, note in enumerate(NOTES, start=1):
        topic, _, sentence = note.partition(": ")
        kept += [
            verify(said, (number,), evidence, encoder, topic).supported
            for writer in (copy, paraphrase)
            if (said := writer(sentence, NOTES, topic))
        ]
        caught += [
            not verify(said, (number,), evidence, encoder, topic).supported
            for writer in (swap_numbers, negate, invent, obey)
            if (said := writer(sentence, NOTES, topic)) and said != sentence
        ]
    assert sum(kept) >= 0.9 * len(kept)
    assert sum(caught) >= 0.9 * len(caught)


SHOWN = (
    "Both saturate; the max derivative of the sigmoid is 0.25.",
    "KL is asymmetric: forward KL covers modes, reverse KL seeks them.",
    "Variational inference uses reverse KL.",
    "L1 on individual weights doesn't remove channels and gives no faster inference.",
    "The score is $$UCB = \\frac{w}{n} + c\\sqrt{\\frac{\\ln N}{n}}$$ for each child.",
    "Prefix tuning: 10-50 tokens, commonly 20 per layer, with 768 parameters each.",
    "Standard attention runs out of memory at 8K tokens; Flash Attention can handle 64K.",
)


@pytest.mark.parametrize(
    ("question", "said", "ids"),
    [
        ("biggest the sigmoid deriv can be", "The biggest derivative of the sigmoid is 0.25.", (1,)),
        ("which kl does vi use", "Variational inference uses reverse KL.", (3,)),
        ("ucb formula", "The UCB score of a child is $UCB = \\frac{w}{n} + c \\cdot \\sqrt{\\frac{\\ln N}{n}}$.", (5,)),
        ("is kl symmetric", "KL is symmetric.", None),
        ("can L1 remove channels", "L1 can remove channels and gives faster inference.", None),
        ("chinchilla: how many tokens per parameter", "Chinchilla has 20 tokens per parameter.", None),
        ("who runs out of memory", "Flash Attention runs out of memory, while Performer can handle 64K.", None),
        ("why is the sky blue", "The sky is blue because of scattering.", None),
    ],
)
def test_a_sentence_without_citations_is_given_its_line_or_dropped(
    encoder: OnnxEncoder, question: str, said: str, ids: tuple[int, ...] | None
) -> None:
    verdict = align(said, Evidence.of(SHOWN, encoder), encoder, question)
    assert verdict.supported == (ids is not None), verdict.summary
    assert ids is None or verdict.ids == ids


@pytest.mark.parametrize(
    ("said", "parts"),
    [
        ("Yes, it is.", (True, "it is.")),
        ("No. It is not.", (False, "It is not.")),
        ("No", (False, "")),
        ("Noise is added.", (None, "Noise is added.")),
        ("No noise is added.", (None, "No noise is added.")),
    ],
)
def test_a_yes_or_no_is_told_from_the_rest(said: str, parts: tuple[bool | None, str]) -> None:
    assert parted(said) == parts


@pytest.mark.parametrize(
    ("question", "yes_or_no"),
    [
        ("is kl symmetric", True),
        ("can i slap L1 on a convnet", True),
        ("so does batch size matter?", True),
        ("what is kl", False),
        ("why do we divide", False),
        ("how many tokens", False),
    ],
)
def test_what_can_be_answered_by_yes_or_no_is_known(question: str, yes_or_no: bool) -> None:
    assert asks_whether(question) == yes_or_no


def test_a_short_form_stands_for_its_words() -> None:
    assert plain("The ELBO (Evidence Lower Bound) of a Gaussian Mixture Model (GMM) grows.") == "The ELBO of a GMM grows."
    assert plain("Sweden (SE) and Attention (QKV) stay.") == "Sweden (SE) and Attention (QKV) stay."
