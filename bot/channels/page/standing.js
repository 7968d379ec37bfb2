// How the line stands, in words; short interruptions pass unmentioned.

const PATIENCE = 1_500;
const GOOD_NEWS = 2_500;
const WORDS = {
  connecting: "正在连接…",
  lost: "正在重新连接，您的话不会丢",
  offline: "现在没有网络。您的话先存着，连上就发",
  back: "已经连上了",
};

export class Standing {
  #place;
  #timer = 0;
  #state = "";

  constructor(place) {
    this.#place = place;
    addEventListener("offline", () => this.show(this.#state));
  }

  /** state: "connecting" | "open" | "lost" */
  show(state) {
    const changed = state !== this.#state;
    this.#state = state;
    document.documentElement.dataset.line = state;
    if (state === "open") return this.#opened();
    if (!this.#place.hidden) return this.#say(this.#words);
    if (!changed) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#say(this.#words), PATIENCE);
  }

  get #words() {
    return navigator.onLine ? WORDS[this.#state] : WORDS.offline;
  }

  #opened() {
    clearTimeout(this.#timer);
    if (this.#place.hidden) return;
    this.#say(WORDS.back);
    this.#timer = setTimeout(() => (this.#place.hidden = true), GOOD_NEWS);
  }

  #say(words) {
    clearTimeout(this.#timer);
    this.#place.hidden = false;
    this.#place.dataset.state = this.#state;
    if (this.#place.textContent !== words) this.#place.textContent = words;
  }
}
