// Keys of a ticket's page, and finding an item by typing. Without this file every button and select works as it is.
"use strict";

const OFF = "keys-off";
const help = document.getElementById("keys");
const hush = document.getElementById("keys-switch");

function typing(target) {
  return target.isContentEditable || target.closest("input, textarea, select") !== null;
}

function go(thing) {
  if (thing.tagName !== "SUMMARY") return thing.click();
  thing.parentElement.open = true;
  const within = (wanted) => thing.parentElement.querySelector(wanted);
  const field = within("textarea") || within("select, input:not([type=hidden])");
  (field || thing).focus();
}

function press(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing) return;
  if (help.open || typing(event.target)) return;
  if (event.key === "?") {
    event.preventDefault();
    return help.showModal();
  }
  if (keysAreOff()) return;
  const key = CSS.escape(event.key);
  const focused = document.querySelector(`[data-focused-by="${key}"]`); // looked at first, and pressed by Enter
  const thing = focused || document.querySelector(`[data-key="${key}"]`);
  if (!thing) return;
  event.preventDefault();
  if (focused) focused.focus();
  else go(thing);
}

function keysAreOff() {
  return localStorage.getItem(OFF) === "yes";
}

function showSwitch() {
  hush.textContent = keysAreOff() ? "打开快捷键" : "关掉快捷键";
}

// The page renews its parts while it is open (together.js): what belongs to a part is looked up when it is used.
const items = new WeakMap();

function find(input) {
  const select = document.getElementById(input.dataset.finds);
  const said = document.getElementById(input.getAttribute("aria-describedby"));
  const known = () => ({ all: [...select.children].map((node) => node.cloneNode(true)), first: select.value });
  if (!items.has(select)) items.set(select, known());
  const { all, first } = items.get(select);
  const wanted = input.value.trim().toLowerCase().replaceAll(/[\s']/g, "");
  select.replaceChildren(...all.map((node) => node.cloneNode(true)));
  select.value = first;
  if (!wanted) return void (said.textContent = "");
  const found = [...select.options].filter((option) => fits(option, wanted));
  if (!found.length) return void (said.textContent = "没有这样的事项，选择没有变。");
  for (const option of [...select.options]) if (!found.includes(option)) option.remove();
  for (const group of [...select.querySelectorAll("optgroup")]) if (!group.children.length) group.remove();
  const best = found.find((option) => option.textContent.trim().startsWith(wanted)) || found.find((option) =>
    option.dataset.sounds.split(" ").some((sound) => sound.startsWith(wanted))) || found[0];
  select.value = best.value;
  said.textContent = `${found.length} 项符合，选中“${best.textContent.trim()}”。`;
}

function fits(option, wanted) {
  const sounds = option.dataset.sounds.split(" ");
  return option.textContent.includes(wanted) || sounds.some((sound) => sound.includes(wanted));
}

// A standard text is put where it can be changed before it is sent; what was written there stays above it.
const texts = new WeakMap();

function fill(select) {
  const field = document.getElementById(select.dataset.fills);
  const own = field.value === texts.get(field) ? "" : field.value.trimEnd();
  const words = select.selectedOptions[0].dataset.words || "";
  texts.set(field, words);
  field.value = own && words ? `${own}\n${words}` : own || words;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
}

document.addEventListener("input", ({ target }) => { if (target.matches("[data-finds]")) find(target); });
document.addEventListener("change", ({ target }) => { if (target.matches("[data-fills]")) fill(target); });
document.addEventListener("keydown", (event) => { // choosing is not yet sending
  if (event.key === "Enter" && event.target.matches("[data-finds]")) event.preventDefault();
});
document.addEventListener("keydown", press);
document.getElementById("keys-open").addEventListener("click", () => help.showModal());
document.getElementById("keys-close").addEventListener("click", () => help.close());
hush.addEventListener("click", () => {
  localStorage.setItem(OFF, keysAreOff() ? "no" : "yes");
  showSwitch();
});
showSwitch();
