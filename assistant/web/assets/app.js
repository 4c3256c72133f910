// Sets formulas, opens sources beside the answer, and adds keys. Every page works without it.
"use strict";

const pane = document.getElementById("pane");
let opener = null;

function setFormulas(root) {
  if (typeof temml === "undefined") return;
  root.querySelectorAll(".tex:not([data-set])").forEach(place => {
    const text = place.textContent;
    const made = document.createElement("span");
    const macros = JSON.parse(place.closest("[data-macros]")?.dataset.macros ?? "{}");
    try {
      temml.render(text, made, { displayMode: "display" in place.dataset, throwOnError: true, maxSize: [25, 25], maxExpand: 300, trust: false, macros });
      place.replaceChildren(...made.childNodes);
    } catch {
      place.classList.add("raw");
    }
    place.dataset.set = "yes";
    place.title = text;
  });
}

function showHit(root) {
  const hit = root.querySelector(".hit, mark");
  if (hit) hit.scrollIntoView({ block: "center" });
}

function openedPane() {
  document.body.classList.add("with-pane");
  pane.scrollTop = 0;
  requestAnimationFrame(() => showHit(pane));
}

function closePane() {
  pane.replaceChildren();
  document.body.classList.remove("with-pane");
  if (opener && opener.isConnected) opener.focus();
}

function activate(root) {
  setFormulas(root);
  root.querySelectorAll("[data-zoom], [data-print]").forEach(button => { button.hidden = false; });
  root.querySelectorAll("[data-step]").forEach(button => { button.hidden = citations().length < 2; });
}

// One for each place that is cited, however often.
function citations() {
  const all = [...document.querySelectorAll("#main .answer .cite, #main .turn .cite")];
  return all.filter((one, at) => all.findIndex(other => other.href === one.href) === at);
}

function step(by) {
  const all = citations();
  if (!all.length) return;
  const at = opener ? all.findIndex(one => one.href === opener.href) : -1;
  all[(at + by + all.length) % all.length].click();
}

function busy(form, is) {
  if (!is) document.querySelectorAll("#answer .busy, #latest .busy").forEach(one => one.remove());
  const stop = form.querySelector("[data-stop]");
  if (stop) stop.hidden = !is;
  document.querySelector("#answer, #latest")?.setAttribute("aria-busy", String(is));
}

function keepTurn(form) {
  const latest = document.getElementById("latest");
  if (!latest || !latest.childElementCount) return;
  const kept = document.createElement("section");
  kept.className = "turn";
  kept.append(...latest.childNodes);
  document.getElementById("turns").append(kept);
}

document.addEventListener("click", event => {
  const target = event.target.closest("a, button");
  if (!target) return;
  if (target.matches(".cite")) opener = target;
  if (target.matches("[data-close]")) closePane();
  if (target.matches("[data-step]")) step(Number(target.dataset.step));
  if (target.matches("[data-stop]")) htmx.trigger(target.closest("form"), "htmx:abort");
  if (target.matches("[data-print]")) print();
  if (target.matches("[data-zoom]")) {
    const drawing = target.closest("section").querySelector(".drawing svg");
    if (drawing.matches(".fit")) {
      const { width, height } = drawing.getBoundingClientRect();
      drawing.setAttribute("width", width);
      drawing.setAttribute("height", height);
      drawing.classList.remove("fit");
    }
    for (const name of ["width", "height"]) drawing.setAttribute(name, Math.round(drawing.getAttribute(name) * target.dataset.zoom));
  }
});

document.addEventListener("htmx:before:request", event => {
  const form = event.target.closest("form[data-ask]");
  if (!form) return;
  if (form.matches("[data-chat]")) keepTurn(form);
  document.querySelector(".start, .hello, .more")?.remove();
  document.querySelector("form.more")?.remove();
  busy(form, true);
});

document.addEventListener("htmx:sse:close", event => {
  const form = event.target.closest("form[data-ask]");
  if (!form) return;
  busy(form, false);
  if (form.matches("[data-chat]")) {
    const field = form.querySelector("[name=question]");
    field.value = "";
    field.focus();
    form.scrollIntoView({ block: "end" });
  }
});

// The server is gone, or the way to it: say so where the answer, or the source, would be.
document.addEventListener("htmx:error", event => {
  const error = event.detail?.error;
  if (error?.name === "AbortError") return;
  const form = event.target.closest?.("form[data-ask]");
  if (form) busy(form, false);
  const place = form ? document.querySelector("#answer, #latest") : event.target.closest?.("[hx-target='#pane']") ? pane : null;
  if (!place) return;
  const said = document.createElement("p");
  said.className = "failed";
  said.setAttribute("role", "alert");
  said.textContent = "The server does not answer. Is study serve still running? Nothing is lost: ask again when it is.";
  place.replaceChildren(said);
  if (place === pane) openedPane();
});

document.addEventListener("htmx:after:swap", () => {
  activate(document);
  if (pane.childElementCount) openedPane();
});

document.addEventListener("keydown", event => {
  const inField = event.target.matches("input, textarea, select");
  if (event.key === "Escape" && pane.childElementCount) closePane();
  if (inField || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/") {
    const field = document.querySelector("[name=question], [name=q], [name=to]");
    if (field) { event.preventDefault(); field.focus(); field.select(); }
  }
  if (event.key === "n") step(1);
  if (event.key === "p") step(-1);
});

document.addEventListener("selectionchange", () => {
  const selection = document.getSelection();
  const text = selection.toString().trim().slice(0, 400);
  const inside = text.length > 2 && selection.anchorNode?.parentElement?.closest("[data-text]");
  document.querySelectorAll(".floating").forEach(place => {
    place.hidden = !(inside && place.closest("[data-source]") === inside.closest("[data-source]"));
    if (!place.hidden) place.querySelector("[data-about]").href = "/ask?question=" + encodeURIComponent(text.replace(/\s+/g, " "));
  });
});

// htmx may have looked through the page before its extension was there.
document.addEventListener("DOMContentLoaded", () => htmx.process(document.body));

activate(document);
if (document.querySelector("#main [data-source]")) showHit(document.getElementById("main"));
document.querySelectorAll(".drawing").forEach(area => { area.scrollLeft = (area.scrollWidth - area.clientWidth) / 2; });
