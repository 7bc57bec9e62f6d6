
"use strict";
(() => {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const form = document.querySelector(".tools");
  form.hidden = false;

  // Light and dark: what was chosen, else what the system says.
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const root = document.documentElement;
  const kept = () => { try { return localStorage.getItem("clawdock-theme"); } catch { return null; } };
  const keep = (theme) => { try { localStorage.setItem("clawdock-theme", theme); } catch { /* not allowed */ } };
  if (kept()) root.dataset.theme = kept();
  form.theme.addEventListener("click", () => {
    const now = root.dataset.theme || (dark.matches ? "dark" : "light");
    root.dataset.theme = now === "dark" ? "light" : "dark";
    keep(root.dataset.theme);
  });

  // The filter: every word has to occur, in the text of the row or of its cards.
  const rows = all(".row, .finding, .places li");
  const texts = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
  const filter = () => {
    const words = form.filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      const quiet = form.notable.checked && row.matches(".row:not(.notable)");
      row.hidden = quiet || !words.every((word) => texts.get(row).includes(word));
      if (!row.hidden) shown += 1;
    }
    if (words.length) all("details").forEach((part) => { part.open = all(".row, li", part).some((row) => !row.hidden); });
    form.querySelector("output").textContent = `${shown} of ${rows.length} shown`;
  };
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  filter();

  // A card stays within the window, and equal values light up together.
  const color = (chip) => [...chip.classList].find((name) => /^c\d$/.test(name));
  const value = (chip) => chip.querySelector(".value")?.textContent;
  const chips = all(".offer > .chip");
  const light = (chip, on) => {
    const own = color(chip);
    if (!own) return;
    for (const other of chips) {
      if (color(other) === own && (!value(other) || !value(chip) || value(other) === value(chip))) other.parentElement.classList.toggle("same", on);
    }
  };
  const place = (chip) => {
    const card = chip.nextElementSibling;
    const at = chip.getBoundingClientRect();
    const size = card.getBoundingClientRect();
    const left = Math.max(8, Math.min(at.left, innerWidth - size.width - 8));
    const below = at.bottom + size.height + 10 < innerHeight || at.top < size.height + 10;
    card.style.left = `${left}px`;
    card.style.top = below ? `${at.bottom}px` : `${at.top - size.height - 10}px`;
  };
  for (const chip of chips) {
    const offer = chip.parentElement;
    offer.addEventListener("mouseenter", () => { place(chip); light(chip, true); });
    offer.addEventListener("mouseleave", () => light(chip, false));
    chip.addEventListener("focus", () => { place(chip); light(chip, true); });
    chip.addEventListener("blur", () => light(chip, false));
    chip.addEventListener("keydown", (event) => { if (event.key === "Escape") chip.blur(); });
  }

  // On paper everything is open.
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = all("details:not([open])");
    closed.forEach((part) => { part.open = true; });
  });
  addEventListener("afterprint", () => closed.forEach((part) => { part.open = false; }));
  form.print.addEventListener("click", () => print());
})();
