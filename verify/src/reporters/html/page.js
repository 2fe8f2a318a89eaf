"use strict";
// Filters, search, keys and the switch of colours. Without it the page shows everything.
(() => {
  const one = (selector) => document.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const findings = all(".findings > li");
  // What is said of the finding itself; why its rule matters is the same for many.
  const said = (item) => all("h3, .message, .side, .hint, footer > span", item).map((part) => part.textContent);
  const texts = new Map(findings.map((item) => [item, said(item).join(" ").toLowerCase()]));
  const form = one(".filters");
  const search = one("#search");
  const selects = form ? all("select", form) : [];
  const boxes = form ? all("input[name=severity]", form) : [];

  one(".tools").hidden = false;
  if (form) form.hidden = false;

  // Filters

  const passes = (item) => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    return boxes.some((box) => box.checked && box.value === item.dataset.severity)
      && selects.every((select) => select.value === "*" || select.value === item.dataset[select.name])
      && words.every((word) => texts.get(item).includes(word));
  };

  const filter = () => {
    if (!form) return;
    let shown = 0;
    for (const item of findings) {
      item.hidden = !passes(item);
      if (!item.hidden) shown += 1;
    }
    one("#shown").textContent = `${shown} of ${findings.length} shown`;
    one(".nothing").hidden = shown > 0;
  };

  const reset = () => {
    if (!form) return;
    form.reset();
    filter();
  };

  const choose = (name, value) => {
    const select = selects.find((select) => select.name === name);
    if (select && [...select.options].some((option) => option.value === value)) select.value = value;
  };

  const toggle = (severity) => {
    const box = boxes.find((box) => box.value === severity);
    if (!box) return;
    box.checked = !box.checked;
    filter();
  };

  if (form) {
    form.addEventListener("input", filter);
    form.addEventListener("submit", (event) => event.preventDefault());
    // What is scrolled to stands below the filters, however many lines they take.
    new ResizeObserver(() => {
      const sticky = getComputedStyle(form).position === "sticky";
      document.documentElement.style.scrollPaddingTop = sticky ? `${form.offsetHeight + 8}px` : "";
    }).observe(form);
  }

  // A cell of the table shows its own findings alone.
  for (const link of all("#fidelity td a")) {
    link.addEventListener("click", () => {
      reset();
      choose("operation", link.dataset.operation);
      choose("aspect", link.dataset.aspect);
      filter();
    });
  }

  // What a link leads to is shown, whatever the filters say.
  const reveal = () => {
    const target = document.getElementById(location.hash.slice(1));
    if (!target) return;
    const item = target.closest(".findings > li");
    if (item && item.hidden) reset();
    const fold = target.closest("details");
    if (fold) fold.open = true;
    target.scrollIntoView({ block: "start" });
    if (target.hasAttribute("tabindex")) target.focus({ preventScroll: true });
  };
  addEventListener("hashchange", reveal);

  // Colours

  const themes = ["", "light", "dark"];
  const keep = (value) => {
    // Pages opened from a disk may not be allowed to remember.
    try {
      if (value === undefined) return localStorage.getItem("truetape-theme") || "";
      localStorage.setItem("truetape-theme", value);
    } catch { /* then it is forgotten */ }
    return "";
  };
  const paint = (theme) => {
    if (theme) document.documentElement.dataset.theme = theme;
    else delete document.documentElement.dataset.theme;
  };
  const turn = () => {
    const now = document.documentElement.dataset.theme || "";
    const next = themes[(themes.indexOf(now) + 1) % themes.length];
    paint(next);
    keep(next);
  };
  const kept = keep();
  if (themes.includes(kept)) paint(kept);

  // Keys

  const keys = one("#keys");
  const legend = () => (keys.open ? keys.close() : keys.showModal());

  const step = (by) => {
    const shown = findings.filter((item) => !item.hidden);
    if (!shown.length) return;
    const focused = document.activeElement && document.activeElement.closest(".findings > li");
    let at = shown.indexOf(focused);
    if (at < 0) {
      // From where the reader is: the first finding below the top of the window.
      const below = shown.findIndex((item) => item.getBoundingClientRect().bottom > 80);
      at = below < 0 ? shown.length - 1 : below;
    } else {
      at = Math.min(Math.max(at + by, 0), shown.length - 1);
    }
    shown[at].focus({ preventScroll: true });
    shown[at].scrollIntoView({ block: "start" });
  };

  const actions = {
    j: () => step(1),
    k: () => step(-1),
    "/": () => search && (search.focus(), search.select()),
    e: () => toggle("error"),
    w: () => toggle("warning"),
    i: () => toggle("info"),
    x: reset,
    t: turn,
    "?": legend,
  };

  addEventListener("keydown", (event) => {
    const typing = event.target.closest && event.target.closest("input, select, textarea");
    if (event.key === "Escape" && event.target === search) {
      if (search.value) {
        search.value = "";
        filter();
        event.preventDefault();
      } else {
        search.blur();
      }
      return;
    }
    if (typing && typing.type !== "checkbox") return;
    if (event.ctrlKey || event.metaKey || event.altKey || (keys.open && event.key !== "?")) return;
    if (!one("#keys-on").checked && event.key !== "?") return;
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });

  const buttons = { theme: turn, keys: legend, reset };
  for (const button of all("[data-do]")) {
    button.addEventListener("click", buttons[button.dataset.do]);
  }

  filter();
  if (location.hash) reveal();
})();
