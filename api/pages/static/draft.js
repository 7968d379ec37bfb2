// Keeps an adviser's answer while it is written. Without this file the button 存草稿 does it.
"use strict";
{
  const AFTER = 1500, AGAIN = 5000;
  let timer = 0, dirty = false, saving = false, refused = false, leaving = false;

  // The page renews its parts while it is open (together.js): the form is looked up when it is used.
  const form = () => document.querySelector("form[data-draft]");
  const field = (name) => form().elements[name];
  const say = (words) => { document.getElementById("draft-said").textContent = words; };
  const time = (at) => new Date(at).toLocaleTimeString("zh-CN", {
    timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit", hour12: false,
  });

  function later(wait) {
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  }

  async function save() {
    if (!form() || !dirty || refused) return;
    if (saving) return later(AFTER);
    [dirty, saving] = [false, true];
    const draft = {
      note: field("note").value, laws: field("laws").value, lawyer: field("lawyer").value === "yes",
      version: Number(field("version").value),
    };
    try {
      const answer = await fetch(form().dataset.draft, {
        method: "PUT", keepalive: true, body: JSON.stringify(draft),
        headers: { "content-type": "application/json", "x-csrf": field("csrf").value },
      });
      if (form()) told(answer.status, answer.ok ? await answer.json() : {});
    } catch {
      dirty = true;
      say("暂时连不上，还没有存上，正在重试。");
      later(AGAIN);
    }
    saving = false;
  }

  function told(status, kept) {
    if (kept.version) {
      field("version").value = kept.version;
      return say(dirty ? "正在写…" : `已存 ${time(kept.saved_at)}`);
    }
    refused = status === 409;
    if (refused) say("这份草稿在另一个页面存过，或者这件有了变化。这里新写的没有存；按“存草稿”，对照着选。");
    else say(status === 422 ? "还没有存。" : "没有存上，请按“存草稿”。");
  }

  document.addEventListener("input", ({ target }) => {
    if (!target.closest("form[data-draft]")) return;
    dirty = true;
    if (!refused) { say("正在写…"); later(AFTER); }
  });
  document.addEventListener("submit", (event) => { // whatever else is sent goes with the draft as it is now
    clearTimeout(timer);
    if (event.target === form()) { dirty = false; refused = true; return; }
    if (leaving || refused || !form() || !(dirty || saving)) return;
    event.preventDefault();
    const { target, submitter } = event;
    const wait = async () => {
      while (saving) await new Promise((done) => { setTimeout(done, 50); });
      await save();
      leaving = true;
      target.requestSubmit(submitter);
    };
    wait();
  });
  addEventListener("pagehide", save);
}
