"""What words are: stop words, generic words that never name a concept, and the normal form of a name."""

from __future__ import annotations

import itertools
import re
import sys
import unicodedata
from collections.abc import Container
from functools import lru_cache

from ingest.language.language import Language

_ENGLISH = Language.load("en")

STOP = _ENGLISH.words("function_words")

# Inside a name these are allowed ("mixture of experts"), at its ends they are not.
INNER = frozenset("of for in to with from and the by on at".split())

# Words of talk about any subject. A name made of these alone is no concept.
GENERIC = frozenset(
    """transformation block scaling similarity retrieval planning algorithm information overlap bound selection metric statistic
    dimension representation generation length past mean across through head human image even near back everywhere together
    almost respect largest longer exist capture distinct distinction evidence classical batch dataset accuracy test prediction
    score class error uncertain dont doesnt theyre response center drop architecture connection theory match backward forward
    pros con decomposition ability action activity advanced advantage advice affect aim alternative amount analysis answer
    anything appendix application
    approach area argument aspect asset assumption attempt author background bad balance baseline basic basics basis behavior
    behaviour benefit best better big body book bottleneck bottom break broad bug build building call candidate capability capacity
    care case category cause caveat challenge chance change chapter characteristic chart check checklist choice chosen claim clean
    clear close code column combination comment common comparison complete complex complexity component comprehensive computation
    concept conclusion concern concrete condition cons consequence consideration constraint construction content context contrast core
    correct cost count couple course criteria criterion critical current custom daily data deal debug debugging decision deep default
    definition degree demo derivation description design detail detailed diagnosis diagram difference different difficult difficulty
    direct direction disadvantage discussion do document domain drawback easy edge effect effective efficiency efficient effort
    element empirical end engineering entry enough equation essential example exercise expect expensive experience expert explanation
    explicit extra extended fact factor failure false fast faq field figure file final find finding fine first fit fix fixed flag
    flexibility flow focus follow following form formal format formula formulation fraction framework free full fun function
    fundamental fundamentals further future gain general generic goal good great group guarantee guide guideline hand handle handling
    hard help helpful hero hidden high higher hint history hope idea ideal identity impact implementation implication importance
    important improvement in info input insight install instance instead instruction interest interesting internal interpretation
    interview interviewer intro introduction intuition issue item job key keep kind knowledge large last later layout lead learn
    learned lecture left lesson level light limit limitation line link list literature little live local long look lot loud low lower
    machine main maintenance major manner mapping material math maths matter mathematical meaning measure measurement mechanism
    mechanics method methodology middle mindset minor minute misc miscellaneous mistake mode model moderate modern money motivation
    move multiple name natural nature need new next nice none normal notation note notes nothing number object objective observation
    occurrence old one online open operation opinion opportunity option order original outcome outline output overall overview page
    pain paper paragraph parameter part particular pass path pattern people performance perspective phase phrase picture piece
    pipeline pitfall place plan plus point popular position possible post potential power practical practice precise preliminary
    preparation prerequisite present pretty previous price primary principle pro probe problem procedure process production profile
    program progress project proof proper property proposal pros provider purpose quality quantity question quick quiz quote raw range
    rare rate ratio rationale reader reading real realistic reason reasonable recap recipe recommendation record reference region
    related relation relationship relevant reliable remark remember repeat reply report requirement research resource rest result
    resulting return review right rigorous risk robust robustness role root rough row rule run safe scale scenario scene schedule
    scope second section see selected self sense sentence separate sequence series session set setting setup shape share short show
    side sign signal significance similar simple simplified simplicity single size sketch skill slide slow small solid solution
    something source space special specific specification speed speedup split stage standard start state statement status step
    storage story straight strategy strength strong structure study style sub subject subsection success suggestion suitable summary
    support sure surprise symbol symptom syntax system table tag takeaway talk target task technical technique technology template
    term text textbook thing think third thought time timeline tip tl;dr tldr title today todo tool top topic total track tradeoff
    trade trend trick tricky trouble true truth try tune turn tutorial two type typical understanding unit update upper usage use used
    useful useless user using usual valid value variant variation variety various version view visual visualization volume walkthrough
    warm warning way weak weakness week well wide win word work worked working workflow world worse worst writing wrong year yield
    zero three four five six seven eight nine ten hundred thousand million billion bonus cheat sheet glossary syllabus module homework
    assignment bibliography acknowledgment acknowledgement contents remarks starter prerequisites objectives outlook cheap cheaper
    faster slower stronger weaker larger smaller bigger newer older easier harder simpler richer lighter heavier addition adoption
    classic classical collection communication constant control conversation creation decrease decreasing increase increasing enable
    enabling evolution existing expected fair familiar flexible formally fully gap guess illustration implicit improved improving
    include including individual informal informally integration involvement lack layering leading mathematically meaningful mostly
    necessary optional ordinary overhead pair partially poor prevent prevents preventing proven quickly reducing scalable scalability
    sensitive separately simultaneous slightly specifically stable stuff subtle surprising tends thorough throughput traditional
    unclear underlying universal unknown unusual usable valuable varying vast visually worth memory latency hardware training
    inference positive negative con when where day month read asked foundation tl dr
    installation install documentation docs contributing contribution contributor license licence changelog readme repository release
    conduct credit maintainer sponsor badge citation copyright disclaimer roadmap """.replace("-", " ").split()
)

# Nouns that name an aspect of a thing: "X assumptions" is about X.
ASPECT = frozenset(
    """assumption limitation advantage disadvantage pro con overview summary introduction intuition comparison note detail basic basics
    fundamental fundamentals example derivation implementation definition formula interpretation explanation pitfall issue problem
    challenge benefit drawback property characteristic formulation proof application usage use question answer walkthrough story works
    work variant type kind component step pipeline workflow process procedure history motivation reasoning code exercise practice
    review recap refresher primer tutorial guide cheatsheet importance role impact effect effects purpose equation setup computation
    complexity performance cost hyperparameter configuration strategy """.split()
)

# Nouns that name the class of a thing: "X algorithm" may simply be X.
CLASS = frozenset(
    """algorithm method technique optimizer optimiser score metric regularization architecture classifier model network theorem rule
    divergence
    loss penalty distribution estimator estimation layer function framework unit kernel index matrix mechanism cache database approach
    regression tokenizer test procedure trick process language protocol format machine system reaction""".split()
)

# Words that start an instruction or a clause, not a name.
VERBS = frozenset(
    """evolve saturate collapse collapses explode vanish diverge generalize memorize overfit underfit accept achieve adapt add
    adjust adopt aggregate aim align allow analyze analyse append apply approximate ask assign assume attach
    attend avoid become begin bring build calculate choose clarify classify collect combine come compare compute concatenate consider
    contain contains continue converge converges convert create deal decide decompose decouple decouples decrease decreases define
    defines deliver demonstrate depend depends derive describe detect determine develop differ directly discuss divide do does drops
    eliminate emphasize enable enables encode encodes encourage encourages ensure ensures estimate estimates evaluate examine exclude
    expect explain exploit explore express extract fail fails find finds fits fix follow follows forget freeze generate generates get
    gets give gives go goes grow grows handle handles happen help helps identify ignore ignoring implement improve improves include
    increase increases initialize insert integrate introduce introduces invent investigate keep keeps know leads learn learns leave
    let listen look lose lower maintain maintains make makes manage matches matter maximize maximizes maximise measures merge minimize
    minimizes minimise modify monitor multiply need needs normalize normalizes normalise obey observe obtain occur offer optimize
    optimizes outperform outputs overwrite penalize penalizes perform performs picks predict predicts prefer prefers prepare preserve
    preserves prevent prevents produce produces promote promotes propagate prove provide provides punish put quantify raise read reads
    rebuild receive recognize recommend recompute reconstruct reduce reduces refer regularizes relate relax rely remember remove
    removes repeat rephrase replace replaces represent represents require requires rescale rescales resolve respond retrain retrieve
    retrieves returns reveal review rotates run satisfy save say saying scales see seek select selects send separate serve show shows
    shrinks shrink shuffle simplify simplifies solve solves specify spend split splits stabilize stabilizes stores subtract suffer
    suggest suggests summarize supports suppose take takes talk teach tell tend think trains transforms translate treat treats try
    understand unify unifies unlock use uses using validate vary verify visualize want warm works wrap write conflating forgetting
    reporting treating trying choosing understanding implementing explaining defining deriving derived asks pre-compute precompute
    tokenize concatenates avoids assigns assumes adds acts accumulates allows applies approximates captures combines computes
    compresses controls comparing comparison happening getting making adding picking answering interviewing debugging reducing
    increasing improving preventing handling given""".split()
)

# Describing words that turn a concept into a phrase about it.
QUALIFIER = frozenset(
    """main key common good better best different various typical important practical real actual proper high low higher lower large
    small larger smaller simple simpler complex more less fewer many modern classic classical standard basic new old original
    additional alternative popular famous strong weak bad poor great nice fast slow faster slower cheap expensive powerful useful
    certain specific particular general overall full complete entire whole exact correct wrong true false right easy hard long short
    big huge tiny single multiple final initial current next previous first second third last major minor core careful well known rich
    raw diverse similar same vanilla plain pure fixed extra max min total average two three four several optimal stable unstable
    efficient inefficient robust explicit implicit direct indirect possible potential significant predicted learned given""".split()
)

# Forms in -ing that start no instruction: they name things, or kinds of them ("learning rate", "vanishing gradient").
_NAMING = frozenset(
    """learning exploding vanishing computing processing planning modeling encoding decoding tuning sampling training ranking
    matching testing
    building averaging bagging scheduling checking tracking labeling filtering running forgetting drifting reasoning engineering meaning
    collapsing overfitting underfitting generalizing leaving leading""".split()
)
GERUNDS = frozenset(form for verb in VERBS for form in (verb + "ing", verb.removesuffix("e") + "ing", verb + verb[-1] + "ing")) - _NAMING

_IRREGULAR = dict(
    pair.split(":")
    for pair in """matrices:matrix vertices:vertex indices:index hypotheses:hypothesis analyses:analysis bases:basis criteria:criterion
    phenomena:phenomenon maxima:maximum minima:minimum optima:optimum series:series species:species axes:axis theses:thesis
    appendices:appendix formulae:formula gas:gas atlas:atlas canvas:canvas lens:lens always:always means:mean""".split()
)
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*", re.UNICODE)


def plain(text: str) -> str:
    """Lower case, without accents and typographic signs."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign)).lower().replace("’", "'")


def singular(word: str) -> str:
    """A lower-case word without its plural ending or possessive; words that merely end in s stay."""
    if word.endswith("'s"):
        word = word[:-2]
    word = word.replace("'", "")
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) <= 3 or not word.endswith("s") or word.endswith(("ss", "us", "is", "ias", "ous")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes", "iases", "uses")) and not word.endswith(("causes", "houses", "fuses")):
        return word[:-2]
    return word[:-1]


def british(word: str) -> str:
    """American spelling of the endings that differ by rule."""
    for ending, other in (
        ("isation", "ization"),
        ("ising", "izing"),
        ("iser", "izer"),
        ("ised", "ized"),
        ("elling", "eling"),
        ("aviour", "avior"),
    ):
        if word.endswith(ending) and len(word) > len(ending) + 3:
            return word[: -len(ending)] + other
    return word


@lru_cache(maxsize=1 << 16)
def norm(word: str) -> str:
    """A word in normal form: lower case, singular, American, without accents."""
    return sys.intern(british(singular(plain(word))))


def words(text: str) -> list[str]:
    """The words of a name in normal form: lower case, singular, split at hyphens, without accents."""
    return [norm(word) for word in _WORD.findall(text)]


def key(text: str) -> str:
    """What two spellings of one name have in common: `Multi-Head Attentions` and `multihead attention` give the same key."""
    return "".join(words(text))


def slug(text: str) -> str:
    """A readable id: lower case, hyphens."""
    return "-".join(_WORD.findall(plain(text).replace("'", ""))) or "concept"


def free_slug(text: str, taken: Container[str]) -> str:
    """The slug of a text, with a number behind it if it is taken: "kernel", "kernel-2"."""
    wanted = slug(text)
    numbered = (f"{wanted}-{number}" for number in itertools.count(2))
    return next(name for name in itertools.chain((wanted,), numbered) if name not in taken)


def is_acronym(text: str) -> bool:
    """Whether a word looks like an abbreviation: `PPO`, `SVMs`, `TF-IDF`, `GPT-2`, `mAP`."""
    bare = text.strip()
    if not bare or " " in bare:
        return False
    letters = [sign for sign in bare.removesuffix("s") if sign.isalpha()]
    upper = sum(sign.isupper() for sign in letters)
    return 2 <= len(bare) <= 10 and upper >= 2 and upper * 3 >= len(letters) * 2


@lru_cache(maxsize=1 << 16)
def is_namelike(text: str) -> bool:
    """Whether a single word is written as a proper name or symbol: an acronym, inner capitals, or letters with digits."""
    bare = text.strip()
    if not bare or " " in bare:
        return False
    # A capital after a hyphen is a title's ("Self-Attention"), one inside a word is a name's ("LoRA").
    inner = any(before.isalnum() and sign.isupper() for before, sign in itertools.pairwise(bare))
    letters = sum(sign.isalpha() for sign in bare)
    return (letters >= 2 and (inner or (any(sign.isdigit() for sign in bare) and bare[0].isalpha()))) or (
        letters == 1 and len(bare) == 2 and bare[0].isupper() and bare[1].isdigit()
    )


def is_generic(text: str, own: frozenset[str] = frozenset()) -> bool:
    """Whether a name holds nothing but generic words, numbers, single letters and stop words; what a text makes its `own` is none."""
    return all(
        part not in own and (part in GENERIC or part in STOP or part in QUALIFIER or len(part) == 1 or part[0].isdigit())
        for part in words(text)
    )
