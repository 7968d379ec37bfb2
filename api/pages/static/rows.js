// Takes a fresh list over without moving what a person is reading: rows that changed are replaced where they stand, rows
// that left are dimmed, rows that would come in above or between what is seen wait behind a button.
const HELD = document.getElementById("held");
let held = null;

const rowsOf = (list) => [...list.querySelectorAll("tbody > tr")];
const idsOf = (rows) => rows.map((row) => row.id).join();
export function take(list, fresh) {
  const [old, now] = [rowsOf(list), rowsOf(fresh)];
  if (!old.length || !now.length) return replace(list, fresh);
  const wanted = new Map(now.map((row) => [row.id, row]));
  for (const row of old) if (wanted.has(row.id)) renew(row, wanted.get(row.id));
  leave(old, wanted, Boolean(fresh.querySelector("[rel=next]")));
  append(list, now);
  if (!list.querySelector(".gone")) renewPages(list, fresh);
  offer(list, fresh);
}

function replace(list, fresh) {
  if (list.innerHTML !== fresh.innerHTML) list.replaceChildren(...fresh.childNodes);
  held = null;
  HELD.hidden = true;
}

function renew(row, now) {
  if (row.innerHTML === now.innerHTML && !row.classList.contains("gone")) return;
  const focused = row.contains(document.activeElement);
  const fresh = now.cloneNode(true);
  const ticked = row.querySelector("input:checked");
  if (ticked) fresh.querySelector("input[type=checkbox]").checked = true;
  if (row.dataset.stands !== now.dataset.stands) fresh.classList.add("changed"); // not that time has passed
  if (row.classList.contains("here")) fresh.classList.add("here");
  row.replaceWith(fresh);
  if (focused) fresh.querySelector("a").focus({ preventScroll: true });
}

// Of a list that goes on, rows behind the last one that stayed were only pushed to the next page.
function leave(old, wanted, goesOn) {
  const stayed = old.findLastIndex((row) => wanted.has(row.id));
  const left = old.filter((row, at) => !wanted.has(row.id) && (!goesOn || at < stayed));
  for (const row of left) row.classList.add("gone");
}

// What follows the last row that is known, and lies below what is seen.
function append(list, now) {
  const body = list.querySelector("tbody");
  const known = new Set(rowsOf(list).map((row) => row.id));
  const last = now.findLastIndex((row) => known.has(row.id));
  if (last < 0 || now[last].id !== body.lastElementChild.id) return;
  for (const row of now.slice(last + 1)) body.append(come(row));
}

function come(row) {
  const fresh = row.cloneNode(true);
  fresh.classList.add("new");
  return fresh;
}

function renewPages(list, fresh) {
  const [pages, now] = [list.querySelector(".pages"), fresh.querySelector(".pages")];
  if (pages.innerHTML !== now.innerHTML) pages.replaceWith(now.cloneNode(true));
}

function offer(list, fresh) {
  const here = rowsOf(list).filter((row) => !row.classList.contains("gone"));
  const now = rowsOf(fresh);
  const known = new Set(here.map((row) => row.id));
  const many = now.filter((row) => !known.has(row.id)).length;
  held = many || idsOf(here.slice(0, now.length)) !== idsOf(now) ? fresh : null;
  HELD.hidden = !held;
  const words = many ? `${many} 件新工单` : "顺序有变化，点此更新";
  if (held && HELD.textContent !== words) HELD.textContent = words;
}

HELD.addEventListener("click", () => {
  const list = document.getElementById("list");
  const known = new Set(rowsOf(list).map((row) => row.id));
  replace(list, held);
  for (const row of rowsOf(list)) if (!known.has(row.id)) row.classList.add("new");
  window.scrollTo({ top: 0 });
  list.querySelector("tbody a")?.focus({ preventScroll: true });
});
