"""Write data/language/en/word_kinds.txt: which kinds of word everyday English words may be.

    python -m benchmarks.fitting.word_kinds infl_lu.csv.gz

The file is one of the package lemminflect 0.2.3 (MIT), which takes it from the SPECIALIST Lexicon of the U.S. National Library of Medicine.
"""

from __future__ import annotations

import gzip
import sys
from collections import defaultdict
from pathlib import Path

FILE = Path(__file__).resolve().parents[2] / "data" / "language" / "en" / "word_kinds.txt"
_KINDS = {"noun": "n", "verb": "v", "adj": "a", "adv": "d"}
_REGULAR = ("ed", "ing", "s")
_HEAD = """\
# Which kinds of word everyday English words may be: n noun, v verb, a adjective, d adverb, i irregular form of a verb, p proper noun.
# Written by benchmarks/fitting/word_kinds.py from the SPECIALIST Lexicon of the U.S. National Library of Medicine, as the package
# lemminflect 0.2.3 (MIT) has it: words of several parts, abbreviations and regular forms of verbs are left out.
"""


def kinds(file: Path) -> dict[str, str]:
    """The kinds of every word, as letters in alphabetical order."""
    found: dict[str, set[str]] = defaultdict(set)
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            word, kind, forms = line.rstrip("\n").split(",", 2)
            if not (word.isascii() and word.isalpha() and len(word) > 1) or word.isupper():
                continue
            letter = _KINDS[kind]
            found[word.lower()].add("p" if word[0].isupper() and letter == "n" else letter)
            for form in forms.replace("/", ",").split(",") if kind == "verb" else ():
                if form.isascii() and form.isalpha() and form != word and not form.endswith(_REGULAR):
                    found[form.lower()].add("i")
    return {word: "".join(sorted(letters)) for word, letters in found.items()}


def main() -> None:
    groups: dict[str, list[str]] = defaultdict(list)
    for word, letters in kinds(Path(sys.argv[1])).items():
        groups[letters].append(word)
    text = "".join(f"\n[{letters}]\n" + "".join(f"{word}\n" for word in sorted(words)) for letters, words in sorted(groups.items()))
    FILE.write_text(_HEAD + text, encoding="utf-8")


if __name__ == "__main__":
    main()
