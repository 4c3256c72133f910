"""From a heading, a label or a question to the names in it, and which of these could name a concept."""

from __future__ import annotations

import re

from graph.text.normal import STOP, is_namelike, norm, plain, words
from graph.text.vocabulary import ASPECT, GENERIC, GERUNDS, QUALIFIER, VERBS, is_generic
from ingest.language.language import Language, alternatives

_ENGLISH = Language.load("en")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_MARK = re.compile(r"[*`_\"“”]")
_MARKS = re.compile(r"[*`]+|(?<!\w)_+|_+(?!\w)|[\"“”]")
_NUMBERING = re.compile(
    rf"^\s*(?:#+\s*)?(?:{alternatives(_ENGLISH.entries('numbered_titles'))}\s*"
    r"(?:\d+(?:\.\d+)*|[IVX]+\b)\s*[:.)—–-]?\s*|\d+(?:\.\d+)*[.):]?\s+|[IVX]+[.)]\s+)",
    re.IGNORECASE,
)
_PARENTHESIS = re.compile(r"\s*[(\[]([^()\[\]]*)[)\]]")
_DASH = re.compile(r"\s+[—–-]+\s+|\s*—\s*")
_SPLIT = re.compile(
    r"\s+(?:vs\.?|versus|and|&|or|\+)\s+|\s*[,;↔→]\s*(?:and\s+|or\s+)?|\s+/\s*|\s*/\s+|(?<=[^\W_]{3})/(?=[^\W_]{3})", re.IGNORECASE
)  # "precision/recall", but "A/B testing" and "I/O" are one
_CONTRAST = re.compile(r"\s+(?:vs\.?|versus)\s+", re.IGNORECASE)
_MATHS = re.compile(r"[=<>≤≥≈∈∑√∫∂∇|^{}\\@#$·×→←↑↓∝≫≪⟨⟩]|\.\.\.|…|https?:|www\.")
_ADJECTIVE = re.compile(r"(?:ive|ous|able|ible|al|ful|less|ly|ed|ic|ary)$")
_NOUNS = _ENGLISH.words("nouns_like_adjectives")
_HEADS = _ENGLISH.words("generic_heads")
_CLAUSE = _ENGLISH.words("clause_words")
_LEADS = _ENGLISH.groups("question_leads")
_COUNTS, _ASKING, _ARTICLES = (frozenset(_LEADS[group]) for group in ("counts", "asking", "articles"))
_WHAT_IS = re.compile(
    r"^[\"“]?(?:what(?:'s|’s| is| are)|explain|define|describe)\s+(?:(?:a|an|the|meant by)\s+)?"
    r"(?!(?:main|key|difference|relation|role|connection)\b)[\w'’ -]{3,45}(?:\s*\([^)]*\))?(?:\s+in detail)?\s*[?.]",
    re.IGNORECASE,
)
_QUESTION_LEAD = _ENGLISH.pattern(
    "question_leads",
    r"^(?:can you\s+|please\s+|briefly\s+)*(?:"
    r"(?:what(?:'s|’s)?|which)\s+(?:is|are|was|were|does|do|did|happens?(?:\s+(?:to|in|if|when|during))?)?\s*"
    r"(?:meant by|it mean (?:for|when|by|that)|the\s+)?"
    r"(?:{main}\s+)*"
    r"(?:{aspect}\s+(?:between|of|behind|with|for|in|to|from|on)\s+)?"
    r"|how\s+(?:is|are|was|were|does|do|did|can|could|would|should|to|many|much|well)\s*(?:(?:you|we|i|one)\b)?\s*(?:\w+\s+)??(?=\w)"
    r"|why\s+(?:is|are|was|were|does|do|did|can't|can|might|would|should|not|use|isn't|aren't|doesn't|"
    r"don't)?\s*(?:(?:you|we|i|one)\b)?\s*(?:not\s+)?(?:use|need|want|divide by|choose)?\s*"
    r"|when\s+(?:is|are|do|does|should|would|to|can)?\s*(?:(?:you|we|i|one)\b)?\s*(?:use|choose|prefer)?\s*"
    r"|(?:briefly\s+)?{task}\s+"
    r"(?:how|why|what|when)?\s*(?:the\s+)?(?:{topic}\s+(?:between|of|behind)\s+)?"
    r")\s*(?:(?:a|an|the|different|various|some)\s+)*",
)
_RELATING = _ENGLISH.pattern("question_leads", r"\s+{relating}\s+(?:a\s+|an\s+|the\s+)?", 0)


def unmark(text: str) -> str:
    """Text without markdown marks, links kept by their words."""
    if "](" in text:
        text = _LINK.sub(r"\1", text)
    return (_MARKS.sub("", text) if _MARK.search(text) else text).strip()


def unnumber(text: str) -> str:
    """A title without its numbering: `1.2.3`, `Q4:`, `Chapter 2`."""
    before = None
    while before != text:
        before, text = text, _NUMBERING.sub("", text, count=1)
    return text.strip()


def parenthesis(text: str) -> tuple[str, tuple[str, ...]]:
    """A name without its parentheses, and what stood in them."""
    inside = tuple(found.strip() for found in _PARENTHESIS.findall(text))
    return " ".join(_PARENTHESIS.sub(" ", text).split()), inside


def head_part(text: str) -> str:
    """What stands before a dash or colon that opens a subtitle."""
    pieces = [piece.strip().rstrip(":").strip() for part in _DASH.split(text) for piece in part.split(": ")]
    # "The insight: double descent" is about what follows the organising word.
    return next((piece for piece in pieces if piece and not is_generic(piece)), pieces[0])


def parts(text: str) -> list[str]:
    """The coordinated names of a title: `A vs B`, `A, B and C`, `A / B`."""
    return [piece.strip() for piece in _SPLIT.split(text) if piece and piece.strip()]


def is_contrast(text: str) -> bool:
    """Whether a title sets things against each other."""
    return _CONTRAST.search(text) is not None


def trim(text: str, own: frozenset[str] = frozenset()) -> str:
    """A name without articles and qualifiers in front, without aspect words behind ("X assumptions" is about X).

    Words that a text makes its `own` are neither: the "key signature" of a text about keys.
    """
    found = text.strip(" \t.,;:!?'’‘-–—•|")
    pieces = found.split()
    while (
        len(pieces) > 1
        and plain(pieces[0]) in {"a", "an", "the", "your", "our", "some", "this", "these", *QUALIFIER}
        and not is_namelike(pieces[0])
        and norm(pieces[0]) not in own
    ):
        pieces = pieces[1:]
    while (
        len(pieces) > 1
        and words(pieces[-1])
        and words(pieces[-1])[-1] in ASPECT - own
        and not is_generic(" ".join(pieces[:-1]), own)
        and not (len(pieces) == 2 and _is_adjective(words(pieces[0])[-1]))
    ):
        pieces = pieces[:-1]
    return " ".join(pieces).strip(" .,;:'’‘-–—").removesuffix("'s").removesuffix("’s")


def is_name(text: str, asked: bool = False, protected: bool = False, own: frozenset[str] = frozenset()) -> bool:
    """Whether a text could name a concept: a short noun phrase with something that is not generic in it.

    `asked` names (the text defines them or asks what they are) may consist of two or more generic words: "world model", "loss function".
    `protected` names (long forms of abbreviations, authored titles) may hold prepositions too. Words that a text makes its `own` are
    not generic there.
    """
    if not text or len(text) > 60 or _MATHS.search(text) or any(sign in text for sign in "?!;:"):
        return False
    if not text[0].isalnum() or not any(sign.isalpha() for sign in text):
        return False
    tokens = words(text)
    # Hyphenated words count as one: "in-context learning" does not start with a preposition.
    raw = [plain(word) for word in re.findall(r"[^\W_]+(?:['’-][^\W_]+)*", text)]
    if not tokens or len(tokens) > (9 if protected else 5):
        return False
    if protected:
        return len(tokens) > 2 or not is_generic(text, own)
    if len(raw) == 1 and is_namelike(text.strip()):
        return len(text) >= 2 and not (text.isupper() and (len(text) > 7 or (len(text) > 4 and is_generic(text))))
    if is_generic(text, own) and not (asked and len(tokens) > 1 and tokens[-1] not in ASPECT):
        return False
    if raw[0] in STOP or raw[-1] in STOP or raw[-1] in VERBS or any(word in STOP and word != "of" for word in raw[1:-1]):
        return False
    if (raw[0] in GERUNDS or (raw[0] in VERBS and not asked)) and not is_namelike(text.split()[0]):
        return False
    if _is_symbolic(tokens, text):
        return False
    if "of" in raw and raw.index("of") > 1 and is_generic(" ".join(raw[: raw.index("of")]), own):
        return False  # "future directions of X"
    if len(raw) == 1:
        return len(tokens[-1]) >= 3 and not _is_adjective(tokens[-1]) and not raw[0].isdigit()
    if raw[-1].isdigit() and (len(raw[-1]) == 4 or len(raw) == 2):
        return False
    if tokens[-1] in GENERIC and tokens[-1] not in _HEADS and tokens[-1] not in own and not asked:
        return False
    return not _is_adjective(tokens[-1])


def _is_symbolic(tokens: list[str], text: str) -> bool:
    """Whether a text is a piece of a formula or a quantity: `1-p`, `log p`, `100K`, `2nd order`."""
    if text[0].isdigit() and not any(len(token) > 3 and token.isalpha() for token in tokens):
        return True
    if len(tokens) > 1 and len(tokens[-1]) == 1 and "-" not in text:
        return True
    return not any(len(token) >= 3 and any(sign.isalpha() for sign in token) for token in tokens)


def _is_adjective(token: str) -> bool:
    return bool(_ADJECTIVE.search(token)) and token not in _NOUNS and len(token) > 3


def asks_what_it_is(text: str) -> bool:
    """Whether a question asks for one thing as a whole: "What is the kernel trick?", "Explain RBF kernels." """
    asked = unnumber(unmark(text))
    return _WHAT_IS.match(asked) is not None


def question_subject(text: str) -> list[str]:
    """What a question asks about, as the coordinated names in it: "What's the difference between A and B?" gives A and B."""
    asked = unnumber(unmark(text)).split("?")[0].strip().rstrip(".")
    asked = re.split(r"(?<=[a-z)])\.\s", asked)[0]
    lead = _QUESTION_LEAD.match(asked)
    if lead is None:
        return []
    found: list[str] = []
    how = lead.group().lower().startswith(("how", "why", "when"))
    joint = re.search(r"between|compare|contrast", lead.group(), re.IGNORECASE) is not None
    rest = _RELATING.sub(" vs ", asked[lead.end() :])
    joint = joint or rest != asked[lead.end() :]
    for piece in parts(rest) if joint or "(" not in rest else [rest]:
        pieces = piece.split()
        while found and len(pieces) > 1 and plain(pieces[0]) in _COUNTS:
            pieces = pieces[1:]  # "X and one application of it"
        # "How do you train a diffusion model": the verb is no part of the name.
        while how and len(pieces) > 1 and plain(pieces[0]) in VERBS | _ARTICLES:
            pieces = pieces[1:]
        kept: list[str] = []
        depth = 0
        for word in pieces:
            bare = plain(word.strip("(),.;:"))
            if (kept and depth == 0 and (bare in _CLAUSE or (how and bare in VERBS))) or (not kept and bare in _ASKING):
                break
            kept.append(word)
            depth += word.count("(") - word.count(")")
            if word.endswith((",", ";", ":")):
                break
        name = " ".join(kept).strip(" ,;:")
        if name:
            found.append(name)
        if not joint and len(kept) < len(pieces):
            break
    return found
