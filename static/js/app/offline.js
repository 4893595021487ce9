// When the page is there, register the worker that keeps lessons for reading offline, and tell it what is being read.
const workers = navigator.serviceWorker;

function tell() {
  const lesson = document.querySelector("article[data-track]");
  if (!lesson || !workers.controller) return;
  const { size, theme } = document.documentElement.dataset;
  const slug = location.pathname.split("/")[2];
  workers.controller.postMessage({ slug, track: lesson.dataset.track, size, theme });
}

if (workers) {
  workers.addEventListener("controllerchange", tell);
  window.addEventListener("load", () => {
    workers.register("/sw.js", { updateViaCache: "none" }).catch(() => {}); // without it, everything else works
    tell();
  });
}
