// One message as the resident sees it: built once, then kept up to date.

import { element, isUrgent, worded } from "./words.js";

const SENDING = "正在送出…";
const DELIVERED = "已送达";
const DAY = new Intl.DateTimeFormat("zh-CN", {
  timeZone: "Asia/Shanghai", month: "long", day: "numeric", hour: "2-digit", minute: "2-digit", hour12: false,
});

/** fresh: the message has just come, so a warning interrupts the screen reader. */
export function build(message, { thumb, fresh }) {
  const urgent = message.from === "us" && isUrgent(message.text);
  const made = element("article", `message ${message.from}${urgent ? " urgent" : ""}`);
  made.dataset.from = message.from;
  made.append(element("span", "unseen", message.from === "us" ? "前门说：" : "您说："));
  made.append(bubble(message, thumb));
  if (urgent && fresh) made.querySelector(".bubble").setAttribute("role", "alert");
  if (message.at) made.append(element("p", "when", moment(message.at)));
  if (message.buttons?.length) made.append(card(message.buttons));
  made.append(status());
  return made;
}

function bubble(message, thumb) {
  const made = element("div", "bubble");
  if (message.photo) made.append(picture(thumb, "您发的照片"));
  if (message.picture) made.append(picture(message.picture, "工单的照片"));
  if (message.place) made.append(spot(message.place));
  if (message.text) {
    const text = element("p", "text");
    text.append(worded(message.text));
    made.append(text);
  }
  return made;
}

function picture(thumb, alt) {
  if (!thumb) return element("p", "no-thumb", "照片");
  const made = element("img", "thumb");
  made.src = thumb;
  made.alt = alt;
  return made;
}

function spot({ within }) {
  const about = within ? `（误差约 ${within} 米）` : "";
  return element("p", "spot", `我的定位${about}`);
}

function card(rows) {
  const made = element("div", "card");
  made.setAttribute("role", "group");
  made.setAttribute("aria-label", "可以按的按钮");
  rows.forEach((row, index) => made.append(buttonRow(row, index)));
  return made;
}

function buttonRow(row, index) {
  const made = element("div", "row");
  made.dataset.row = index;
  for (const { id, text } of row) {
    const button = element("button", "press", text);
    button.type = "button";
    button.classList.toggle("main", row.length === 1 && /确认|提交/.test(text));
    button.dataset.press = id;
    made.append(button);
  }
  return made;
}

function status() {
  const made = element("div", "status");
  made.setAttribute("aria-live", "off"); // every tick of an upload would be read aloud
  return made;
}

/** about: { waiting: ids the server has not taken, latest: is it the latest card, upload: a live upload or undefined } */
export function refresh(made, message, about) {
  if (message.buttons?.length) refreshCard(made.querySelector(".card"), message.pressed ?? {}, about.latest);
  const [words, state] = stateOf(message, about);
  made.dataset.state = state;
  const percent = state === "uploading" ? (about.upload?.percent ?? 0) : null;
  refreshStatus(made.querySelector(".status"), words, percent, state === "failed");
}

function refreshCard(made, pressed, latest) {
  made.classList.toggle("old", !latest);
  for (const row of made.children) {
    const chosen = pressed[row.dataset.row];
    row.classList.toggle("settled", Boolean(chosen));
    for (const button of row.children) refreshButton(button, chosen);
  }
}

function refreshButton(button, chosen) {
  const mine = chosen?.id === button.dataset.press;
  button.classList.toggle("chosen", mine);
  if (!chosen) return;
  button.setAttribute("aria-disabled", "true"); // not `disabled`: the keyboard keeps its place
  button.setAttribute("aria-pressed", String(mine));
}

function stateOf(message, { waiting, upload }) {
  if (message.from === "us") return pressState(message.pressed, waiting);
  if (message.upload === "uploading") return [`正在上传 ${upload?.percent ?? 0}%`, "uploading"];
  if (message.upload === "failed") return ["没有传上。", "failed"];
  const words = waiting.has(message.key) ? SENDING : DELIVERED;
  const state = waiting.has(message.key) ? "waiting" : "taken";
  if (message.upload !== "refused") return [words, state];
  return [message.text ? `${message.error}文字${words}` : message.error, "refused"];
}

function pressState(pressed, waiting) {
  const frames = Object.values(pressed ?? {}).map((one) => one.frame);
  if (!frames.length) return ["", ""];
  return frames.some((id) => waiting.has(id)) ? [SENDING, "waiting"] : [DELIVERED, "taken"];
}

function refreshStatus(made, words, percent, retry) {
  const shown = `${words}|${retry}`;
  if (made.dataset.shown === shown) return;
  made.dataset.shown = shown;
  made.replaceChildren(words);
  if (percent !== null) made.append(bar(percent));
  if (retry) made.append(retryButton());
}

function bar(percent) {
  const made = element("progress", "bar");
  made.max = 100;
  made.value = percent;
  made.setAttribute("aria-label", "上传进度");
  return made;
}

function retryButton() {
  const made = element("button", "retry", "再试一次");
  made.type = "button";
  return made;
}

function moment(iso) {
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? "" : DAY.format(at);
}
