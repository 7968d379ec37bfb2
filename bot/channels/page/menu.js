// What stands beside the conversation: the menu, large print, starting anew, and sentences that pass.

import * as store from "./store.js";

const byId = (id) => document.getElementById(id);

export function menu(say) {
  const [more, list] = [byId("more"), byId("menu")];
  const show = (open) => {
    list.hidden = !open;
    more.setAttribute("aria-expanded", String(open));
  };
  more.addEventListener("click", () => show(list.hidden));
  list.addEventListener("click", (event) => {
    const words = event.target.closest("button")?.dataset.say;
    show(false);
    if (words) say(words);
  });
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || list.hidden) return;
    show(false);
    more.focus();
  });
  document.addEventListener("pointerdown", (event) => {
    if (!list.contains(event.target) && event.target !== more) show(false);
  });
}

export function largePrint(changed) {
  const button = byId("larger");
  const show = (large) => {
    document.documentElement.classList.toggle("large", large);
    button.setAttribute("aria-pressed", String(large));
  };
  show(store.preference("large", false));
  button.addEventListener("click", () => {
    const large = !store.preference("large", false);
    store.prefer("large", large);
    show(large);
    changed();
  });
}

export function renewal() {
  const sure = byId("sure");
  byId("renew").addEventListener("click", () => {
    byId("sure-unsent").hidden = store.outbox().length === 0;
    sure.returnValue = "";
    sure.showModal();
  });
  sure.addEventListener("close", () => {
    if (sure.returnValue !== "renew") return byId("more").focus();
    store.startAnew();
    location.reload();
  });
}

/** A sentence above the words, until it is read. */
export function tip(words) {
  byId("tip").hidden = !words;
  byId("tip-words").textContent = words;
}

byId("tip-close").addEventListener("click", () => {
  tip("");
  byId("words").focus();
});

/** The part of the window that the keyboard leaves free; some phones do not tell CSS. */
export function fitKeyboard() {
  const view = window.visualViewport;
  const fit = () => {
    const height = view.height * view.scale; // pinching is not a keyboard
    document.documentElement.style.setProperty("--free", `${height}px`);
    document.documentElement.classList.toggle("short", height < 460);
    if (view.scale === 1) scrollTo(0, 0);
  };
  if (!view) return;
  view.addEventListener("resize", fit);
  fit();
}
