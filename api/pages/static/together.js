// Keeps a ticket's page fresh, and tells colleagues that it is open, and whether somebody writes. What a person has
// begun to fill in stays as it is; without this file the page is as it was when it was opened.
import { listen } from "./stream.js";

const WRITING = 10000, AT_MOST = 1000;
const main = document.getElementById("ticket");
const { number, since, every } = main.dataset;
const said = document.getElementById("live");
const csrf = document.querySelector("input[name=csrf]").value;
let doing = "", wrote = 0, streams = false, asking = false, due = false, last = Date.now();
const refused = document.querySelector(".refused") !== null; // what was typed stands in the forms again

const typed = (part) => [...part.querySelectorAll("textarea, input:not([type=hidden]), select")].some((field) =>
  field.type === "file" ? field.files.length
    : field.options ? [...field.options].some((one) => one.selected !== one.defaultSelected) && wrote
    : field.value !== field.defaultValue);

function patch(page) {
  for (const part of document.querySelectorAll("[data-live]")) {
    const fresh = page.getElementById(part.id);
    if (!fresh || fresh.innerHTML === part.innerHTML) continue;
    const filled = typed(part) || (refused && part.querySelector("textarea"));
    if (filled || part.contains(document.activeElement)) say("这件刚有变化；您正在填的没有动。");
    else part.replaceWith(fresh);
  }
}

async function refresh() {
  if (document.hidden || asking) { due = true; return; }
  [asking, due, last] = [true, false, Date.now()];
  try {
    const answer = await fetch(`/tickets/${number}?by_itself=1`, { redirect: "manual", headers: { accept: "text/html" } });
    if (answer.type === "opaqueredirect") say("登录已过期，请刷新页面重新登录。");
    else if (answer.status === 404) say("这件工单已经不在您的办理范围内。");
    else if (answer.ok) { say(""); patch(new DOMParser().parseFromString(await answer.text(), "text/html")); }
  } catch {
    say("暂时连不上，正在重试。");
  }
  asking = false;
  if (due) setTimeout(refresh, AT_MOST);
}

function say(words) {
  if (said.textContent !== words) said.textContent = words;
}

function tell(now) {
  doing = now;
  return fetch(`/api/v1/tickets/${number}/presence`, {
    method: "PUT",
    keepalive: true,
    headers: { "content-type": "application/json", "x-csrf": csrf },
    body: JSON.stringify({ doing }),
  }).catch(() => {});
}

const here = () => (document.hidden ? "left" : Date.now() - wrote < WRITING ? "writes" : "looks");

setInterval(() => {
  if (!document.hidden) tell(here());
  if (!streams || Date.now() - last > 60000) refresh();
}, every * 1000);
setInterval(() => { if (doing === "writes" && here() === "looks") tell("looks"); }, AT_MOST);
main.addEventListener("input", () => {
  wrote = Date.now();
  if (doing !== "writes") tell("writes");
});
document.addEventListener("visibilitychange", () => {
  tell(here());
  if (!document.hidden && due) refresh();
});
addEventListener("pagehide", () => tell("left"));
addEventListener("pageshow", (event) => { if (event.persisted) tell(here()); });
tell(here());
listen(since, (kind, data) => { if (data.number === number || kind === "reset") refresh(); }, (on) => {
  streams = on;
  if (on) refresh();
});
