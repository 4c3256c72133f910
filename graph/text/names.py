"""Find the names in a heading, a label or a question, and decide which of them could name a concept."""

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
)  # "precision/recall" holds two names, "A/B testing" and "I/O" one
_CONTRAST = re.compile(r"\s+(?:vs\.?|versus)\s+", re.IGNORECASE)
_MATHS = re.compile(r"[=<>≤≥≈∈∑√∫∂∇|^{}\\@#$·×→←↑↓∝≫≪⟨⟩]|\.\.\.|…|https?:|www\.")
_HYPHENATED = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
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
_LONGEST = 60  # letters of a name
_MOST_WORDS, _MOST_PROTECTED = 5, 9  # words of a name; long forms of abbreviations and titles of notes may have more


def unmark(text: str) -> str:
    """The text without Markdown marks; of a link its words stay."""
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
    """A name without its parentheses, and the texts that stood in them."""
    inside = tuple(found.strip() for found in _PARENTHESIS.findall(text))
    return " ".join(_PARENTHESIS.sub(" ", text).split()), inside


def head_part(text: str) -> str:
    """The part of a title before a dash or colon that opens a subtitle."""
    pieces = [piece.strip().rstrip(":").strip() for part in _DASH.split(text) for piece in part.split(": ")]
    # "The insight: double descent" is about what follows the organising word.
    return next((piece for piece in pieces if piece and not is_generic(piece)), pieces[0])


def parts(text: str) -> list[str]:
    """The coordinated names of a title: `A vs B`, `A, B and C`, `A / B`."""
    return [piece.strip() for piece in _SPLIT.split(text) if piece and piece.strip()]


def is_contrast(text: str) -> bool:
    """True if a title sets things against each other."""
    return _CONTRAST.search(text) is not None


def trim(text: str, own: frozenset[str] = frozenset()) -> str:
    """A name without articles and qualifiers in front and without aspect words behind: "X assumptions" is about X.

    Words that a text makes its `own` stay: "key signature" in a text about keys.
    """
    pieces = text.strip(" \t.,;:!?'’‘-–—•|").split()
    while len(pieces) > 1 and _is_article_or_qualifier(pieces[0]) and norm(pieces[0]) not in own:
        pieces = pieces[1:]
    while len(pieces) > 1 and _ends_with_aspect(pieces, own):
        pieces = pieces[:-1]
    return " ".join(pieces).strip(" .,;:'’‘-–—").removesuffix("'s").removesuffix("’s")


def _is_article_or_qualifier(word: str) -> bool:
    return plain(word) in {"a", "an", "the", "your", "our", "some", "this", "these", *QUALIFIER} and not is_namelike(word)


def _ends_with_aspect(pieces: list[str], own: frozenset[str]) -> bool:
    """True if the last word of a name is an aspect of what the words before it name."""
    last = words(pieces[-1])
    if not last or last[-1] not in ASPECT - own or is_generic(" ".join(pieces[:-1]), own):
        return False
    return not (len(pieces) == 2 and _is_adjective(words(pieces[0])[-1]))


def is_name(text: str, asked: bool = False, protected: bool = False, own: frozenset[str] = frozenset()) -> bool:
    """True if a text could name a concept: a short noun phrase with something in it that is not generic.

    `asked` names (the text defines them or asks what they are) may consist of several generic words: "world model", "loss function".
    `protected` names (long forms of abbreviations, titles of notes) may hold prepositions too. Words that a text makes its `own` are
    not generic there.
    """
    normal = words(text)
    if not normal or len(normal) > (_MOST_PROTECTED if protected else _MOST_WORDS) or not _is_plain_text(text):
        return False
    if protected:
        return len(normal) > 2 or not is_generic(text, own)
    # Hyphenated words count as one: "in-context learning" does not start with a preposition.
    raw = [plain(word) for word in _HYPHENATED.findall(text)]
    if len(raw) == 1 and is_namelike(text.strip()):
        return _is_symbol(text)
    if is_generic(text, own) and not (asked and len(normal) > 1 and normal[-1] not in ASPECT):
        return False
    if not _is_noun_phrase(text, raw, asked) or _is_symbolic(normal, text) or _is_about(raw, own):
        return False
    return _is_common_noun(normal[-1], raw) if len(raw) == 1 else _has_noun_for_head(normal[-1], raw, asked, own)


def _is_plain_text(text: str) -> bool:
    """False for a formula, an address, a sentence, and what starts with a sign."""
    if len(text) > _LONGEST or _MATHS.search(text) or any(sign in text for sign in "?!;:"):
        return False
    return text[0].isalnum() and any(sign.isalpha() for sign in text)


def _is_symbol(text: str) -> bool:
    """True if a word that is written like a name is one, rather than a heading in capitals."""
    is_shouted = text.isupper() and (len(text) > 7 or (len(text) > 4 and is_generic(text)))
    return len(text) >= 2 and not is_shouted


def _is_common_noun(word: str, raw: list[str]) -> bool:
    return len(word) >= 3 and not _is_adjective(word) and not raw[0].isdigit()


def _is_noun_phrase(text: str, raw: list[str], asked: bool) -> bool:
    """False if function words or verbs show that a text is a clause or an instruction."""
    if raw[0] in STOP or raw[-1] in STOP or raw[-1] in VERBS or any(word in STOP and word != "of" for word in raw[1:-1]):
        return False
    starts_with_verb = raw[0] in GERUNDS or (raw[0] in VERBS and not asked)
    return not starts_with_verb or is_namelike(text.split()[0])


def _is_about(raw: list[str], own: frozenset[str]) -> bool:
    """True for "future directions of X", which names nothing of its own."""
    return "of" in raw and raw.index("of") > 1 and is_generic(" ".join(raw[: raw.index("of")]), own)


def _has_noun_for_head(head: str, raw: list[str], asked: bool, own: frozenset[str]) -> bool:
    """True if a name of several words ends with a noun that may head a name."""
    if raw[-1].isdigit() and (len(raw[-1]) == 4 or len(raw) == 2):
        return False
    if head in GENERIC and head not in _HEADS and head not in own and not asked:
        return False
    return not _is_adjective(head)


def _is_symbolic(normal: list[str], text: str) -> bool:
    """True if a text is a piece of a formula or a quantity: `1-p`, `log p`, `100K`, `2nd order`."""
    if text[0].isdigit() and not any(len(word) > 3 and word.isalpha() for word in normal):
        return True
    if len(normal) > 1 and len(normal[-1]) == 1 and "-" not in text:
        return True
    return not any(len(word) >= 3 and any(sign.isalpha() for sign in word) for word in normal)


def _is_adjective(word: str) -> bool:
    return bool(_ADJECTIVE.search(word)) and word not in _NOUNS and len(word) > 3


def asks_what_it_is(text: str) -> bool:
    """True if a question asks for one thing as a whole: "What is the kernel trick?", "Explain RBF kernels." """
    return _WHAT_IS.match(unnumber(unmark(text))) is not None


def question_subject(text: str) -> list[str]:
    """The coordinated names that a question asks about: "What's the difference between A and B?" gives A and B."""
    asked = unnumber(unmark(text)).split("?")[0].strip().rstrip(".")
    asked = re.split(r"(?<=[a-z)])\.\s", asked)[0]
    lead = _QUESTION_LEAD.match(asked)
    if lead is None:
        return []
    has_verb = lead.group().lower().startswith(("how", "why", "when"))
    rest = _RELATING.sub(" vs ", asked[lead.end() :])
    asks_for_several = re.search(r"between|compare|contrast", lead.group(), re.IGNORECASE) is not None or rest != asked[lead.end() :]
    found: list[str] = []
    for piece in parts(rest) if asks_for_several or "(" not in rest else [rest]:
        pieces = _without_lead(piece.split(), bool(found), has_verb)
        kept = _up_to_clause(pieces, has_verb)
        name = " ".join(kept).strip(" ,;:")
        if name:
            found.append(name)
        if not asks_for_several and len(kept) < len(pieces):
            break
    return found


def _without_lead(pieces: list[str], is_further: bool, has_verb: bool) -> list[str]:
    """The words of one subject of a question, without what leads to its name."""
    while is_further and len(pieces) > 1 and plain(pieces[0]) in _COUNTS:
        pieces = pieces[1:]  # "X and one application of it"
    # "How do you train a diffusion model": the verb is no part of the name.
    while has_verb and len(pieces) > 1 and plain(pieces[0]) in VERBS | _ARTICLES:
        pieces = pieces[1:]
    return pieces


def _up_to_clause(pieces: list[str], has_verb: bool) -> list[str]:
    """The words up to the first one that ends a name, parentheses aside."""
    kept: list[str] = []
    depth = 0
    for word in pieces:
        bare = plain(word.strip("(),.;:"))
        ends = depth == 0 and (bare in _CLAUSE or (has_verb and bare in VERBS))
        if (kept and ends) or (not kept and bare in _ASKING):
            break
        kept.append(word)
        depth += word.count("(") - word.count(")")
        if word.endswith((",", ";", ":")):
            break
    return kept
