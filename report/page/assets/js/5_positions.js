// Tables that readers sort by a column and search in.
for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  const rows = [...body.rows];
  table.querySelectorAll("thead th").forEach((title, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = title.textContent;
    title.replaceChildren(button);
    const numbers = title.classList.contains("n");
    button.addEventListener("click", () => {
      const down = title.getAttribute("aria-sort") === (numbers ? "descending" : "ascending");
      const ascending = numbers ? down : !down;
      table.querySelectorAll("thead th").forEach((other) => other.removeAttribute("aria-sort"));
      title.setAttribute("aria-sort", ascending ? "ascending" : "descending");
      const key = (row) => row.cells[column].dataset.sort;
      rows.sort((a, b) => {
        const x = key(a), y = key(b);
        if (x === "" || y === "") return (x === "") - (y === "");
        const order = numbers ? Number(x) - Number(y) : x.localeCompare(y, "en", { numeric: true });
        return ascending ? order : -order;
      });
      body.append(...rows);
    });
  });
  const find = document.querySelector('input[data-find="' + table.id + '"]');
  if (!find) continue;
  find.closest("p").hidden = false;
  find.addEventListener("input", () => {
    const wanted = find.value.trim().toLowerCase();
    rows.forEach((row) => { row.hidden = !row.textContent.toLowerCase().includes(wanted); });
  });
}
