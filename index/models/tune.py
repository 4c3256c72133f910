"""Fine-tune an encoder on pairs of a question and the passage that answers it, in a separate process:

    python -m index.models.tune TRIPLES.jsonl BASE_FOLDER TARGET_FOLDER MINUTES

A line of TRIPLES is a list: a question, its passage, and a passage that shares words with it but does not answer it. The loss is
sentence-transformers' MultipleNegativesRankingLoss (Henderson et al. 2017): of all passages in a batch the right one should be nearest. The
result is the mean of the old and the new weights, which preserves what the model knew before (Wortsman et al. 2022). Progress goes to
stdout, a JSON list `[step, steps]` a line.
"""

from __future__ import annotations

import json
import random
import re
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from index.models.convert import failing

Triple = tuple[str, str, str]

_BATCH = 12
_EPOCHS = 3
_RATE = 1e-4
_WARM_UP = 0.1
_SCALE = 20.0
_TOKENS = 96
_SEED = 17
_LAYER = re.compile(r"\.layer\.(\d+)\.")


def tune(triples: Sequence[Triple], base: Path, target: Path, minutes: float) -> None:
    """Train for three epochs, or for as many steps as the minutes allow, at least one, and write a SentenceTransformer folder."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss

    torch.manual_seed(_SEED)
    model = SentenceTransformer(str(base), device="cpu")
    longest, model.max_seq_length = model.max_seq_length, min(_TOKENS, model.max_seq_length or _TOKENS)
    for name, weights in model.named_parameters():
        weights.requires_grad = _is_trained(name, model[0].auto_model.config.num_hidden_layers)
    before = {name: weights.detach().clone() for name, weights in model.state_dict().items()}
    loss_of = MultipleNegativesRankingLoss(model, scale=_SCALE)
    optimizer = torch.optim.AdamW((weights for weights in model.parameters() if weights.requires_grad), lr=_RATE, weight_decay=0.01)
    batches = _batches(triples)
    steps = _EPOCHS * max(1, len(triples) // _BATCH)
    model.train()
    start, done, step = time.monotonic(), 0.0, 0
    while done < 1:
        for group in optimizer.param_groups:
            group["lr"] = _RATE * min((step + 1) / max(1.0, _WARM_UP * steps), 1 - done)
        columns = zip(*next(batches), strict=True)
        loss = loss_of([model.preprocess(list(column)) for column in columns], None)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        step += 1
        # Progress is measured by steps or by time, whichever is nearer to its end. The learning rate falls to 0 with it.
        done = max(step / steps, (time.monotonic() - start) / (60 * minutes))
        print(json.dumps([step, step if done >= 1 else max(step + 1, round(step / done))]), flush=True)
    with torch.no_grad():
        after = model.state_dict()
        mixed = {name: (old + after[name]) / 2 if old.is_floating_point() else after[name] for name, old in before.items()}
    model.load_state_dict(mixed)
    model.max_seq_length = longest
    model.eval()
    model.save(str(target), create_model_card=False)


def _is_trained(name: str, layers: int) -> bool:
    """True if a weight is trained: only the upper half of the layers is. Few pairs teach nothing about single words, and fewer weights
    train faster."""
    found = _LAYER.search(name)
    return int(found[1]) >= layers // 2 if found else "embeddings" not in name


def _batches(triples: Sequence[Triple]) -> Iterator[list[Triple]]:
    """An endless sequence of batches, shuffled in every epoch. No two pairs in a batch share a question or a passage."""
    shuffled = random.Random(_SEED)  # noqa: S311 (no secret)
    while True:
        waiting = list(triples)
        shuffled.shuffle(waiting)
        while waiting:
            batch: list[Triple] = []
            rest: list[Triple] = []
            seen: set[str] = set()
            for triple in waiting:
                if len(batch) < _BATCH and not seen & set(triple[:2]):
                    batch.append(triple)
                    seen.update(triple)
                else:
                    rest.append(triple)
            waiting = rest
            yield batch


def main() -> None:
    """Train; on failure print the reason as the last line of stderr."""
    triples, base, target, minutes = sys.argv[1:]
    with failing():
        lines = Path(triples).read_text(encoding="utf-8").splitlines()
        tune([(a, b, c) for a, b, c in map(json.loads, lines)], Path(base), Path(target), float(minutes))


if __name__ == "__main__":
    main()
