// Light and dark: what the system says, until the reader says otherwise.
const dark = window.matchMedia("(prefers-color-scheme: dark)");
const root = document.documentElement;

function isDark() {
  return root.dataset.theme ? root.dataset.theme === "dark" : dark.matches;
}

function color(name) {
  return getComputedStyle(root).getPropertyValue("--" + name).trim();
}

// A colour of the palette made transparent.
function veil(name, alpha) {
  const hex = color(name);
  return "rgba(" + [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16)).join(",") + "," + alpha + ")";
}
