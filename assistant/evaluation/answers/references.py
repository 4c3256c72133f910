"""Compare an answer with a reference answer, using the libraries of most published figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from assistant.errors import ExtraMissing
from ingest.text.notation import fold


@dataclass(frozen=True, slots=True)
class References:
    """ROUGE-L by rouge-score and BLEU by sacrebleu. Both get folded notation, because rouge-score drops all letters outside ASCII."""

    rouge: Any
    bleu: Any

    @staticmethod
    def load() -> References:
        """Raises ExtraMissing if the libraries are not installed."""
        try:
            from rouge_score.rouge_scorer import RougeScorer
            from sacrebleu.metrics import BLEU
        except ImportError as error:
            raise ExtraMissing("ROUGE-L and BLEU: rouge-score or sacrebleu", "eval") from error
        return References(RougeScorer(["rougeL"], use_stemmer=True), BLEU(effective_order=True, lowercase=True))

    def scores(self, answer: str, reference: str) -> dict[str, float]:
        """`rougeL`, the F-measure, and `bleu`, sentence BLEU with smoothing and effective order; both in [0, 1]."""
        said, wanted = fold(answer), fold(reference)
        return {
            "rougeL": float(self.rouge.score(wanted, said)["rougeL"].fmeasure),
            "bleu": float(self.bleu.sentence_score(said, [wanted]).score) / 100,
        }
