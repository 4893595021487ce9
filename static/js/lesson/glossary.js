// A glossary word opens its explanation beside it; without script the link goes to "Words in this lesson".
let open = null;

function entryOf(link) {
  const target = document.getElementById(link.getAttribute("href").slice(1));
  return target && (target.closest(".words > div") || target);
}

function boxFor(link, entry) {
  const box = document.createElement("div");
  const word = entry.querySelector("dt");
  const plain = entry.querySelector("dd");
  if (!word || !plain) return null;
  box.className = "gloss";
  box.id = "gloss";
  box.setAttribute("role", "note");
  const title = document.createElement("p");
  title.className = "t";
  title.append(...word.cloneNode(true).childNodes);
  const text = document.createElement("p");
  text.append(...plain.cloneNode(true).childNodes);
  box.append(title, text);
  return box;
}

function place(box, link) {
  const at = link.getBoundingClientRect();
  const room = document.documentElement.clientWidth;
  if (room < 768) return;
  const left = Math.min(at.left, room - box.offsetWidth - 16);
  const below = at.bottom + box.offsetHeight + 12 < window.innerHeight;
  box.style.left = `${left + window.scrollX}px`;
  box.style.top = `${(below ? at.bottom + 8 : at.top - box.offsetHeight - 8) + window.scrollY}px`;
}

function close(back) {
  if (!open) return;
  open.box.remove();
  open.link.setAttribute("aria-expanded", "false");
  open.link.removeAttribute("aria-controls");
  if (back) open.link.focus();
  open = null;
}

function show(link) {
  const entry = entryOf(link);
  const box = entry && boxFor(link, entry);
  if (!box) return false;
  link.after(box);
  place(box, link);
  link.setAttribute("aria-expanded", "true");
  link.setAttribute("aria-controls", "gloss");
  open = { box, link };
  return true;
}

function press(event) {
  const link = event.currentTarget;
  const again = open && open.link === link;
  close(false);
  if (again || show(link)) event.preventDefault();
}

for (const link of document.querySelectorAll("a.term[href^='#']")) {
  if (!entryOf(link)) continue;
  link.setAttribute("role", "button");
  link.setAttribute("aria-expanded", "false");
  link.addEventListener("click", press);
  link.addEventListener("keydown", (event) => {
    if (event.key === " ") press(event);
  });
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") close(true);
});

document.addEventListener("pointerdown", (event) => {
  if (open && !open.box.contains(event.target) && event.target !== open.link) close(false);
});
