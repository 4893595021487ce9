// The offline page lists the lessons that are kept on this device, the one that was opened last first.
const MONTH = 30 * 24 * 60 * 60 * 1000;
const list = document.querySelector("[data-lessons]");

async function copies() {
  const found = [];
  for (const name of await caches.keys()) {
    const cache = name.startsWith("offline-") ? await caches.open(name) : null;
    for (const request of cache ? await cache.keys() : []) {
      const [, slug, track] = /^\/lessons\/([^/]+)\/copy\/(\w+)$/.exec(new URL(request.url).pathname) || [];
      if (slug) found.push({ slug, track, reply: await cache.match(request) });
    }
  }
  const at = (copy) => Number(copy.reply.headers.get("Opened-At"));
  return found.sort((one, other) => at(other) - at(one));
}

async function line({ slug, track, reply }, twice) {
  const kept = new Date(Number(reply.headers.get("Kept-At")));
  const day = kept.toLocaleDateString(document.documentElement.lang, { day: "numeric", month: "long", year: "numeric" });
  const words = Date.now() - kept < MONTH ? list.dataset.copied : list.dataset.old;
  const [item, link, title, about] = ["li", "a", "b", "span"].map((name) => document.createElement(name));
  link.href = `/lessons/${slug}?track=${track}`;
  title.textContent = new DOMParser().parseFromString(await reply.text(), "text/html").querySelector("h1").textContent;
  about.className = "small muted";
  about.textContent = (twice ? `${list.dataset[track]}, ` : "") + words.replace("{day}", day);
  link.append(title, " ", about);
  item.append(link);
  return item;
}

if (list) {
  copies().then(async (found) => {
    const twice = (one) => found.filter((other) => other.slug === one.slug).length > 1;
    list.replaceChildren(...(await Promise.all(found.map((one) => line(one, twice(one))))));
    list.hidden = !found.length;
    document.querySelector("[data-none]").hidden = Boolean(found.length);
  });
}
