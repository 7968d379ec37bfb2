// The field for words: grows, keeps its draft, and never sends half a word of an input method.

import * as store from "./store.js";

const BROKEN_HALVES = /[\ud800-\udfff]/gu; // half an emoji, left by a cut
const LINES = 5;

export class Composer {
  #form;
  #words;
  #composing = false;

  constructor(form, words, examples, send) {
    this.#form = form;
    this.#words = words;
    words.value = store.preference("draft", "");
    words.addEventListener("compositionstart", () => (this.#composing = true));
    words.addEventListener("compositionend", () => (this.#composing = false));
    words.addEventListener("keydown", (event) => this.#keyed(event));
    words.addEventListener("input", () => this.#changed());
    examples.addEventListener("click", (event) => this.#fill(event.target.closest("button")));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      send();
    });
    this.grow();
  }

  /** The words, trimmed; the field is empty afterwards. */
  take() {
    const text = this.#words.value.replace(BROKEN_HALVES, "").trim();
    this.#words.value = "";
    this.#changed();
    return text;
  }

  get text() {
    return this.#words.value.trim();
  }

  focus() {
    this.#words.focus();
  }

  grow() {
    this.#words.style.height = "auto";
    const { lineHeight, paddingTop, paddingBottom } = getComputedStyle(this.#words);
    const most = LINES * parseFloat(lineHeight) + parseFloat(paddingTop) + parseFloat(paddingBottom);
    this.#words.style.height = `${Math.min(this.#words.scrollHeight, most)}px`;
  }

  #keyed(event) {
    const halfAWord = this.#composing || event.isComposing || event.keyCode === 229; // 229: Safari's last key
    if (event.key !== "Enter" || event.shiftKey || halfAWord) return;
    event.preventDefault();
    this.#form.requestSubmit();
  }

  #changed() {
    store.prefer("draft", this.#words.value);
    this.grow();
  }

  /** An example never overwrites what the resident wrote. */
  #fill(button) {
    if (!button) return;
    const examples = [...button.parentElement.children].map((one) => one.textContent);
    const own = examples.includes(this.text) ? "" : this.text;
    this.#words.value = own ? `${own}\n${button.textContent}` : button.textContent;
    this.#changed();
    this.focus();
    this.#words.setSelectionRange(this.#words.value.length, this.#words.value.length);
  }
}
