"""Find the names in a heading, a label or a question, and decide which of them could name a concept."""

from __future__ import annotations

import re

from graph.text.normal import STOP, is_namelike, plain, words
from graph.text.tags import without_tags
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
_AROUND = " \t.,;:!?'’‘\"“”-–—•|"
_DETERMINERS = frozenset({"a", "an", "the", "your", "our", "some", "this", "these"})
_JOINING = frozenset({"of", "in", "to", "for"})  # "laws of motion"
_LONGEST = 60  # letters of a name
_MOST_WORDS, _MOST_PROTECTED = 5, 9  # words of a name; long forms of abbreviations and titles of notes may have more


def unmark(text: str) -> str:
    """The text without Markdown marks and tags, and with links replaced by their words."""
    text = without_tags(text)
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
    """A name without its parentheses, and the texts inside these."""
    inside = tuple(found.strip() for found in _PARENTHESIS.findall(text))
    return " ".join(_PARENTHESIS.sub(" ", text).split()), inside


def head_part(text: str) -> str:
    """The part of a title before a dash or colon that opens a subtitle."""
    pieces = [piece.strip().rstrip(":").strip() for part in _DASH.split(text) for piece in part.split(": ")]
    # "The insight: double descent" is about the text after the organising word.
    return next((piece for piece in pieces if piece and not is_generic(piece)), pieces[0])


def parts(text: str) -> list[str]:
    """The coordinated names of a title: `A vs B`, `A, B and C`, `A / B`."""
    return [piece.strip() for piece in _SPLIT.split(text) if piece and piece.strip()]


def is_contrast(text: str) -> bool:
    """True if a title contrasts things."""
    return _CONTRAST.search(text) is not None


def trim(text: str) -> str:
    """A name without articles and qualifiers in front and without aspect words behind: "X assumptions" is about X."""
    pieces = without_article(text).split()
    while len(pieces) > 1 and plain(pieces[0]) in QUALIFIER and not is_namelike(pieces[0]):
        pieces = pieces[1:]
    while len(pieces) > 1 and _ends_with_aspect(pieces):
        pieces = pieces[:-1]
    return without_article(" ".join(pieces))


def without_article(text: str) -> str:
    """A name without articles in front and without the marks around it."""
    pieces = text.strip(_AROUND).split()
    while len(pieces) > 1 and plain(pieces[0]) in _DETERMINERS and not is_namelike(pieces[0]):
        pieces = pieces[1:]
    return " ".join(pieces).strip(_AROUND).removesuffix("'s").removesuffix("’s")


def _ends_with_aspect(pieces: list[str]) -> bool:
    """True if the last word of a name is an aspect of what the words before it name."""
    last = words(pieces[-1])
    if not last or last[-1] not in ASPECT or is_generic(" ".join(pieces[:-1])):
        return False
    return not (len(pieces) == 2 and is_adjective(words(pieces[0])[-1]))


def is_name(text: str, protected: bool = False) -> bool:
    """True if a text has the form of a name: a few words, none of which shows that it is a clause, a formula or a count.

    The meaning is not judged here: graph/concepts/termhood.py decides whether it names a concept. `protected` names (long forms of
    abbreviations, titles of notes) may contain prepositions too.
    """
    normal = words(text)
    if not normal or len(normal) > (_MOST_PROTECTED if protected else _MOST_WORDS) or not _is_plain_text(text):
        return False
    if protected:
        return len(normal) > 2 or any(len(word) > 1 and word not in STOP for word in normal)
    # Hyphenated words count as one: "in-context learning" does not start with a preposition.
    raw = [plain(word) for word in _HYPHENATED.findall(text)]
    if len(raw) == 1 and is_namelike(text.strip()):
        return len(text) >= 2
    if _has_function_words(raw) or _is_symbolic(normal, text) or _is_counted(raw):
        return False
    return len(raw) > 1 or (len(normal[-1]) >= 3 and not raw[0].isdigit())


def _has_function_words(raw: list[str]) -> bool:
    """True if a name has function words at its ends, or inside without joining its parts."""
    return raw[0] in STOP or raw[-1] in STOP or any(word in STOP and word not in _JOINING for word in raw[1:-1])


def _is_counted(raw: list[str]) -> bool:
    """True for a name followed by a year or a number."""
    return raw[-1].isdigit() and (len(raw[-1]) == 4 or len(raw) == 2)


def _is_plain_text(text: str) -> bool:
    """False for a formula, an address, a sentence, and a text that starts with a sign."""
    if len(text) > _LONGEST or _MATHS.search(text) or any(sign in text for sign in "?!;:"):
        return False
    return text[0].isalnum() and any(sign.isalpha() for sign in text)


def wording(text: str) -> tuple[float, ...]:
    """The features of the wording of a name, a number for each of `WORDING`."""
    normal = words(text) or [""]
    raw = [plain(word) for word in _HYPHENATED.findall(text)] or [""]
    alone = len(normal) == 1
    seen = (*_generality(text, normal, raw, alone), *_endings(normal[-1], raw, alone), *_shape(text, normal, raw, alone))
    return tuple(map(float, seen))


def _generality(text: str, normal: list[str], raw: list[str], alone: bool) -> tuple[float, ...]:
    """The features of general words in a name."""
    head, is_verb = normal[-1], raw[0] in VERBS or raw[0] in GERUNDS
    unsaying = sum(word in GENERIC or word in QUALIFIER or word in ASPECT for word in normal) / len(normal)
    return (
        unsaying,
        is_generic(text),
        alone and unsaying == 1,
        head in GENERIC and not alone,
        head in ASPECT and not alone,
        head in _HEADS and not alone,
        raw[0] in QUALIFIER and not alone,
        is_verb,
        is_verb and alone,
        raw[-1] in VERBS and not alone,
    )


def _endings(head: str, raw: list[str], alone: bool) -> tuple[float, ...]:
    """The features of the endings of a name's words."""
    return (
        is_adjective(head),
        is_adjective(head) and alone,
        head.endswith(("tion", "ment", "ity", "ness", "ism", "sis", "ance", "ence", "ure", "logy")),
        raw[-1].endswith("ing"),
        raw[-1].endswith("ed"),
        raw[0].endswith(("ed", "ing")) and not alone,
        any(word.endswith("ly") for word in raw),
        raw[-1].endswith("s") and not raw[-1].endswith("ss"),
        raw[-1].endswith(("er", "or")),
    )


def _shape(text: str, normal: list[str], raw: list[str], alone: bool) -> tuple[float, ...]:
    """The features of a name's length and characters."""
    letters = [sign for sign in text if sign.isalpha()]
    upper = sum(sign.isupper() for sign in letters) / max(1, len(letters))
    return (
        "of" in raw,
        alone,
        len(normal) == 2,
        len(normal) >= 4,
        alone and is_namelike(text),
        upper > 0.9 and len(letters) > 5,
        any(sign.isdigit() for sign in text),
        not text.isascii(),
        "," in text or "/" in text or "&" in text,
        min(len(letters), 30) / 10,
        alone and len(letters) <= 4,
    )


WORDING = (
    "generic share", "generic", "generic alone", "generic head", "aspect head", "general head", "qualified", "verb first",
    "verb alone", "verb last", "adjective", "adjective alone", "abstract ending", "ing", "ed", "participle first", "ly", "plural",
    "er", "of", "one word", "two words", "four words", "like a symbol", "shouted", "digit", "foreign letters", "joined", "letters",
    "short",
)  # fmt: skip


def _is_symbolic(normal: list[str], text: str) -> bool:
    """True if a text is a piece of a formula or a quantity: `1-p`, `log p`, `100K`, `2nd order`."""
    if text[0].isdigit() and not any(len(word) > 3 and word.isalpha() for word in normal):
        return True
    if len(normal) > 1 and len(normal[-1]) == 1 and "-" not in text:
        return True
    return not any(len(word) >= 3 and any(sign.isalpha() for sign in word) for word in normal)


def is_adjective(word: str) -> bool:
    """True if a word ends like an adjective or adverb."""
    return bool(_ADJECTIVE.search(word)) and len(word) > 3


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
    """The words of one subject of a question, without the words before its name."""
    while is_further and len(pieces) > 1 and plain(pieces[0]) in _COUNTS:
        pieces = pieces[1:]  # "X and one application of it"
    # "How do you train a diffusion model": the verb is not part of the name.
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
