// Keeps the queue fresh: fetches this very address and changes only what has changed. Rows that stay keep their node,
// so focus and selection stay with them; the scroll is corrected by what moved above the reader's first row.
"use strict";

const EVERY = 5000;
const said = document.getElementById("live");

function firstSeen() {
  return [...document.querySelectorAll("tbody > tr")].find((row) => row.getBoundingClientRect().bottom > 0);
}

function patchRows(list, fresh) {
  const [body, newBody] = [list.querySelector("tbody"), fresh.querySelector("tbody")];
  if (!body || !newBody) {
    if (list.innerHTML !== fresh.innerHTML) list.replaceChildren(...fresh.childNodes);
    return;
  }
  const wanted = new Set([...newBody.children].map((row) => row.id));
  for (const row of [...body.children]) if (!wanted.has(row.id)) row.remove();
  let place = body.firstElementChild;
  for (const row of [...newBody.children]) {
    const old = document.getElementById(row.id);
    if (old && old.innerHTML !== row.innerHTML) {
      const focused = old.contains(document.activeElement);
      if (place === old) place = row;
      old.replaceWith(row);
      if (focused) row.querySelector("a").focus({ preventScroll: true });
    }
    const here = document.getElementById(row.id) || row;
    if (here === place) place = place.nextElementSibling;
    else body.insertBefore(here, place);
    if (!old) here.classList.add("new");
  }
  const [pages, newPages] = [list.querySelector(".pages"), fresh.querySelector(".pages")];
  if (pages.innerHTML !== newPages.innerHTML) pages.replaceWith(newPages);
}

function patch(page) {
  const anchor = firstSeen();
  const top = anchor && anchor.getBoundingClientRect().top;
  for (const part of document.querySelectorAll("[data-live]")) {
    const fresh = page.getElementById(part.id);
    if (fresh && fresh.innerHTML !== part.innerHTML && !part.contains(document.activeElement)) part.replaceWith(fresh);
  }
  patchRows(document.getElementById("list"), page.getElementById("list"));
  const still = anchor && document.getElementById(anchor.id);
  if (still && window.scrollY > 0) window.scrollBy(0, still.getBoundingClientRect().top - top);
}

async function refresh() {
  if (document.hidden) return;
  try {
    const answer = await fetch(location.href, { redirect: "manual", headers: { accept: "text/html" } });
    if (answer.type === "opaqueredirect") return say("登录已过期，请刷新页面重新登录。");
    if (!answer.ok) return say("暂时连不上，正在重试。");
    patch(new DOMParser().parseFromString(await answer.text(), "text/html"));
    say("");
  } catch {
    say("暂时连不上，正在重试。");
  }
}

function say(words) {
  if (said.textContent !== words) said.textContent = words;
}

async function keepFresh() {
  await refresh();
  setTimeout(keepFresh, EVERY);
}

setTimeout(keepFresh, EVERY);
document.addEventListener("visibilitychange", refresh);
