"""How often a follow-up finds the right passage among the first five: as it is asked, and made to stand alone.

    python -m benchmarks.followups LIBRARY

LIBRARY holds the starter course. The pairs in followups.txt were written on it by hand; questions that stand alone, the `before` of every
pair asked after another one, must come out as they went in.
"""

from __future__ import annotations

import sys
from contextlib import closing
from itertools import pairwise
from pathlib import Path

from assistant.answers.ask import ask
from assistant.conversation.followups import Said, concept_names, understand
from assistant.session import Session

PAIRS = Path(__file__).with_name("followups.txt")
TOP = 5


def main() -> None:
    pairs = [[part.strip() for part in line.split(" | ")] for line in PAIRS.read_text(encoding="utf-8").splitlines() if line[0] != "#"]
    with closing(Session(Path(sys.argv[1]))) as library:
        names = concept_names(library.graph.outline.names)

        def is_found(question: str, document: str, words: str) -> bool:
            hits = library.search(question, TOP)
            return any(hit.chunk.document == f"{document}.md" and words.lower() in hit.chunk.text.lower() for hit in hits)

        plain = rewritten = 0
        for before, question, document, words in pairs:
            understood = understand(question, [Said(before, str(ask(library, before).answer))], names)
            found = is_found(understood, document, words)
            plain += is_found(question, document, words)
            rewritten += found
            print(f"{'found ' if found else 'missed'}  {before} / {question} → {understood}")
        alone = [before for before, *_ in pairs]
        spoiled = {after for before, after in pairwise(alone) if understand(after, [Said(before, "")], names) != after}
        print(f"right passage in the first {TOP} of {len(pairs)}: as asked {plain}, understood {rewritten}")
        print(f"questions that stand alone: {len(set(alone))}, changed: {sorted(spoiled)}")


if __name__ == "__main__":
    main()
