// Keeps the queue fresh: told by the stream that something happened, it fetches this very address, once a second at the
// most, and changes only what has changed. Where the stream cannot be had it asks every five seconds.
import { listen } from "./stream.js";
import { take } from "./rows.js";

const AT_MOST = 1000, WITHOUT_STREAM = 5000, TIME_PASSES = 60000;
const said = document.getElementById("live");
let streams = false, asking = false, due = false, last = 0, timer = 0;

function patch(page) {
  for (const part of document.querySelectorAll("[data-live]")) {
    const fresh = page.getElementById(part.id);
    if (fresh && fresh.innerHTML !== part.innerHTML && !part.contains(document.activeElement)) part.replaceWith(fresh);
  }
  take(document.getElementById("list"), page.getElementById("list"));
}

async function refresh() {
  if (document.hidden || asking) { due = true; return; }
  [asking, due, last] = [true, false, Date.now()];
  try {
    const answer = await fetch(location.href, { redirect: "manual", headers: { accept: "text/html" } });
    if (answer.type === "opaqueredirect") say("登录已过期，请刷新页面重新登录。");
    else if (!answer.ok) say("暂时连不上，正在重试。");
    else {
      patch(new DOMParser().parseFromString(await answer.text(), "text/html"));
      say("");
    }
  } catch {
    say("暂时连不上，正在重试。");
  }
  asking = false;
  if (due) soon();
}

function soon() {
  due = true;
  if (timer || document.hidden) return;
  timer = setTimeout(() => { timer = 0; refresh(); }, Math.max(0, last + AT_MOST - Date.now()) + 50);
}

function say(words) {
  if (said.textContent !== words) said.textContent = words;
}

// Who looks at a ticket changes often and concerns one cell.
async function lookers(number) {
  const cell = document.getElementById(`present-${number}`);
  if (!cell || document.hidden) return;
  const answer = await fetch(`/tickets/${number}/present`, { redirect: "manual" }).catch(() => null);
  if (answer?.ok) cell.innerHTML = (await answer.text()).trim();
}

function told(kind, data) {
  if (kind === "presence") return void lookers(data.number);
  if (kind === "ticket" && data.gone && !document.getElementById(`row-${data.number}`)) return;
  soon();
}

function stands(on, refused) {
  streams = on;
  if (on || refused) soon(); // what happened meanwhile; or why it was refused
  else say("暂时连不上，正在重试。");
}

setInterval(() => {
  if (Date.now() - last >= (streams ? TIME_PASSES : WITHOUT_STREAM)) refresh();
}, AT_MOST);
document.addEventListener("visibilitychange", () => { if (!document.hidden && due) soon(); });
last = Date.now();
listen(document.getElementById("list").dataset.since, told, stands);
