"""How near an answer's words are to those of a reference answer, by the libraries whose figures others report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from index.errors import ModelMissing
from ingest.text.notation import fold

INSTALL = "pip install 'study-assistant[eval]'"


@dataclass(frozen=True, slots=True)
class References:
    """ROUGE-L by rouge-score, BLEU by sacrebleu. Both see folded notation, since rouge-score drops every letter that is not ASCII."""

    rouge: Any
    bleu: Any

    @staticmethod
    def load() -> References:
        """Raises ModelMissing where the libraries are not installed."""
        try:
            from rouge_score.rouge_scorer import RougeScorer
            from sacrebleu.metrics import BLEU
        except ImportError as error:
            raise ModelMissing("ROUGE-L and BLEU need the packages rouge-score and sacrebleu.", f"Install them: {INSTALL}") from error
        return References(RougeScorer(["rougeL"], use_stemmer=True), BLEU(effective_order=True, lowercase=True))

    def scores(self, answer: str, reference: str) -> dict[str, float]:
        """`rougeL`, the F-measure, and `bleu`, of one sentence with smoothing and effective order; both in [0, 1]."""
        said, wanted = fold(answer), fold(reference)
        return {
            "rougeL": float(self.rouge.score(wanted, said)["rougeL"].fmeasure),
            "bleu": float(self.bleu.sentence_score(said, [wanted]).score) / 100,
        }
