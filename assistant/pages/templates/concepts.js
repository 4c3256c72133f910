// A click on a box or an arrow shows its entry of the list in a panel. In a graph, a concept can be found, the drawing narrowed to what lies
// around it, filtered and zoomed. Without JavaScript the whole drawing is shown, and its links lead to the entries.
const byId = id => document.getElementById(id);
const all = (selector, from = document) => [...from.querySelectorAll(selector)];
const panel = byId("panel"), inside = panel.querySelector("div"), tools = byId("tools"), area = document.querySelector(".drawing");
const svg = area.querySelector("svg"), figure = document.querySelector(".figure");
const SIZE = { width: 168, height: 58, gap: 22, rise: 54 };
let opener = null, centre = null, scale = 1;

const boxes = new Map(all("a.box", svg).map(link => {
  const rect = link.querySelector("rect");
  const id = link.getAttribute("href").slice(1);
  return [id, { id, link, x: +rect.getAttribute("x"), y: +rect.getAttribute("y"), name: link.getAttribute("aria-label") }];
}));
const arrows = all("a.arrow", svg).map(link => {
  const [before, after] = link.getAttribute("href").slice(2).split("-").map(number => `s${number}`);
  const drawn = link.querySelector("path").getAttribute("d");
  return { link, before, after, drawn, sure: +link.dataset.sure, origin: link.dataset.origin };
});
const whole = { width: +svg.getAttribute("width"), height: +svg.getAttribute("height") };

function unmark() {
  all("a.on", svg).forEach(link => link.classList.remove("on"));
}

function close() {
  panel.hidden = true;
  unmark();
  if (opener) opener.focus();
}

function show(link) {
  const entry = byId(link.getAttribute("href").slice(1));
  if (!entry) return false;
  unmark();
  link.classList.add("on");
  opener = link;
  inside.replaceChildren();
  if (link.classList.contains("arrow")) {
    const heading = document.createElement("h2");
    heading.textContent = entry.closest("ol > li").querySelector("h2").firstChild.textContent;
    inside.append(heading);
  }
  for (const node of entry.childNodes) inside.append(node.cloneNode(true));
  all("[id]", inside).forEach(node => node.removeAttribute("id"));
  if (link.classList.contains("box") && !tools.hidden) {
    const around = document.createElement("button");
    around.type = "button";
    around.className = "around";
    around.textContent = "Show what lies around it";
    around.addEventListener("click", () => { look(link.getAttribute("href").slice(1)); close(); });
    inside.append(around);
  }
  panel.hidden = false;
  panel.scrollTop = 0;
  return true;
}

all("svg a").forEach(link => link.addEventListener("click", event => { if (show(link)) event.preventDefault(); }));
panel.querySelector("button").addEventListener("click", close);
addEventListener("keydown", event => { if (event.key === "Escape" && !panel.hidden) close(); });

// Which boxes and arrows are shown

function chosen() {
  const origins = new Set(all("input[name=origin]:checked", tools).map(box => box.value));
  const sure = +byId("sure").value;
  const kept = arrows.filter(arrow => arrow.sure >= sure && (!tools.elements.origin || origins.has(arrow.origin)));
  const hops = +byId("hops").value;
  if (!centre || !hops) return { ids: new Set(boxes.keys()), kept };
  const ids = new Set([centre]);
  // Down to what it needs and up to what needs it, never to what merely shares something with it.
  for (const [from, to] of [["after", "before"], ["before", "after"]]) {
    let edge = new Set([centre]);
    for (let hop = 0; hop < hops; hop++) {
      edge = new Set(kept.filter(arrow => edge.has(arrow[from])).map(arrow => arrow[to]));
      edge.forEach(id => ids.add(id));
    }
  }
  return { ids, kept: kept.filter(arrow => ids.has(arrow.before) && ids.has(arrow.after)) };
}

function laidOut(ids, kept) {
  // The longest chain of arrows to a box is its layer; boxes of a layer stand under what they need.
  const layer = new Map([...ids].map(id => [id, 0]));
  for (let round = 0, moved = true; moved && round < ids.size; round++) {
    moved = false;
    for (const arrow of kept) {
      if (layer.get(arrow.after) <= layer.get(arrow.before)) {
        layer.set(arrow.after, layer.get(arrow.before) + 1);
        moved = true;
      }
    }
  }
  const layers = [];
  for (const [id, depth] of layer) (layers[depth] ??= []).push(id);
  const at = new Map();
  const widest = Math.max(...layers.map(row => row.length));
  const width = widest * (SIZE.width + SIZE.gap) + SIZE.gap;
  layers.forEach((row, depth) => {
    const middle = id => {
      const above = kept.filter(arrow => arrow.after === id && at.has(arrow.before)).map(arrow => at.get(arrow.before).x);
      return above.length ? above.reduce((sum, x) => sum + x, 0) / above.length : boxes.get(id).x;
    };
    const ordered = row.map(id => [middle(id), id]).sort((one, two) => one[0] - two[0]);
    const left = (width - row.length * (SIZE.width + SIZE.gap) + SIZE.gap) / 2;
    ordered.forEach(([, id], place) => at.set(id, { x: left + place * (SIZE.width + SIZE.gap), y: SIZE.gap + depth * (SIZE.height + SIZE.rise) }));
  });
  return { at, width, height: layers.length * (SIZE.height + SIZE.rise) - SIZE.rise + 2 * SIZE.gap };
}

function curve(from, to) {
  const x = from.x + SIZE.width / 2, y = from.y + SIZE.height, x2 = to.x + SIZE.width / 2, y2 = to.y - 2, bend = Math.max(20, (y2 - y) / 2);
  return `M${x} ${y}C${x} ${y + bend} ${x2} ${y2 - bend} ${x2} ${y2}`;
}

function draw() {
  const { ids, kept } = chosen();
  const isPart = ids.size < boxes.size;
  const { at, width, height } = isPart ? laidOut(ids, kept) : { at: boxes, ...whole };
  for (const box of boxes.values()) {
    const place = at.get(box.id);
    box.link.toggleAttribute("hidden", !ids.has(box.id));
    box.link.classList.toggle("centre", box.id === centre);
    if (place) box.link.setAttribute("transform", `translate(${place.x - box.x} ${place.y - box.y})`);
  }
  for (const arrow of arrows) {
    const isShown = kept.includes(arrow);
    arrow.link.toggleAttribute("hidden", !isShown);
    if (!isShown) continue;
    const drawn = isPart ? curve(at.get(arrow.before), at.get(arrow.after)) : arrow.drawn;
    all("path", arrow.link).forEach(path => path.setAttribute("d", drawn));
  }
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  size(width, height);
}

function size(width, height) {
  svg.setAttribute("width", Math.round(width * scale));
  svg.setAttribute("height", Math.round(height * scale));
  area.scrollLeft = (area.scrollWidth - area.clientWidth) / 2;
}

function fit() {
  const [, , width, height] = svg.getAttribute("viewBox").split(" ").map(Number);
  scale = Math.min(1, area.clientWidth / width, Math.max(0.35, (innerHeight * 0.8) / height));
  size(width, height);
}

function look(id) {
  centre = id;
  if (byId("hops").value === "0") byId("hops").value = "1";
  byId("find").value = boxes.get(id).name;
  draw();
  fit();
}

function find() {
  const typed = byId("find").value.trim().toLowerCase();
  if (!typed) return;
  const named = [...boxes.values()];
  const found = named.find(box => box.name.toLowerCase() === typed) ?? named.find(box => box.name.toLowerCase().startsWith(typed))
    ?? named.find(box => box.name.toLowerCase().includes(typed));
  byId("find").setCustomValidity(found ? "" : "No concept has this in its name.");
  if (found) { look(found.id); show(found.link); } else { byId("find").reportValidity(); }
}

function start() {
  tools.hidden = false;
  tools.addEventListener("submit", event => { event.preventDefault(); find(); });
  byId("find").addEventListener("change", find);
  byId("hops").addEventListener("change", () => { draw(); fit(); });
  byId("sure").addEventListener("input", () => { tools.querySelector("output").value = (+byId("sure").value).toFixed(2); draw(); });
  all("input[name=origin]", tools).forEach(box => box.addEventListener("change", draw));
  byId("all").addEventListener("click", () => { centre = null; byId("find").value = ""; close(); draw(); fit(); });
  all("[data-zoom]", tools).forEach(button => button.addEventListener("click", () => {
    if (button.dataset.zoom === "fit") { fit(); return; }
    scale = Math.min(4, Math.max(0.1, scale * +button.dataset.zoom));
    const [, , width, height] = svg.getAttribute("viewBox").split(" ").map(Number);
    size(width, height);
  }));
  if (svg.dataset.centre) look(svg.dataset.centre); else fit();
}

// A path is a list first of all: on a phone its drawing waits behind a word. A graph has tools.
if (matchMedia("(max-width: 40rem)").matches && !svg.dataset.centre) figure.open = false;
if (tools.dataset.for !== "path") start(); else area.scrollLeft = (area.scrollWidth - area.clientWidth) / 2;
