// Signing out takes along what a person's quizzes left on this device (see quiz/kept.js): the page that follows the
// sign-out deletes it, so a sign-out that fails loses nothing. Answers that were not sent yet are asked about first.
const NAME = "answers";
const FLAG = "leaving";

// What is kept of this person's answers; looking does not create the store.
function unsent(person) {
  return new Promise((resolve) => {
    const request = window.indexedDB.open(NAME);
    request.onupgradeneeded = () => request.transaction.abort();
    request.onerror = (event) => { event.preventDefault(); resolve([]); };
    request.onsuccess = () => {
      const store = request.result;
      const end = (found) => { store.close(); resolve(found); };
      if (!store.objectStoreNames.contains("slot")) return end([]);
      const all = store.transaction("slot").objectStore("slot").getAll();
      all.onerror = () => end([]);
      all.onsuccess = () => end(all.result.filter((record) => record.person === person && record.queue.length));
    };
  });
}

async function leave(event) {
  const form = event.target;
  const { person } = form.dataset;
  sessionStorage.setItem(FLAG, "yes");
  if (!person || event.submitter?.dataset.anyway === "") return;
  event.preventDefault();
  const [first] = await unsent(person).catch(() => []);
  if (!first) return form.submit();
  sessionStorage.removeItem(FLAG);
  const asked = form.querySelector("[data-unsent]");
  asked.querySelector("a").href = first.href;
  asked.hidden = false;
  asked.focus();
}

function arrive() {
  if (!sessionStorage.getItem(FLAG) || document.querySelector("main.stop")) return; // an error says nothing about who is in
  sessionStorage.removeItem(FLAG);
  if (!document.querySelector(".acct:not(.named)")) return;
  window.indexedDB.deleteDatabase(NAME);
  for (const name of Object.keys(sessionStorage)) if (name.startsWith(`${NAME} `)) sessionStorage.removeItem(name);
}

try {
  if (window.indexedDB && window.sessionStorage) {
    for (const form of document.querySelectorAll("form[data-leaves]")) form.addEventListener("submit", leave);
    arrive();
  }
} catch {
  // a browser that refuses its stores has kept nothing
}
