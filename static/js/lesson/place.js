// The rail shows where the reader is: the section whose heading was passed last.
const links = [...document.querySelectorAll(".rail a[href^='#']")];
const sections = [...new Set(links.map((link) => link.getAttribute("href").slice(1)))]
  .map((id) => document.getElementById(id))
  .filter(Boolean);

function mark(id) {
  for (const link of links) {
    const here = link.getAttribute("href") === `#${id}`;
    link.closest("li").classList.toggle("here", here);
    if (here) link.setAttribute("aria-current", "location");
    else link.removeAttribute("aria-current");
  }
}

if (sections.length && "IntersectionObserver" in window) {
  const seen = new Set();
  const watch = new IntersectionObserver((changes) => {
    for (const change of changes) {
      if (change.isIntersecting) seen.add(change.target);
      else seen.delete(change.target);
    }
    const first = sections.find((section) => seen.has(section));
    if (first) mark(first.id);
  }, { rootMargin: "-20% 0px -60% 0px" });
  for (const section of sections) watch.observe(section);
}
