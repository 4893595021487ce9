// A number in the text leads to its sources, which are folded away: unfold them first.
document.addEventListener("click", (event) => {
  const link = event.target.closest("sup a[href^='#src']");
  if (!link) return;
  const fold = document.getElementById(link.getAttribute("href").slice(1))?.closest("details");
  if (fold) fold.open = true;
});
