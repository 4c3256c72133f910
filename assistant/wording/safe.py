"""Make text of documents, models and file names safe to show on a terminal."""

from __future__ import annotations

import re
from itertools import chain

_KEPT = frozenset("\t\n")
_SUBSTITUTE = "\N{REPLACEMENT CHARACTER}"
# Embeddings, overrides and isolates reorder the text around them (Unicode TR 36, "bidirectional text spoofing"); marks are invisible.
_BIDIRECTIONAL = frozenset(map(chr, (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))))
_CONTROLS = frozenset(map(chr, chain(range(0x20), range(0x7F, 0xA0)))) | {"\u2028", "\u2029"}
_SHOWN = {
    **{ord(char): _SUBSTITUTE for char in _CONTROLS | _BIDIRECTIONAL},
    **{code: chr(0x2400 + code) for code in range(0x20)},  # ␛ and its likes: Unicode's pictures of control characters
    0x7F: "\N{SYMBOL FOR DELETE}",
    **{ord(char): char for char in _KEPT},
}
_ESCAPED = re.compile(f"[{''.join(re.escape(char) for char in sorted((_CONTROLS - set(map(chr, range(0x20)))) | _BIDIRECTIONAL))}]")


def displayable(text: str) -> str:
    """The text with control and bidirectional characters made visible; tabs and ends of lines stay.

    >>> displayable("\\x1b[2Jred")
    '␛[2Jred'
    """
    return text.translate(_SHOWN)


def escaped_json(text: str) -> str:
    """JSON text in which C1, DEL and bidirectional characters are escapes, as C0 are already: the same values, harmless on a terminal.

    >>> escaped_json('"\\u202e"')
    '"\\\\u202e"'
    """
    return _ESCAPED.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
