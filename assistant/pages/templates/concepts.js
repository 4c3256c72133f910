// A click on a box or an arrow shows its entry of the list in a panel. Without JavaScript the links lead to the entries.
const panel = document.getElementById("panel");
const inside = panel.querySelector("div");
let opener = null;

function unmark() {
  document.querySelectorAll("svg a.on").forEach(link => link.classList.remove("on"));
}

function close() {
  panel.hidden = true;
  unmark();
  if (opener) opener.focus();
}

function open(event) {
  const link = event.currentTarget;
  const entry = document.getElementById(link.getAttribute("href").slice(1));
  if (!entry) return;
  event.preventDefault();
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
  inside.querySelectorAll("[id]").forEach(node => node.removeAttribute("id"));
  panel.hidden = false;
  panel.scrollTop = 0;
}

document.querySelectorAll("svg a").forEach(link => link.addEventListener("click", open));
panel.querySelector("button").addEventListener("click", close);
addEventListener("keydown", event => { if (event.key === "Escape" && !panel.hidden) close(); });

const area = document.querySelector(".drawing");
area.scrollLeft = (area.scrollWidth - area.clientWidth) / 2;
