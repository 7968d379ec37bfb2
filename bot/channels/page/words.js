// A message's text as nodes: seven dots with their meaning in words, numbers that can be called, a head in bold.

const STEPS = ["发现", "立案", "派遣", "处理", "反馈", "核查", "评价"];
const ORDINALS = "一二三四五六七";
const PROGRESS = /^(●{1,7})(○{0,6}) (发现|立案|派遣|处理|反馈|核查|评价)/;
const EMERGENCY = new Set(["119", "110", "120", "12356", "12345"]);
const HOTLINE = new Set(["12345"]); // elsewhere 110 may be a house number
const HEAD = /^【[^】]+】/;
const KEPT_WHOLE = /([A-Z]+\d[\d-]*\d|\d+(?:（[^）]*）)?[、。，]?)/; // a report's number; a number to call and what it is for

export function isUrgent(text) {
  return text.startsWith("⚠");
}

export function element(name, className, text = "") {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

/** The text as a fragment; line breaks stay characters, CSS shows them. */
export function worded(text) {
  const callable = isUrgent(text) ? EMERGENCY : HOTLINE;
  const fragment = document.createDocumentFragment();
  text.split("\n").forEach((line, index) => {
    if (index) fragment.append("\n");
    fragment.append(...lineNodes(line, callable));
  });
  return fragment;
}

function lineNodes(line, callable) {
  const found = PROGRESS.exec(line);
  if (found && found[1].length + found[2].length === STEPS.length) {
    return [progress(found), line.slice(found[0].length)];
  }
  const nodes = line.split(KEPT_WHOLE).map((part) => whole(part, callable));
  if (!HEAD.test(line)) return nodes;
  const head = element("strong", "head");
  head.append(...nodes);
  return [head];
}

function whole(part, callable) {
  const digits = /^\d*/.exec(part)[0];
  if (/^[A-Z]+\d[\d-]*\d$/.test(part)) return element("span", "whole", part);
  if (!callable.has(digits)) return part;
  const made = element("span", "whole");
  made.append(call(digits), part.slice(digits.length));
  return made;
}

function progress([, done, todo, step]) {
  const made = element("span", "progress");
  made.setAttribute("role", "img");
  made.setAttribute("aria-label", `七步中的第${ORDINALS[done.length - 1]}步：${step}`);
  made.append(element("span", "done", done), element("span", "todo", todo), " ", element("span", "step", step));
  return made;
}

function call(number) {
  const link = element("a", "call", number);
  link.href = `tel:${number}`;
  link.setAttribute("aria-label", `拨打 ${number}`);
  return link;
}
