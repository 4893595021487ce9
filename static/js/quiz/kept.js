// The browser's own store of answers that the server has not acknowledged: one record for each question, with its
// answers in the order in which they were given. Where the browser has no store they are kept in memory, as long as
// the page stays open. `document.quiz` is how the files of this bundle find each other.
(() => {
  "use strict";

  const NAME = "answers";
  const memory = new Map();
  const place = document.querySelector("[data-attempt]");
  const kept = { lasting: Boolean(window.indexedDB) };
  let opening = null;

  document.quiz = { kept, place, attempt: place?.dataset.attempt, person: place?.dataset.person };

  const open = () => {
    opening ||= new Promise((resolve, reject) => {
      const request = indexedDB.open(NAME, 1);
      request.onupgradeneeded = () => request.result.createObjectStore("slot", { keyPath: "id" });
      request.onerror = () => reject(request.error);
      request.onsuccess = () => {
        request.result.onversionchange = () => { // signing out in another tab deletes the store
          request.result.close();
          opening = null;
        };
        resolve(request.result);
      };
    });
    return opening;
  };

  // One transaction: nobody else, in no other tab, comes between what `work` reads and what it writes.
  const within = async (mode, work) => {
    const transaction = (await open()).transaction("slot", mode, { durability: "strict" });
    return new Promise((resolve, reject) => {
      const result = {};
      transaction.oncomplete = () => resolve(result.value);
      transaction.onabort = () => reject(transaction.error);
      work(transaction.objectStore("slot"), result);
    });
  };

  const everything = (mode, each) => within(mode, (slots, result) => {
    result.value = [];
    slots.openCursor().onsuccess = ({ target: { result: cursor } }) => {
      if (!cursor) return;
      each(cursor, result.value);
      cursor.continue();
    };
  });

  const inMemory = (id, turn) => {
    const record = turn(memory.get(id));
    if (record?.queue.length) memory.set(id, record);
    else memory.delete(id);
    return record;
  };

  // Turns a record into another; one without answers is removed. Never fails: without a store, memory is what is left.
  kept.change = async (id, turn) => {
    if (!kept.lasting) return inMemory(id, turn);
    try {
      return await within("readwrite", (slots, result) => {
        slots.get(id).onsuccess = ({ target }) => {
          result.value = turn(target.result);
          if (result.value?.queue.length) slots.put(result.value);
          else slots.delete(id);
        };
      });
    } catch {
      for (const record of await kept.all()) memory.set(record.id, record);
      kept.lasting = false;
      document.dispatchEvent(new CustomEvent("quiz:lost-store"));
      return inMemory(id, turn);
    }
  };

  const mine = (record) => record.person === document.quiz.person && record.attempt === document.quiz.attempt;

  // What is left of this person's attempt, the question that was changed first coming first.
  kept.all = async () => {
    if (!kept.lasting) return [...memory.values()];
    try {
      const found = await everything("readonly", (cursor, list) => mine(cursor.value) && list.push(cursor.value));
      return found.sort((one, other) => one.queue[0].at - other.queue[0].at);
    } catch {
      return [];
    }
  };

  const forget = async (which) => {
    memory.clear();
    if (kept.lasting) await everything("readwrite", (cursor) => which(cursor.value) && cursor.delete()).catch(() => {});
  };

  kept.forgetAttempt = () => {
    const { person, attempt } = document.quiz;
    for (const name of [`answers ${person} ${attempt}`, `answers ${person} ${attempt} acknowledged`]) sessionStorage.removeItem(name);
    return forget(mine);
  };
  // Answers of somebody who used this device before are nobody's business: never shown, never sent.
  kept.forgetOthers = () => forget((record) => record.person !== document.quiz.person);
})();
