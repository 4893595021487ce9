// Sends what is kept, one request in flight for each question, in the order in which it was given. The same answer is
// always sent under the same key, so that a request that is lost, late or doubled counts once.
(() => {
  "use strict";

  const { quiz } = document;
  if (!quiz.place || "finished" in quiz.place.dataset) return;
  const { kept } = quiz;

  const PATIENCE = 10000; // then a request is given up and sent again
  const LONGEST_PAUSE = 30000;
  const AGAIN = new Set([408, 425, 429]);
  const tab = uuid();
  const direct = new Set(); // keys that went out while the page was being left
  const given = new Set(); // keys of the answers that were given on this page
  const unwritten = new Map();
  const parking = `answers ${quiz.person} ${quiz.attempt}`;
  const queues = new Map();
  const conflicts = new Map();
  const channel = window.BroadcastChannel ? new BroadcastChannel("answers") : null;
  const token = () => document.querySelector("input[name=csrf_token]");
  let failures = 0;
  let timer = 0;

  function uuid() {
    if (crypto.randomUUID) return crypto.randomUUID();
    const bytes = crypto.getRandomValues(new Uint8Array(16)); // a page without TLS has no randomUUID
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  }

  const say = (name, detail) => document.dispatchEvent(new CustomEvent(`quiz:${name}`, { detail }));

  // To this page, and to this person's other tabs with the same attempt.
  const tell = (name, detail) => {
    say(name, detail);
    channel?.postMessage({ name, detail, attempt: quiz.attempt, person: quiz.person });
  };

  channel?.addEventListener("message", ({ data }) => {
    if (data.attempt === quiz.attempt && data.person === quiz.person) say(data.name, { ...data.detail, elsewhere: true });
  });

  class Refused extends Error {
    constructor(kind, more) {
      super(kind);
      Object.assign(this, { kind, ...more });
    }
  }

  // What was not sent yet is replaced, what was sent is followed.
  const add = ({ id, n, url, href }, entry) => kept.change(id, (found) => {
    const queue = found ? found.queue : [];
    const last = queue.at(-1);
    if (queue.some(({ key }) => key === entry.key)) return found;
    const replaces = last && !last.sent && last.tab === entry.tab && !direct.has(last.key);
    if (queue.length) entry.revision = replaces ? last.revision : null; // null: what comes before it decides
    else entry.revision = Math.max(entry.revision, acknowledged()[n]?.revision || 0); // it may have come this moment
    queue.splice(replaces ? -1 : queue.length, replaces ? 1 : 0, entry);
    return { id, n, url, href, person: quiz.person, attempt: quiz.attempt, queue };
  });

  // Keeps an answer; `slot`: {id, n, url, href}.
  const keep = async ({ id, n, url, href }, content, revision) => {
    const entry = { key: uuid(), ...content, revision, tab, sent: false, at: Date.now() };
    given.add(entry.key);
    unwritten.set(entry.key, { slot: { id, n, url, href }, entry });
    const record = await add({ id, n, url, href }, entry);
    unwritten.delete(entry.key);
    if (!unwritten.size) park();
    tell("kept", { id, n, entry });
    return record;
  };

  // The store takes some milliseconds, and a page may be left sooner than that: what is on its way into the store is
  // parked where writing takes no time, and the next page of this tab puts it into the store.
  const park = () => {
    try {
      if (unwritten.size) sessionStorage.setItem(parking, JSON.stringify([...unwritten.values()]));
      else sessionStorage.removeItem(parking);
    } catch {
      // a browser that refuses this place has only the store
    }
  };

  // The next page may have been asked for before the server had this answer: it is told what this tab knows already.
  const told = `${parking} acknowledged`;
  const acknowledged = () => {
    try {
      return JSON.parse(sessionStorage.getItem(told) || "{}");
    } catch {
      return {};
    }
  };
  const remember = (n, { key, fields, flagged, certainty }, revision) => {
    try {
      const newest = { key, fields, flagged, certainty, revision };
      sessionStorage.setItem(told, JSON.stringify({ ...acknowledged(), [n]: newest }));
    } catch {
      // as above
    }
  };

  const unpark = async () => {
    for (const name of Object.keys(sessionStorage)) {
      if (name.startsWith("answers ") && !name.startsWith(`answers ${quiz.person} `)) sessionStorage.removeItem(name);
    }
    for (const { slot, entry } of JSON.parse(sessionStorage.getItem(parking) || "[]")) await add(slot, entry);
    sessionStorage.removeItem(parking);
  };

  const request = (record, entry, more) => fetch(record.url, {
    method: "PUT",
    credentials: "same-origin",
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token().value },
    body: JSON.stringify({
      key: entry.key, revision: entry.revision, fields: entry.fields, flagged: entry.flagged, certainty: entry.certainty,
    }),
    ...more,
  });

  // A page that stayed open while one signed in again holds an old token: a fresh copy of the page has the new one.
  const renewed = async () => {
    const response = await fetch(location.href, { credentials: "same-origin", headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const person = page.querySelector("[data-person]")?.dataset.person;
    if (person === quiz.person) token().value = page.querySelector("input[name=csrf_token]").value;
    else if (response.ok && new URL(response.url).pathname !== location.pathname) throw new Refused("signed-out");
    return person === quiz.person;
  };

  const send = async (record, entry) => {
    let response;
    let reply;
    try {
      for (let round = 0; round < 2; round += 1) {
        response = await request(record, entry, { signal: AbortSignal.timeout(PATIENCE) });
        if (response.status >= 500 || AGAIN.has(response.status)) throw new Error("try again later");
        reply = await response.json();
        if (reply.error !== "csrf" || !(await renewed())) break;
      }
    } catch (error) {
      if (error instanceof Refused) throw error;
      throw new Refused("failed", { pause: 1000 * Number(response?.headers.get("Retry-After") || 0) });
    }
    failures = 0;
    if (reply.server_time) say("clock", reply);
    if (response.status === 401) throw new Refused("signed-out");
    return { status: response.status, reply };
  };

  // Removes what is settled up to this answer; the next one builds on `revision`.
  const settle = (record, key, revision) => kept.change(record.id, (found) => {
    if (!found) return found;
    const at = found.queue.findIndex((entry) => entry.key === key);
    found.queue.splice(0, at + 1);
    if (at >= 0 && found.queue.length) found.queue[0].revision = revision;
    return found;
  });

  const stored = async (record, entry, reply) => {
    const { id, n } = record;
    if (!reply.newer) remember(n, entry, reply.revision); // before the store lets it go: the next one builds on it
    const rest = await settle(record, entry.key, reply.revision);
    tell("stored", { id, n, entry, reply, left: Boolean(rest?.queue.length) });
  };

  const stale = async (record, entry, reply) => {
    const own = record.queue.find((each) => reply.key && each.key === reply.key);
    if (own) return stored(record, own, reply); // its reply was lost: the newest answer is ours
    if (reply.key && (given.has(reply.key) || acknowledged()[record.n]?.key === reply.key)) {
      await kept.change(record.id, (found) => { // ours too, given before this one, which builds on it
        if (found?.queue[0]?.key === entry.key) found.queue[0].revision = reply.revision;
        return found;
      });
      return null;
    }
    conflicts.set(record.id, reply);
    throw new Refused("stale", { reply });
  };

  const refused = async (record, entry, reply, status) => {
    const { id, n } = record;
    if (status === 403) await kept.change(id, () => undefined); // handed in, locked or too late: it never will be taken
    else if (reply.error === "unreadable") await settle(record, entry.key, entry.revision);
    throw new Refused("refused", { reason: reply.reason, id, n });
  };

  const sendFirst = async (record) => {
    const [entry] = record.queue;
    const { status, reply } = await send(record, entry);
    if (status === 200) return stored(record, entry, reply);
    if (status === 409) return stale(record, entry, reply);
    return refused(record, entry, reply, status);
  };

  const first = (found) => {
    if (found?.queue.length) found.queue[0].sent = true;
    return found;
  };

  const empty = async (id) => {
    for (;;) {
      if (conflicts.has(id)) throw new Refused("stale", { reply: conflicts.get(id) });
      const record = await kept.change(id, first);
      if (!record?.queue.length) return;
      await sendFirst(record);
    }
  };

  const alone = (id, work) => (navigator.locks ? navigator.locks.request(`answers ${id}`, work) : work());

  const later = (pause) => {
    failures += 1;
    const wait = Math.min(LONGEST_PAUSE, Math.max(pause, 500 * 2 ** failures));
    clearTimeout(timer);
    timer = setTimeout(all, wait * (0.75 + Math.random() / 2));
  };

  // Sends all that is kept for one question; returns null, or why not all of it is saved.
  const drain = (slot) => {
    const turn = async () => {
      try {
        await alone(slot.id, () => empty(slot.id));
        say("sent", { id: slot.id });
        return null;
      } catch (error) {
        const why = error instanceof Refused ? error : new Refused("failed");
        say("trouble", { id: slot.id, n: slot.n, href: slot.href, kind: why.kind, reason: why.reason, reply: why.reply });
        if (why.kind === "failed") later(why.pause || 0);
        return { id: slot.id, n: slot.n, href: slot.href, kind: why.kind, reason: why.reason };
      }
    };
    const next = (queues.get(slot.id) || Promise.resolve()).then(turn);
    queues.set(slot.id, next);
    return next;
  };

  // Sends what is left of the whole attempt; returns what could not be saved.
  const all = async () => {
    clearTimeout(timer);
    const records = await kept.all();
    const left = await Promise.all(records.map(({ id, n, url, href }) => drain({ id, n, url, href })));
    return left.filter(Boolean);
  };

  // While a page is being left there is no time to ask the store: the newest answer goes out as it is.
  const leave = (record) => {
    const [entry] = record.queue;
    if (record.queue.length > 1 || entry.sent || direct.has(entry.key)) return;
    direct.add(entry.key);
    request(record, entry, { keepalive: true }).catch(() => {});
  };

  // Ends a conflict: what is kept for the question goes, and the page keeps what the person has chosen instead.
  const drop = async (id) => {
    await kept.change(id, () => undefined);
    conflicts.delete(id);
  };

  document.addEventListener("quiz:stored", ({ detail }) => conflicts.delete(detail.id));
  Object.assign(quiz, { keep, drain, all, leave, drop, say, token, renewed, acknowledged });

  quiz.unparked = unpark().catch(() => {});
  window.addEventListener("pagehide", park);
  window.addEventListener("online", all);
  window.addEventListener("pageshow", all);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && all());
})();
