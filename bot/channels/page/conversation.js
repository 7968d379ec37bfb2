// The log: every stored message has one element, kept in step with what is stored; and where the reader is in it.

import { build, refresh } from "./bubbles.js";
import * as store from "./store.js";

const NEAR = 60;
const ANSWERS_WITHIN = 4_000; // replies this soon belong to what was just sent: keep the first one in view

export class Conversation {
  #log;
  #welcome;
  #newest;
  #photos;
  #shown = new Map();
  #anchor = null;
  #sentAt = 0;
  #height = 0;

  constructor({ log, welcome, newest, photos }) {
    this.#log = log;
    this.#welcome = welcome;
    this.#newest = newest;
    this.#photos = photos;
    newest.addEventListener("click", () => this.toEnd());
    log.addEventListener("scroll", () => this.#mark(), { passive: true });
    new ResizeObserver(() => this.#resized()).observe(log);
  }

  /** What this browser kept, at once and without reading it all aloud. */
  restore() {
    this.#log.setAttribute("aria-live", "off");
    this.draw({ fresh: false });
    if (this.#welcome.hidden) this.toEnd();
    else this.#log.scrollTop = 0;
    setTimeout(() => this.#log.setAttribute("aria-live", "polite"), 500);
  }

  draw({ fresh = true } = {}) {
    const messages = store.messages();
    const waiting = new Set(store.outbox().map((frame) => frame.id));
    const latest = messages.findLast((message) => message.buttons?.length)?.key;
    const wasAtEnd = this.#atEnd;
    this.#removeGone(new Set(messages.map((message) => message.key)));
    const added = messages.filter((message) => this.#add(message, fresh));
    for (const message of messages) {
      const about = { waiting, latest: message.key === latest, upload: this.#photos.upload(message.key) };
      refresh(this.#shown.get(message.key), message, about);
    }
    this.#welcome.hidden = messages.some((message) => message.from === "me");
    if (added.length) this.#follow(this.#shown.get(added[0].key), wasAtEnd);
  }

  /** The resident acted: whatever comes next is what they wait for. */
  acted() {
    this.#sentAt = Date.now();
    this.#anchor = null;
  }

  /** The key of the message that a button of the log belongs to. */
  keyOf(button) {
    return button.closest(".message").dataset.key;
  }

  toEnd() {
    this.#anchor = null;
    this.#log.scrollTop = this.#log.scrollHeight;
    this.#mark();
  }

  #add(message, fresh) {
    if (this.#shown.has(message.key)) return false;
    const thumb = this.#photos.upload(message.key)?.preview || store.thumb(message.key);
    const made = build(message, { thumb, fresh });
    made.classList.toggle("fresh", fresh);
    made.dataset.key = message.key;
    this.#shown.set(message.key, made);
    this.#log.append(made);
    return true;
  }

  #removeGone(keys) {
    for (const [key, element] of this.#shown) {
      if (keys.has(key)) continue;
      this.#shown.delete(key);
      element.remove();
    }
  }

  /** To the end, but never past the beginning of what has just come: it is read from its first line. */
  #follow(first, wasAtEnd) {
    const answering = Date.now() - this.#sentAt < ANSWERS_WITHIN;
    if (wasAtEnd || answering) {
      this.#anchor = (answering && this.#anchor) || first;
      const top = this.#anchor.offsetTop - this.#log.offsetTop - 12;
      this.#log.scrollTop = Math.min(top, this.#log.scrollHeight);
    }
    this.#newest.hidden = this.#atEnd;
  }

  /** The keyboard came or went: who was at the end stays there. */
  #resized() {
    const grown = this.#log.clientHeight - this.#height;
    this.#height = this.#log.clientHeight;
    const { scrollHeight, scrollTop, clientHeight } = this.#log;
    const wasAtEnd = scrollHeight - scrollTop - clientHeight + grown < NEAR;
    if (wasAtEnd && this.#welcome.hidden) this.toEnd();
  }

  get #atEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.#log;
    return scrollHeight - scrollTop - clientHeight < NEAR;
  }

  #mark() {
    if (this.#atEnd) this.#newest.hidden = true;
  }
}
