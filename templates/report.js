// Comfort only: all there is to read is read without it.
"use strict";
const root = document.documentElement;
root.classList.add("scripted");

const remembered = {
  get() { try { return localStorage.getItem("kepi-theme"); } catch { return null; } },
  set(theme) { try { localStorage.setItem("kepi-theme", theme); } catch { /* a file may not remember */ } },
};
if (remembered.get()) root.dataset.theme = remembered.get();
document.getElementById("theme").addEventListener("click", () => {
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  remembered.set(root.dataset.theme);
});

for (const card of document.querySelectorAll(".scorecard")) {
  const table = card.querySelector(".board");
  const filter = card.querySelector(".filter");
  const trouble = card.querySelector(".trouble");
  const found = card.querySelector(".found");
  const rows = [...table.querySelectorAll(".row")];
  const show = () => {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const row of rows) {
      const text = (row.textContent + " " + row.dataset.words).toLowerCase();
      const bad = Number(row.cells[0].dataset.value || 0) > 0;
      row.hidden = !words.every((word) => text.includes(word)) || (trouble.checked && !bad);
      if (!row.hidden) count += 1;
    }
    for (const body of table.tBodies) {
      body.hidden = ![...body.querySelectorAll(".row")].some((row) => !row.hidden);
    }
    found.textContent = count === rows.length ? "" : count + " of " + rows.length;
  };
  filter.addEventListener("input", show);
  trouble.addEventListener("change", show);

  const heads = [...table.tHead.rows[0].cells];
  for (const head of heads.filter((head) => head.dataset.sort)) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    const at = heads.indexOf(head);
    button.addEventListener("click", () => {
      const kind = head.dataset.sort;
      const first = kind === "text" ? "ascending" : "descending";
      const other = first === "ascending" ? "descending" : "ascending";
      const order = head.getAttribute("aria-sort") === first ? other : first;
      heads.forEach((h) => h.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", order);
      const key = (row) => {
        const cell = row.cells[at];
        if (kind === "text") return cell.dataset.value.toLowerCase();
        return cell.dataset.value === "" ? -Infinity : Number(cell.dataset.value);
      };
      const sign = order === "ascending" ? 1 : -1;
      const compare = (a, b) => (key(a) < key(b) ? -sign : key(a) > key(b) ? sign : 0);
      for (const body of table.tBodies) body.append(...[...body.querySelectorAll(".row")].sort(compare));
    });
  }
}

addEventListener("beforeprint", () => {
  for (const details of document.querySelectorAll("details:not([open], .values)")) {
    details.open = true;
    details.dataset.closed = "";
  }
});
addEventListener("afterprint", () => {
  for (const details of document.querySelectorAll("details[data-closed]")) {
    details.open = false;
    delete details.dataset.closed;
  }
});
