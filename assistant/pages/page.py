"""A page with a layered drawing and the list behind it: one file, no network, readable and operable without JavaScript and by keyboard."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from textwrap import wrap

from assistant.errors import TooManyConcepts
from assistant.pages.layout import Place, layered, route_of

MOST_DRAWN = 2_000
_WIDTH, _HEIGHT, _GAP, _RISE, _LANE = 168, 58, 22, 54, 26  # of a box, between boxes and layers, of an arrow that passes, in pixels
_LETTERS, _MOST_LINES = 20, 2
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]+")

_TIP = (
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="9" markerHeight="9" orient="auto" '
    'markerUnits="userSpaceOnUse">'
    '<path d="M0 0 8 4 0 8z"/></marker></defs>'
)

_LEGEND = {"course": "Dashed arrows come from the starter course.", "user": "Green arrows are your corrections."}

Fact = tuple[str, tuple[tuple[str, str], ...]]


@dataclass(frozen=True, slots=True)
class Box:
    """A concept: `facts` are labelled lists of (text, location)."""

    id: str
    label: str
    note: str
    is_target: bool
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """An arrow between two boxes: `evidence` holds (kind in words, quote, location)."""

    before: str
    after: str
    confidence: float
    origin: str
    evidence: tuple[tuple[str, str, str], ...]


def text_of(text: str) -> str:
    """Text on one line, without signs that no document may hold."""
    return _CONTROL.sub(" ", text)


def page(
    title: str, lead: str, boxes: Sequence[Box], lines: Sequence[Line], left: Sequence[str], drawn: Sequence[Line] | None = None
) -> str:
    """The page. `boxes` stand in topological order; of the lines only those `drawn` are drawn, if that is given. Whatever the texts hold
    is shown as text. Raises UsageError for too many boxes.
    """
    if len(boxes) > MOST_DRAWN:
        raise TooManyConcepts(
            f"A page draws at most {MOST_DRAWN:,} concepts; these are {len(boxes):,}.",
            "Draw fewer, or choose another format, such as JSON.",
        )
    into: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        into[line.after].append(line)
    numbers = {box.id: number for number, box in enumerate(boxes, start=1)}
    body = [
        f"<h1>{_safe(title)}</h1>",
        f'<p class="lead">{_safe(" ".join([lead, *(_LEGEND[one] for one in _LEGEND if any(line.origin == one for line in lines))]))}</p>',
        '<div class="drawing" tabindex="0" role="region" aria-label="Drawing; the list below says the same">',
        _drawing(boxes, lines if drawn is None else drawn, numbers),
        "</div>",
        '<aside id="panel" aria-live="polite" hidden><button type="button" aria-label="Close">×</button><div></div></aside>',
        "<ol>",
        *(_entry(box, into[box.id], numbers, boxes) for box in boxes),
        "</ol>",
        *(f'<p class="left">{_safe(text)}</p>' for text in left),
    ]
    policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n<title>{_safe(title)}</title>\n<style>{_STYLE}</style>\n</head>\n'
        f"<body>\n<main>\n" + "\n".join(body) + f"\n</main>\n<script>{_SCRIPT}</script>\n</body>\n</html>\n"
    )


def _drawing(boxes: Sequence[Box], lines: Sequence[Line], numbers: dict[str, int]) -> str:
    known = {box.id: box for box in boxes}
    layers = layered([box.id for box in boxes], [(line.before, line.after) for line in lines])
    widths = [sum(map(_width, layer)) + _GAP for layer in layers]
    width = max(widths, default=0)
    height = len(layers) * (_HEIGHT + _RISE) - _RISE + 2 * _GAP
    level: dict[str, int] = {}
    at: dict[Place, tuple[float, float]] = {}
    for depth, layer in enumerate(layers):
        x = (width - widths[depth]) / 2 + _GAP
        for place in layer:
            at[place] = (x + (_width(place) - _GAP) / 2, _GAP + depth * (_HEIGHT + _RISE))
            x += _width(place)
            if isinstance(place, str):
                level[place] = depth
    drawn = [
        _arrow(line, [at[place] for place in route_of(line.before, line.after, level)], numbers, known)
        for line in sorted(lines, key=lambda line: line.confidence)
    ]
    drawn += [_shape(known[place], at[place], numbers[place]) for layer in layers for place in layer if isinstance(place, str)]
    return f'<svg viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="group">{_TIP}{"".join(drawn)}</svg>'


def _width(place: Place) -> int:
    """How much room a place takes, with the gap beside it."""
    return _WIDTH + _GAP if isinstance(place, str) else _LANE


def _arrow(line: Line, route: Sequence[tuple[float, float]], numbers: dict[str, int], known: dict[str, Box]) -> str:
    """An arrow from below the first box past the others to above the last. `route` holds the middles of the boxes' tops."""
    x, y = route[0]
    y += _HEIGHT
    curve = f"M{x:.0f} {y:.0f}"
    for number, (x2, top) in enumerate(route[1:], start=2):
        y2 = top - 2
        bend = (y2 - y) / 2
        curve += f"C{x:.0f} {y + bend:.0f} {x2:.0f} {y2 - bend:.0f} {x2:.0f} {y2:.0f}"
        x, y = x2, y2
        if number < len(route):
            y = top + _HEIGHT
            curve += f"L{x:.0f} {y:.0f}"
    name = _safe(f"Why {known[line.before].label} comes before {known[line.after].label}")
    return (
        f'<a class="arrow {_safe(line.origin)}" href="#{_why(line, numbers)}" aria-label="{name}"><title>{name}</title>'
        f'<path class="hit" d="{curve}"/><path d="{curve}" stroke-width="{1 + 2 * line.confidence:.1f}" marker-end="url(#tip)"/></a>'
    )


def _shape(box: Box, at: tuple[float, float], number: int) -> str:
    x, y = at[0] - _WIDTH / 2, at[1]
    rows = wrap(text_of(box.label), _LETTERS, max_lines=_MOST_LINES, placeholder=" …") or [""]
    top = y + _HEIGHT / 2 + 5 - 8 * (len(rows) - 1) - (7 if box.note else 0)
    texts = [f'<text x="{x + _WIDTH / 2:.0f}" y="{top + 16 * row:.0f}">{_safe(text)}</text>' for row, text in enumerate(rows)]
    if box.note:
        texts.append(f'<text class="note" x="{x + _WIDTH / 2:.0f}" y="{y + _HEIGHT - 8:.0f}">{_safe(box.note)}</text>')
    kind = "box target" if box.is_target else "box"
    frame = f'<rect x="{x:.0f}" y="{y:.0f}" width="{_WIDTH}" height="{_HEIGHT}" rx="9"/>'
    return (
        f'<a class="{kind}" href="#s{number}" aria-label="{_safe(box.label)}"><title>{_safe(box.label)}</title>{frame}{"".join(texts)}</a>'
    )


def _entry(box: Box, into: Sequence[Line], numbers: dict[str, int], boxes: Sequence[Box]) -> str:
    note = f" <small>{_safe(box.note)}</small>" if box.note else ""
    label = re.sub(r"^\d+\. ", "", box.label)
    parts = [f'<li id="s{numbers[box.id]}"{" class=target" if box.is_target else ""}><h2>{_safe(label)}{note}</h2>']
    for name, said in box.facts:
        head = f"<b>{_safe(name)}</b> " if name else ""
        parts.append(f"<p>{head}{'; '.join(_text(text, where) for text, where in said)}</p>")
    if into:
        parts.append("<ul>")
    for line in into:
        before = boxes[numbers[line.before] - 1]
        seen = "".join(f"<li>{_safe(kind)}: <q>{_safe(quote)}</q> <cite>{_safe(where)}</cite></li>" for kind, quote, where in line.evidence)
        name = _safe(re.sub(r"^\d+\. ", "", before.label))
        parts.append(
            f'<li id="{_why(line, numbers)}">Builds on <a href="#s{numbers[line.before]}">{name}</a>'
            f" <small>confidence {line.confidence:.2f}, {_safe(line.origin)}</small><ul>{seen}</ul></li>"
        )
    return "".join([*parts, "</ul>" if into else "", "</li>"])


def _text(text: str, where: str) -> str:
    cite = f"<cite>{_safe(where)}</cite>" if where else ""
    return f"{_safe(text)} {cite}" if text else cite


def _why(line: Line, numbers: dict[str, int]) -> str:
    return f"w{numbers[line.before]}-{numbers[line.after]}"


def _safe(text: str) -> str:
    return escape(text_of(text), quote=True)


_STYLE = """
:root{--ink:#1c2430;--soft:#5b6675;--paper:#fbfaf7;--card:#fff;--edge:#b9c1cc;--accent:#1f5fbf;--course:#8a6d3b;--user:#2e7d4f;--glow:#fff3cf}
@media(prefers-color-scheme:dark){:root{--ink:#e6e9ee;--soft:#a2adbb;--paper:#14181e;--card:#1e242c;--edge:#4a5563;--accent:#7fb0ff;
--course:#d9b778;--user:#79c99a;--glow:#3a3320}}
*{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
main{max-width:75rem;margin:0 auto;padding:1rem}h1{font-size:1.6rem;margin:.3rem 0}.lead,.left{color:var(--soft)}
.drawing{overflow:auto;border:1px solid var(--edge);border-radius:12px;background:var(--card);max-height:85vh}
svg{display:block;margin:0 auto}svg text{text-anchor:middle;fill:var(--ink);font-size:14px}svg .note{fill:var(--soft);font-size:12px}
.box rect{fill:var(--card);stroke:var(--edge);stroke-width:1.5}.box.target rect{stroke:var(--accent);stroke-width:3}
.arrow path{fill:none;stroke:var(--edge)}.arrow.course path{stroke-dasharray:6 4}.arrow.user path{stroke:var(--user)}
.arrow .hit{stroke:transparent!important;stroke-width:16;stroke-dasharray:none!important}marker path{fill:var(--soft)}
svg a{cursor:pointer}svg a:focus{outline:none}svg a:focus rect,svg a:hover rect,svg a.on rect{stroke:var(--accent);fill:var(--glow)}
svg a:focus path:not(.hit),svg a:hover path:not(.hit),svg a.on path:not(.hit){stroke:var(--accent);stroke-width:3}
ol{padding-left:1.6rem}li{margin:.4rem 0}ol>li{margin:1rem 0}h2{font-size:1.1rem;margin:0}li p{margin:.2rem 0}small,cite{color:var(--soft)}
cite{font-style:normal;font-family:ui-monospace,monospace;font-size:.85em}a{color:var(--accent)}:target{background:var(--glow);border-radius:6px}
#panel{position:fixed;right:1rem;bottom:1rem;width:min(30rem,calc(100vw - 2rem));max-height:60vh;overflow:auto;background:var(--card);
border:1px solid var(--edge);border-radius:12px;padding:.8rem 1rem;box-shadow:0 8px 30px rgb(0 0 0/.25)}#panel[hidden]{display:none}
#panel button{float:right;font-size:1.3rem;line-height:1;border:0;background:none;color:var(--soft);cursor:pointer}
#panel h2,#panel ul{margin:0}#panel ul{padding-left:1.2rem}@media print{#panel{display:none}.drawing{max-height:none}}
"""

_SCRIPT = """
const panel=document.getElementById('panel'),inside=panel.querySelector('div');let from=null;
function close(){panel.hidden=true;document.querySelectorAll('svg a.on').forEach(a=>a.classList.remove('on'));if(from)from.focus()}
document.querySelectorAll('svg a').forEach(a=>a.addEventListener('click',event=>{
const found=document.getElementById(a.getAttribute('href').slice(1));if(!found)return;event.preventDefault();
document.querySelectorAll('svg a.on').forEach(b=>b.classList.remove('on'));a.classList.add('on');from=a;
inside.replaceChildren();
if(a.classList.contains('arrow')){const head=document.createElement('h2');
head.textContent=found.closest('ol>li').querySelector('h2').firstChild.textContent;inside.append(head)}
for(const node of found.childNodes)inside.append(node.cloneNode(true));
inside.querySelectorAll('[id]').forEach(node=>node.removeAttribute('id'));panel.hidden=false;panel.scrollTop=0}));
panel.querySelector('button').addEventListener('click',close);
addEventListener('keydown',event=>{if(event.key==='Escape'&&!panel.hidden)close()});
const area=document.querySelector('.drawing');area.scrollLeft=(area.scrollWidth-area.clientWidth)/2;
"""
