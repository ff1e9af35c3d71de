/* Buttons and choices: one listener for all; they change the view, never the data. */
(function (cloud) {
  "use strict";

  const PRESS = {
    kind: (value) => cloud.view.change({ kind: value, grid: "" }),
    layer: (value) => cloud.view.change({ layers: toggled(cloud.view.state.view.layers, value) }),
    list: (value) => cloud.view.change({ list: value }),
    tab: (value) => cloud.view.change({ tab: value }),
    period: (value) => cloud.view.change({ period: value }),
    compare: (value) => cloud.view.change({ compare: cloud.view.state.view.compare === value ? "" : value }),
    rank: (value) => cloud.view.change({ rank: value }),
    pane: (value) => cloud.view.change({ pane: value }),
    reset: () => cloud.map.home(),
    close: (value) => cloud.view.change({ [value]: "" }),
  };

  /** A list with `value` added, or without it where it was there. */
  function toggled(list, value) {
    return list.includes(value) ? list.filter((one) => one !== value) : [...list, value].sort();
  }

  function pressed(event) {
    const button = event.target.closest("button[data-switch]");
    if (button) {
      PRESS[button.dataset.switch](button.dataset.value);
      return update();
    }
    const row = event.target.closest("button.case-button");
    if (row) cloud.cards.choose({ case: row.closest("[data-case]").dataset.case });
  }

  function chosen(event) {
    const box = event.target.closest("select[data-choose]");
    if (!box) return;
    cloud.view.change({ [box.dataset.choose]: box.value });
    update();
  }

  function keyed(event) {
    const { view } = cloud.view.state;
    if (event.key !== "Escape" || !(view.case || view.grid) || cloud.desk.isHere()) return;
    cloud.view.change(view.case ? { case: "" } : { grid: "" });
    update();
  }

  function update() {
    mark();
    cloud.screen.render();
    cloud.cards.ask();
  }

  /** Show on the buttons and choices what the view says. */
  function mark() {
    const { view } = cloud.view.state;
    fill("category", "majors");
    fill("unit", "units");
    const first = cloud.screen.state.directory ? (cloud.screen.state.directory.kinds[0] || {}).key : "";
    const isOn = {
      kind: (value) => value === (view.kind || first),
      layer: (value) => view.layers.includes(value),
      list: (value) => value === view.list,
      period: (value) => value === cloud.indicators.period(),
      pane: (value) => value === cloud.modules.pane(),
      compare: (value) => value === view.compare,
      rank: (value) => value === cloud.indicators.rank(),
      tab: (value) => value === cloud.deskQueue.tabOf(view),
    };
    for (const node of document.querySelectorAll("[data-switch]")) {
      const test = isOn[node.dataset.switch];
      if (!test) continue;
      const words = String(test(node.dataset.value));
      cloud.dom.attribute(node, node.tagName === "BUTTON" ? "aria-pressed" : "data-on", words);
    }
    for (const node of document.querySelectorAll("[data-legend]")) node.hidden = !view.layers.includes(node.dataset.legend);
    for (const box of document.querySelectorAll("select[data-choose]")) {
      const value = view[box.dataset.choose] || "";
      if (box.value !== value) box.value = value;
    }
  }

  /** Offer the town's major categories, or its units, by name from the first moment on. */
  function fill(name, part) {
    const { directory } = cloud.screen.state;
    const entries = Object.entries((directory && directory[part]) || {});
    for (const box of document.querySelectorAll(`select[data-choose="${name}"]`)) {
      if (box.options.length > 1) continue;
      for (const [code, word] of entries.sort()) box.append(new Option(word, code));
    }
  }

  document.addEventListener("click", pressed);
  document.addEventListener("change", chosen);
  document.addEventListener("keydown", keyed);
  cloud.controls = { mark, toggled };
})((window.cloud = window.cloud || {}));
