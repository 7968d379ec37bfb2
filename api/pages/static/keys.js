// j and k go through the rows, Enter opens the one that is marked, / goes to the search, ? tells the keys.
const help = document.getElementById("keys");

function step(by) {
  const links = [...document.querySelectorAll("#list tbody .number a")];
  const at = links.findIndex((link) => link.closest("tr").classList.contains("here"));
  const next = links[at < 0 ? (by > 0 ? 0 : links.length - 1) : Math.min(Math.max(at + by, 0), links.length - 1)];
  if (!next) return;
  for (const row of document.querySelectorAll("#list tr.here")) row.classList.remove("here");
  next.closest("tr").classList.add("here");
  next.focus({ preventScroll: true });
  next.closest("tr").scrollIntoView({ block: "nearest" });
}

const keys = {
  j: () => step(1),
  k: () => step(-1),
  "/": () => document.getElementById("q").focus(),
  "?": () => help.showModal(),
};

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input:not([type=checkbox]), textarea, select, dialog");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || !(event.key in keys)) return;
  event.preventDefault();
  keys[event.key]();
});
document.getElementById("show-keys").addEventListener("click", () => help.showModal());
