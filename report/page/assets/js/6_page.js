// Puts the charts into the page.
const data = JSON.parse(document.getElementById("data").textContent);

function start(section) {
  if (section.dataset.started) return;
  section.dataset.started = "yes";
  const cell = data.cells[Number(section.dataset.cell)];
  const pick = section.querySelector("select[data-pick]");
  if (pick) {
    const show = () => {
      for (const block of section.querySelectorAll("[data-figure]")) block.hidden = block.dataset.figure !== pick.value;
    };
    pick.addEventListener("change", show);
    show();
  }
  for (const figure of section.querySelectorAll("figure[data-chart]")) {
    kinds[figure.dataset.chart](figure, cell, Number(figure.dataset.index || 0));
  }
}

const sections = [...document.querySelectorAll("section[data-cell]")];
const picker = document.getElementById("cell");

function showCell(index) {
  sections.forEach((s, i) => { s.hidden = i !== index; });
  for (const a of document.querySelectorAll("a[data-part]")) a.hash = a.dataset.part + "-" + index;
  start(sections[index]);
}

if (picker) picker.addEventListener("change", () => showCell(Number(picker.value)));
if (sections.length) showCell(0);

const redraw = () => charts.forEach((c) => c.draw());
const theme = document.getElementById("theme");

function nameTheme() {
  theme.textContent = isDark() ? "light" : "dark";
  theme.setAttribute("aria-label", "use " + theme.textContent + " colours");
}

theme.hidden = false;
theme.addEventListener("click", () => {
  root.dataset.theme = isDark() ? "light" : "dark";
  nameTheme();
  redraw();
});
dark.addEventListener("change", () => {
  nameTheme();
  redraw();
});
nameTheme();

// Paper is white, and narrower than most windows.
const PAPER = 660;
let screen = null;
window.addEventListener("beforeprint", () => {
  screen = { theme: root.dataset.theme, closed: [...document.querySelectorAll("details.paper:not([open])")] };
  screen.closed.forEach((d) => { d.open = true; });
  root.dataset.theme = "light";
  charts.forEach((c) => c.print(PAPER));
});
window.addEventListener("afterprint", () => {
  if (screen.theme) root.dataset.theme = screen.theme;
  else delete root.dataset.theme;
  screen.closed.forEach((d) => { d.open = false; });
  charts.forEach((c) => c.print(0));
});
