// The page: what the resident does becomes a message here and a frame in the outbox; what the server says is shown.

import { Composer } from "./composer.js";
import { Conversation } from "./conversation.js";
import { Line } from "./line.js";
import { fitKeyboard, largePrint, menu, renewal, tip } from "./menu.js";
import { Photos } from "./photos.js";
import { whereAmI } from "./place.js";
import { Standing } from "./standing.js";
import * as store from "./store.js";
import { Tray } from "./tray.js";

const TITLE = document.title;
const LOOKING = "正在找您的位置…";
const byId = (id) => document.getElementById(id);
const [log, words] = [byId("log"), byId("words")];
let unread = 0;

const photos = new Photos({ changed: draw, queued: () => line.flush(), tip });
const tray = new Tray(byId("tray"), words, photos);
const conversation = new Conversation({ log, welcome: byId("welcome"), newest: byId("newest"), photos });
const standing = new Standing(byId("line"));
const line = new Line({ say: heard, taken: draw, error: tip, state: stands });
const composer = new Composer(byId("composer"), words, byId("welcome"), send);

function draw() {
  tray.draw();
  conversation.draw();
}

function stands(state) {
  standing.show(state);
  if (state === "open") photos.retryAll();
}

function heard() {
  draw();
  if (!document.hidden) return;
  unread += 1;
  document.title = `（${unread} 条新消息）${TITLE}`;
}

function seenAgain() {
  if (document.hidden) return;
  unread = 0;
  document.title = TITLE;
}

/** Shown and kept before it is sent: from here on it cannot be lost. */
function hand(message, frame) {
  const id = store.newId();
  store.addMessage({ key: id, from: "me", text: "", ...message });
  store.queue({ ...frame, id });
  acted();
}

function acted() {
  tip("");
  conversation.acted();
  draw();
  line.flush();
}

function say(text) {
  hand({ text }, { text });
}

function send() {
  if (photos.tray.length) {
    photos.send(composer.take());
    acted();
  } else if (composer.text) {
    say(composer.take());
  }
  composer.focus();
}

function press(button) {
  const messageKey = conversation.keyOf(button);
  const message = store.messages().find((one) => one.key === messageKey);
  const { row } = button.parentElement.dataset;
  if (!message || message.pressed?.[row]) return;
  const [id, press] = [store.newId(), button.dataset.press];
  store.changeMessage(messageKey, { pressed: { ...message.pressed, [row]: { id: press, frame: id } } });
  store.queue({ press, id });
  acted();
}

async function sendPlace() {
  const button = byId("place");
  if (button.getAttribute("aria-busy") === "true") return;
  button.setAttribute("aria-busy", "true");
  tip(LOOKING);
  try {
    const { lat, lon, within } = await whereAmI();
    hand({ place: { within } }, { lat, lon });
  } catch (error) {
    tip(error.message);
  }
  button.removeAttribute("aria-busy");
}

function choosePhotos() {
  tip("");
  photos.choose(byId("files").files);
  byId("files").value = ""; // the same photo may be chosen again
  composer.focus();
}

log.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button?.dataset.press) press(button);
  if (button?.className === "retry") photos.retry(conversation.keyOf(button));
});
words.addEventListener("input", () => tip(""));
byId("place").addEventListener("click", sendPlace);
byId("photo").addEventListener("click", () => byId("files").click());
byId("files").addEventListener("change", choosePhotos);
document.addEventListener("visibilitychange", seenAgain);
store.onElsewhere((key) => {
  if (key === "token") location.reload();
  if (key === "outbox") line.flush();
  if (key === "outbox" || key === "messages") draw();
});

menu(say);
largePrint(() => composer.grow());
renewal();
fitKeyboard();
Photos.giveUpLost();
conversation.restore();
line.dial();
