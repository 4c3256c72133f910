"""Fit the parameters of FSRS to the user's own log, and keep them only if they predict held-back reviews better."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from assistant.errors import ExtraMissing
from assistant.practice.errors import TooFewReviews
from assistant.practice.keeping.events import Act, Event
from assistant.practice.schedule.memory import Memory, Parameters, Rating, reviewed, usable

FEWEST = 400
"""The fewest reviews for a fit: with fewer, the default parameters, which are fitted to very many people, are better."""
_HELD_OUT = 0.2
_BETTER = 0.001
"""The least decrease of the log loss; a smaller one may be chance."""
_LEAST = 1e-4


@dataclass(frozen=True, slots=True)
class Fitted:
    """The result of a fit: the log loss on the last fifth of the reviews before and with the new parameters, and whether these are kept.

    `reviews` counts all of the log, `judged` those of the last fifth of which the recall could be predicted.
    """

    parameters: Parameters
    before: float
    after: float
    is_kept: bool
    reviews: int
    judged: int


def fit(events: Sequence[Event], present: Parameters) -> Fitted:
    """Fit to the first four fifths of a log in order, and judge by the rest. Raises TooFewReviews, ExtraMissing."""
    reviews = [event for event in events if event.act == Act.REVIEW]
    if len(reviews) < FEWEST:
        raise TooFewReviews(len(reviews), FEWEST)
    cut = reviews[int(len(reviews) * (1 - _HELD_OUT))].at
    found = _optimized([event for event in reviews if event.at < cut])
    before, judged = log_loss(reviews, present, cut_at=cut.timestamp())
    after, _ = log_loss(reviews, found, cut_at=cut.timestamp())
    return Fitted(found, before, after, after < before - _BETTER, len(reviews), judged)


def log_loss(reviews: Sequence[Event], parameters: Parameters, cut_at: float = -math.inf) -> tuple[float, int]:
    """The mean log loss of the recall that was predicted for reviews from a moment on, and how many these are."""
    memories: dict[str, Memory] = {}
    total, count = 0.0, 0
    for event in reviews:
        memory, rating = memories.get(event.about), Rating(event.value["rating"])
        if memory is not None and event.day > memory.last and event.at.timestamp() >= cut_at:
            recall = min(1 - _LEAST, max(_LEAST, memory.retrievability(event.day)))
            total -= math.log(recall if rating is not Rating.AGAIN else 1 - recall)
            count += 1
        memories[event.about] = reviewed(memory, rating, event.day, parameters=parameters)
    return (total / count if count else 0.0), count


def _optimized(reviews: Sequence[Event]) -> Parameters:
    """The parameters that fit reviews best, by the optimizer that Anki uses."""
    try:
        from fsrs_rs_python import FSRS, FSRSItem, FSRSReview
    except ImportError as error:
        raise ExtraMissing("fsrs-rs-python", "fit") from error
    histories: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for event in reviews:
        past = histories[event.about]
        if not past or event.day > past[-1][0]:  # a second answer on one day says nothing about memory over days
            past.append((event.day, int(event.value["rating"])))
    items = []
    for past in histories.values():
        days = [0, *(later[0] - earlier[0] for earlier, later in pairwise(past))]
        said = [FSRSReview(rating, gap) for (_, rating), gap in zip(past, days, strict=True)]
        items += [FSRSItem(said[:length]) for length in range(2, len(said) + 1)]
    return usable(FSRS([]).compute_parameters(items, enable_short_term=False))
