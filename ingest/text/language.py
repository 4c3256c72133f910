"""Which language a document is written in, by script and by function words: enough to say that an encoder will not know it.

The share of a language's commonest words in running text is stable (Grefenstette 1995, "Comparing two language identification schemes").
A document is only said to be in another language beyond doubt: many words, few of them English.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

from ingest.model import Document, Kind

_RUNNING = frozenset({Kind.PROSE, Kind.LIST, Kind.DEFINITION, Kind.QUESTION, Kind.ANSWER, Kind.CALLOUT, Kind.HEADING, Kind.TABLE})
_WORD = re.compile(r"[^\W\d_]{2,}")
_MATHS = re.compile(r"\$[^$]*\$|`[^`]*`|\\[A-Za-z]+|https?://\S+")
_MOST_LETTERS = 40_000
"""Letters of a document that are looked at, taken from all over it."""
_FEWEST_WORDS = 40
_FEWEST_SIGNS = 60
"""Letters in a script that writes without spaces, or in words of another alphabet, below which nothing is said."""
_COMMON = 0.12
"""The least share of a language's function words in running text; that of English is 0.35 to 0.45, and seldom 0.05 in other languages."""
_TIMES = 3.0

_ENGLISH = frozenset(
    "the of and to in is that for it as was with be by on not he his but at are this have from or had an they which one you were all her "
    "she there would their we him been has when who will no more if out so what up its about into than them can only other some could "
    "these may then do any my now such like our over me also how each where use used using".split()
)
_FUNCTION_WORDS = {
    "German": "der die und den von zu das mit sich des auf für ist im dem nicht ein eine als auch es werden aus hat dass sie nach wird "
    "bei einer um noch wie einem über einen so zum kann wenn oder wir ich durch man",
    "French": "de la le et les des en un du une que est pour qui dans par plus au pas ce sur ne se sont avec il aux cette ou être "
    "comme son "
    "nous mais elle deux peut ces si leur on dont tout très",
    "Spanish": "de la que el en los se del las un por con no una para es al lo como más pero sus le ya este sí porque esta son "
    "entre cuando "
    "muy sin sobre también hasta hay donde todo nos ni cada",
    "Italian": "di che è la il un per non in una sono del con si le da come dei nel alla più della ma anche gli al lo questo se su degli "
    "delle quando può essere ha tra dal nella ogni ed",
    "Portuguese": "de que do da em um para com não uma os no se na por mais as dos como mas ao ele das à seu sua ou quando muito nos já "
    "também só pelo pela até isso ela entre são é cada",
    "Dutch": "de van het een en in is dat op te zijn met voor niet aan er om ook als dan maar door bij wordt uit nog naar heeft hij kan "
    "worden deze dit we wat tot over hun geen zo",
    "Swedish": "och att det som en på är av för med den till inte har de ett om kan man så men vi från eller sig när där ska också vid "
    "detta alla bara mycket finns",
    "Danish or Norwegian": "og det at en den til er som på de med han av for ikke et der var har jeg men om vi kan fra eller så af skal "
    "når ved også være blir bliver dette",
    "Polish": "w i na się z do nie to jest że o po jak za od dla przez są tym ale może tego oraz czy który które także ich być jego już "
    "tak przy można",
    "Czech": "a se na je v že to s z do o i jako pro si jsou za by které ale k není od nebo jeho jak tak být který při po také jen jeho "
    "může lze",
    "Romanian": "de și în a la cu nu este o să pe din că un care mai sunt se pentru ca fi sau prin dar fost au lui ale unei când poate "
    "aceste între",
    "Hungarian": "a az és hogy nem is egy ez van meg de csak ha már mint vagy azt volt ezt el lehet kell még minden pedig után közötti "
    "amely ezek",
    "Finnish": "ja on ei että se oli joka mutta ovat kun sen niin tai kuin myös voi hän olla mukaan jos ole sitä jotka nyt tämä vain "
    "tämän siitä",
    "Turkish": "ve bir bu için ile da de olarak çok daha olan gibi en ise kadar sonra ne var o her değil ya ancak hem olduğu göre veya "
    "tarafından",
    "Indonesian or Malay": "yang dan di dengan untuk pada dari dalam tidak ini itu adalah akan atau oleh ke sebagai dapat juga karena "
    "lebih tersebut bisa ada",
    "Vietnamese": "và của là có cho không được một các trong với để này khi từ những người đó về như đã trên hay nhiều vào nếu ra",
}
_WORDS = {language: frozenset(words.split()) - _ENGLISH for language, words in _FUNCTION_WORDS.items()}
_SCRIPTS = {
    "CYRILLIC": "Russian or another language in Cyrillic letters",
    "GREEK": "Greek",
    "ARABIC": "Arabic or another language in its letters",
    "HEBREW": "Hebrew",
    "DEVANAGARI": "Hindi or another language in Devanagari",
    "BENGALI": "Bengali",
    "TAMIL": "Tamil",
    "THAI": "Thai",
    "GEORGIAN": "Georgian",
    "ARMENIAN": "Armenian",
    "HANGUL": "Korean",
    "HIRAGANA": "Japanese",
    "KATAKANA": "Japanese",
    "CJK": "Chinese",
}


def foreign_language(document: Document) -> str | None:
    """The language a document is written in, where that is beyond doubt another than English; None for all others.

    Code and formulas do not count, nor do documents of a few words.
    """
    return foreign_language_of(block.text for block in document.blocks if block.kind in _RUNNING)


def foreign_language_of(texts: Iterable[str]) -> str | None:
    """As `foreign_language`, of running text."""
    words = [word for text in _sampled(list(texts)) for word in _WORD.findall(_MATHS.sub(" ", text))]
    scripts: Counter[str] = Counter()
    for word in words:
        # One letter says which alphabet a word is in.
        script = "LATIN" if word[0].isascii() else unicodedata.name(word[0], "").split(" ")[0]
        scripts[script] += len(word)
    if not scripts:
        return None
    latin = scripts["LATIN"]
    others = {script: count for script, count in scripts.items() if script in _SCRIPTS}
    if sum(others.values()) > latin and sum(others.values()) >= _FEWEST_SIGNS:
        # A Japanese text has Chinese signs, too; a fifth of it and more is kana.
        kana = scripts["HIRAGANA"] + scripts["KATAKANA"]
        most = max(others, key=lambda script: (others[script], script))
        return "Japanese" if most == "CJK" and 8 * kana > others["CJK"] else _SCRIPTS[most]
    return _by_words([word.lower() for word in words])


def _by_words(words: list[str]) -> str | None:
    if len(words) < _FEWEST_WORDS:
        return None
    counts = Counter(words)
    english = sum(counts[word] for word in _ENGLISH)
    shares = {language: sum(counts[word] for word in known) for language, known in _WORDS.items()}
    best = max(shares, key=lambda language: (shares[language], language))
    distinct = sum(counts[word] > 0 for word in _WORDS[best])
    enough = shares[best] >= _COMMON * len(words) and shares[best] > _TIMES * english and distinct >= 6
    return best if enough else None


def _sampled(texts: list[str]) -> list[str]:
    """Texts from all over a document, of bounded length together."""
    total = sum(map(len, texts))
    if total <= _MOST_LETTERS:
        return texts
    step = total // _MOST_LETTERS + 1
    return [text[:_MOST_LETTERS] for text in texts[::step]][:_MOST_LETTERS]
