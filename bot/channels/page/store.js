// What this browser remembers: whose chat it is, the last messages, and what the server has not taken yet.
// Every change reads first, so that two tabs of one resident do not undo each other.

const PREFIX = "qianmen.";
const MESSAGES_KEPT = 200;
const NUMBERS_KEPT = 500;
const THUMBS_KEPT = 20;
const PICTURE = /^\/pictures\/[a-z0-9]+$/;
const TOKEN = /^[A-Za-z0-9_-]{43}$/;
const memory = new Map(); // stands in where the browser keeps nothing (private mode, full)

function read(key, otherwise) {
  if (memory.has(key)) return memory.get(key);
  try {
    return JSON.parse(localStorage.getItem(PREFIX + key)) ?? otherwise;
  } catch {
    return otherwise;
  }
}

function write(key, value) {
  if (stored(key, value)) return;
  forget("thumbs"); // full: pictures go first, words stay
  if (!stored(key, value)) memory.set(key, value);
}

function stored(key, value) {
  try {
    localStorage.setItem(PREFIX + key, JSON.stringify(value));
    memory.delete(key);
    return true;
  } catch {
    return false;
  }
}

function forget(key) {
  memory.delete(key);
  try {
    localStorage.removeItem(PREFIX + key);
  } catch {
    // nothing is kept here, so nothing is left to forget
  }
}

function randomText(bytes) {
  const raw = crypto.getRandomValues(new Uint8Array(bytes));
  return btoa(String.fromCharCode(...raw)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

export function newId() {
  return randomText(16);
}

export function token() {
  const kept = read("token", "");
  if (TOKEN.test(kept)) return kept;
  const made = randomText(32);
  write("token", made);
  return made;
}

export function messages() {
  return read("messages", []);
}

export function addMessage(message) {
  const all = messages();
  if (all.some((one) => one.key === message.key)) return;
  write("messages", [...all, message].slice(-MESSAGES_KEPT));
}

export function changeMessage(key, fields) {
  write("messages", messages().map((one) => (one.key === key ? { ...one, ...fields } : one)));
}

/** Keeps a server's frame as a message; false when it was here before. */
export function receive(frame) {
  const numbered = Number.isInteger(frame.n);
  if (numbered && countsAnew(frame)) startEra();
  const seen = read("seen", []);
  if (numbered && seen.includes(frame.n)) return false;
  addMessage({
    key: numbered ? keyOf(frame.n) : newId(),
    from: "us",
    text: String(frame.say ?? ""),
    buttons: Array.isArray(frame.buttons) ? frame.buttons : [],
    picture: PICTURE.test(frame.picture) ? frame.picture : "",
    at: frame.at ?? "",
  });
  if (numbered) write("seen", [...seen, frame.n].slice(-NUMBERS_KEPT));
  return true;
}

function keyOf(n) {
  return `${read("era", 0)}.${n}`;
}

/** The same number with other words: the server's data began afresh, and its numbers with it. */
function countsAnew({ n, say }) {
  const key = keyOf(n);
  return messages().some((one) => one.key === key && one.text !== say);
}

function startEra() {
  write("era", read("era", 0) + 1);
  write("seen", []);
}

export function outbox() {
  return read("outbox", []);
}

export function queue(frame) {
  write("outbox", [...outbox(), frame]);
}

export function taken(id) {
  write("outbox", outbox().filter((frame) => frame.id !== id));
}

export function preference(key, otherwise) {
  return read(key, otherwise);
}

export function prefer(key, value) {
  write(key, value);
}

export function thumb(key) {
  return read("thumbs", []).find(([one]) => one === key)?.[1] ?? "";
}

export function keepThumb(key, url) {
  write("thumbs", [...read("thumbs", []), [key, url]].slice(-THUMBS_KEPT));
}

export function startAnew() {
  for (const key of ["token", "messages", "seen", "outbox", "draft", "thumbs", "era"]) forget(key);
}

/** Calls back with the key that another tab of this browser changed. */
export function onElsewhere(changed) {
  addEventListener("storage", (event) => {
    if (event.key === null) changed("token");
    else if (event.key.startsWith(PREFIX)) changed(event.key.slice(PREFIX.length));
  });
}
