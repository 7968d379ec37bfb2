// The photos chosen but not sent yet, above the words.

import { element } from "./words.js";

const PLAIN = "什么事？在哪里？";
const WITH_PHOTO = "配一句话，不写也行";

export class Tray {
  #list;
  #words;
  #photos;
  #shown = new Map();

  constructor(list, words, photos) {
    this.#list = list;
    this.#words = words;
    this.#photos = photos;
    list.addEventListener("click", (event) => this.#clicked(event.target.closest("button")));
  }

  draw() {
    const uploads = this.#photos.tray;
    const ids = new Set(uploads.map((upload) => upload.id));
    for (const [id, item] of this.#shown) if (!ids.has(id)) this.#remove(id, item);
    for (const upload of uploads) refresh(this.#item(upload), upload);
    this.#list.hidden = uploads.length === 0;
    this.#words.placeholder = uploads.length ? WITH_PHOTO : PLAIN;
  }

  #item(upload) {
    if (!this.#shown.has(upload.id)) {
      this.#shown.set(upload.id, build(upload));
      this.#list.append(this.#shown.get(upload.id));
    }
    return this.#shown.get(upload.id);
  }

  #remove(id, item) {
    this.#shown.delete(id);
    if (item.contains(document.activeElement)) this.#words.focus();
    item.remove();
  }

  #clicked(button) {
    if (!button) return;
    const { id } = button.closest("li").dataset;
    if (button.className === "retry") this.#photos.retry(id);
    else this.#photos.remove(id);
  }
}

function build(upload) {
  const item = element("li", "chosen-photo");
  item.dataset.id = upload.id;
  const image = element("img", "thumb");
  image.src = upload.preview;
  image.alt = "要发的照片";
  const remove = element("button", "remove", "去掉");
  remove.type = "button";
  remove.setAttribute("aria-label", "去掉这张照片");
  const retry = element("button", "retry", "再试一次");
  retry.type = "button";
  item.append(image, element("span", "progress-words"), retry, remove);
  return item;
}

const WORDS = { chosen: "等着上传", ready: "传好了", failed: "没有传上" };

function refresh(item, upload) {
  const words = WORDS[upload.state] ?? `${upload.percent}%`;
  const shown = item.querySelector(".progress-words");
  if (shown.textContent !== words) shown.textContent = words;
  item.dataset.state = upload.state;
  item.querySelector(".retry").hidden = upload.state !== "failed";
}
