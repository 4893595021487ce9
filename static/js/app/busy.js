// A form is sent once: a second press while the first is on its way does nothing, and the button says so. After a while
// it may be pressed again, since nobody is told when a reader stops a page that does not come.
(() => {
  "use strict";

  const PATIENCE = 10000;
  const sent = new Map(); // form: when it was sent

  const free = () => {
    sent.clear();
    for (const button of document.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (performance.now() - sent.get(form) < PATIENCE) {
      event.preventDefault();
      return;
    }
    sent.set(form, performance.now());
    event.submitter?.setAttribute("aria-busy", "true");
  });
  window.addEventListener("pageshow", free);
  document.addEventListener("page:stays", free);
})();
