// Theme before the first paint, then keys. Nothing here talks to any server.
(() => {
  const wanted = localStorage.getItem("fenzhen-theme");
  const dark = wanted ? wanted === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  const theme = dark ? "dark" : "light";
  document.documentElement.dataset.theme = theme;
  // The server draws charts and Quasar's parts in the same mode.
  document.cookie = `fenzhen_theme=${theme}; path=/; max-age=31536000; samesite=strict`;
})();

const lines = () => [...document.querySelectorAll(".queue .line")];

function move(step) {
  const all = lines();
  if (!all.length) return;
  const at = all.indexOf(document.activeElement);
  const next = at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + step));
  all[next].focus();
}

function switchTheme() {
  const next = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
  localStorage.setItem("fenzhen-theme", next);
  location.reload();
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-switch-theme]")) switchTheme();
  if (event.target.closest("[data-toggle-filters]")) document.body.classList.toggle("filters-open");
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const typing = event.target.closest("input, textarea, select, [contenteditable], [role=listbox], .q-dialog");
  if (typing) {
    if (event.key === "Escape" && event.target.matches("input, textarea")) event.target.blur();
    return;
  }
  if (event.key === "j" || event.key === "ArrowDown" && lines().includes(document.activeElement)) {
    event.preventDefault();
    move(1);
  } else if (event.key === "k" || event.key === "ArrowUp" && lines().includes(document.activeElement)) {
    event.preventDefault();
    move(-1);
  } else if (event.key === "/") {
    const search = document.querySelector("[data-search] input, input[data-search]");
    if (search) { event.preventDefault(); search.focus(); }
  } else {
    const button = document.querySelector(`[data-key="${CSS.escape(event.key)}"]:not([disabled])`);
    if (button) { event.preventDefault(); button.click(); }
  }
});
