// Photos on their way: chosen, uploaded one after the other, then named in a frame of the socket.

import * as store from "./store.js";

const LARGEST = 20 * 1024 * 1024;
const AT_ONCE = 9;
const THUMB_SIDE = 320;
const UPLOAD_WITHIN = 180_000;
const GIVEN_UP_AFTER = 300_000;
const TOO_BIG = "这张照片太大了（超过 20 MB）。请发小一点的。";
const NOT_A_PHOTO = "这个不是照片，我打不开。请换一张发给我。";
const TOO_MANY = "一次最多发 9 张照片，多的请分几次发。";
const LOST = "照片没有传上，请再选一次。";
const FINAL = new Set([400, 413, 415, 422]); // the same file will not be welcome later either

const tab = (sessionStorage["qianmen.tab"] ??= store.newId());

export class Photos {
  #all = new Map();
  #busy = false;
  #tell;

  /** tell: { changed(), queued(), tip(words) } */
  constructor(tell) {
    this.#tell = tell;
  }

  /** The live upload of a message, if this page has its file. */
  upload(id) {
    return this.#all.get(id);
  }

  get tray() {
    return [...this.#all.values()].filter((upload) => !upload.sent);
  }

  choose(files) {
    for (const file of files) {
      const refusal = this.#refusal(file);
      if (refusal) this.#tell.tip(refusal);
      else this.#add(file);
    }
    this.#next();
  }

  remove(id) {
    const upload = this.#all.get(id);
    upload?.request?.abort();
    this.#forget(upload);
    this.#tell.changed();
  }

  retry(id) {
    const upload = this.#all.get(id);
    if (upload?.state !== "failed") return;
    upload.state = "chosen";
    if (upload.sent) store.changeMessage(id, { upload: "uploading" });
    this.#next();
  }

  retryAll() {
    for (const id of this.#all.keys()) this.retry(id);
  }

  /** The chosen photos become messages; the words go with the first one. */
  send(words) {
    this.tray.forEach((upload, index) => {
      upload.sent = true;
      upload.words = index ? "" : words;
      const message = { key: upload.id, from: "me", text: upload.words, photo: true };
      store.addMessage({ ...message, upload: "uploading", tab, since: Date.now() });
      this.#settle(upload);
    });
    this.#tell.changed();
  }

  /** After a reload the files are gone: say so, and send the words that were to go with them. */
  static giveUpLost() {
    for (const message of store.messages()) {
      if (message.upload !== "uploading" && message.upload !== "failed") continue;
      if (message.tab !== tab && Date.now() - message.since < GIVEN_UP_AFTER) continue;
      refuse(message.key, LOST, message.text);
    }
  }

  #refusal(file) {
    if (file.type && !file.type.startsWith("image/")) return NOT_A_PHOTO;
    if (file.size > LARGEST) return TOO_BIG;
    return this.tray.length >= AT_ONCE ? TOO_MANY : "";
  }

  #add(file) {
    const upload = { id: store.newId(), file, preview: URL.createObjectURL(file), state: "chosen", percent: 0 };
    this.#all.set(upload.id, upload);
    this.#tell.changed();
    smaller(upload.preview).then((url) => url && store.keepThumb(upload.id, url));
  }

  #forget(upload) {
    if (!upload) return;
    this.#all.delete(upload.id);
    URL.revokeObjectURL(upload.preview);
  }

  async #next() {
    const upload = [...this.#all.values()].find((one) => one.state === "chosen");
    if (this.#busy || !upload) return this.#tell.changed();
    this.#busy = true;
    upload.state = "uploading";
    await transfer(upload, this.#tell.changed);
    this.#busy = false;
    this.#settle(upload);
    this.#next();
  }

  #settle(upload) {
    if (!upload.sent) return this.#settleInTray(upload);
    if (upload.state === "failed") store.changeMessage(upload.id, { upload: "failed" });
    if (upload.state === "refused") refuse(upload.id, upload.error, upload.words);
    if (upload.state === "ready") {
      store.changeMessage(upload.id, { upload: "" });
      store.queue({ photo: upload.photo, ...(upload.words && { text: upload.words }), id: upload.id });
    }
    if (upload.state === "refused" || upload.state === "ready") this.#tell.queued();
  }

  #settleInTray(upload) {
    if (upload.state !== "refused") return;
    this.#tell.tip(upload.error);
    this.#forget(upload);
  }
}

function refuse(id, error, words) {
  store.changeMessage(id, { upload: "refused", error });
  if (words) store.queue({ text: words, id });
}

/** Uploads; sets state to ready, refused or failed, never throws. */
function transfer(upload, changed) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    upload.request = request;
    request.upload.onprogress = ({ loaded, total }) => {
      upload.percent = Math.min(99, Math.round((100 * loaded) / (total || upload.file.size)));
      changed();
    };
    request.onloadend = () => resolve(outcome(upload, request));
    request.open("POST", `/photos?session=${store.token()}`);
    request.timeout = UPLOAD_WITHIN;
    const form = new FormData();
    form.append("file", upload.file);
    request.send(form);
  });
}

function outcome(upload, request) {
  const answer = parsed(request.responseText);
  if (request.status === 200 && answer.photo) {
    Object.assign(upload, { state: "ready", photo: answer.photo, percent: 100 });
  } else if (FINAL.has(request.status)) {
    Object.assign(upload, { state: "refused", error: inWords(answer.error, request.status) });
  } else {
    Object.assign(upload, { state: "failed", percent: 0 });
  }
}

function inWords(error, status) {
  if (/[\u4e00-\u9fff]/.test(error ?? "")) return error;
  return status === 413 ? TOO_BIG : NOT_A_PHOTO;
}

function parsed(text) {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}

/** A small JPEG for the transcript; "" when the browser cannot read the picture. */
async function smaller(url) {
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const scale = Math.min(1, THUMB_SIDE / Math.max(image.naturalWidth, image.naturalHeight));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(image.naturalWidth * scale));
    canvas.height = Math.max(1, Math.round(image.naturalHeight * scale));
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return canvas.toDataURL("image/jpeg", 0.7);
  } catch {
    return "";
  }
}
