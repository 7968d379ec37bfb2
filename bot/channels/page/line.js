// The socket: dials, dials again, sends what waits in the outbox in order, and says how it stands.

import * as store from "./store.js";

const FIRST_WAIT = 500;
const LONGEST_WAIT = 15_000;
const TAKEN_WITHIN = 12_000; // a frame that nobody takes for this long means a dead line
const STEADY_AFTER = 5_000; // a line that held this long starts over with short waits
const STALE_AFTER = 30_000; // phones kill the sockets of pages that lie in the background

export class Line {
  #socket = null;
  #tries = 0;
  #redial = 0;
  #overdue = 0;
  #sent = new Set();
  #hiddenAt = 0;
  #openedAt = Infinity;
  #tell;

  /** tell: { say(frame), taken(id), error(words), state("connecting" | "open" | "lost") } */
  constructor(tell) {
    this.#tell = tell;
    addEventListener("online", () => this.#dialNow());
    addEventListener("offline", () => this.#closed());
    addEventListener("pageshow", (event) => event.persisted && this.#dialNow());
    document.addEventListener("visibilitychange", () => this.#shown());
  }

  get open() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  dial() {
    clearTimeout(this.#redial);
    this.#drop();
    this.#tell.state(this.#tries ? "lost" : "connecting");
    const socket = new WebSocket(address());
    socket.onopen = () => this.#opened();
    socket.onmessage = (event) => this.#heard(event.data);
    socket.onclose = () => this.#closed();
    this.#socket = socket;
  }

  /** Sends what the outbox holds and this socket has not sent yet; dials at once when there is no socket. */
  flush() {
    if (!this.open) return this.#hurry();
    for (const frame of store.outbox()) {
      if (this.#sent.has(frame.id)) continue;
      this.#sent.add(frame.id);
      this.#socket.send(JSON.stringify(frame));
    }
    this.#watch();
  }

  #opened() {
    this.#sent.clear();
    this.#openedAt = Date.now();
    this.#tell.state("open");
    this.flush();
  }

  #heard(data) {
    const frame = parsed(data);
    if ("taken" in frame) this.#took(frame.taken);
    if ("say" in frame) this.#said(frame);
    if (typeof frame.error === "string") this.#tell.error(frame.error);
  }

  #took(id) {
    store.taken(id);
    this.#watch();
    this.#tell.taken(id);
  }

  #said(frame) {
    if (store.receive(frame)) this.#tell.say(frame);
    if (Number.isInteger(frame.n) && this.open) this.#socket.send(JSON.stringify({ seen: frame.n }));
  }

  #watch() {
    clearTimeout(this.#overdue);
    if (store.outbox().length) this.#overdue = setTimeout(() => this.#closed(), TAKEN_WITHIN);
  }

  #closed() {
    this.#drop();
    clearTimeout(this.#redial);
    if (Date.now() - this.#openedAt > STEADY_AFTER) this.#tries = 0;
    this.#openedAt = Infinity;
    this.#tell.state("lost");
    const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.#tries);
    this.#tries += 1;
    this.#redial = setTimeout(() => this.dial(), wait * (0.75 + Math.random() / 2));
  }

  #drop() {
    clearTimeout(this.#overdue);
    const socket = this.#socket;
    this.#socket = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  /** Someone is waiting: do not sit out a long pause. */
  #hurry() {
    if (this.#socket?.readyState !== WebSocket.CONNECTING && this.#tries > 2) this.#dialNow();
  }

  #dialNow() {
    if (!this.open) this.dial();
  }

  #shown() {
    if (document.hidden) {
      this.#hiddenAt = Date.now();
    } else if (!this.open || Date.now() - this.#hiddenAt > STALE_AFTER) {
      this.dial();
    }
  }
}

function address() {
  const url = new URL("/ws", location.href);
  url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  url.searchParams.set("session", store.token());
  return url;
}

function parsed(data) {
  try {
    const frame = JSON.parse(data);
    return frame && typeof frame === "object" ? frame : {};
  } catch {
    return {};
  }
}
