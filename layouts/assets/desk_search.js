/* The search: cases, addresses, enterprises and grids as the server finds them; a choice leads to its place. */
(function (cloud) {
  "use strict";
  const PAUSE_MS = 180;
  const state = { timer: 0, asked: "" };

  function box() {
    const holder = cloud.desk.part("search");
    if (!holder) return null;
    if (!holder.firstChild) holder.append(...build());
    return holder.querySelector("input");
  }

  function build() {
    const input = document.createElement("input");
    Object.assign(input, { type: "search", placeholder: "搜索案卷、地址、企业、网格", autocomplete: "off", maxLength: 60 });
    input.setAttribute("aria-label", "搜索案卷、地址、企业、网格");
    input.addEventListener("input", () => later(input));
    input.addEventListener("keydown", (event) => keyed(event, input));
    const cap = cloud.dom.make("kbd", "", "/");
    cap.setAttribute("aria-hidden", "true");
    return [cap, input];
  }

  function later(input) {
    window.clearTimeout(state.timer);
    state.timer = window.setTimeout(() => ask(input.value.trim()), PAUSE_MS);
  }

  function ask(text) {
    state.asked = text;
    cloud.desk.tell("desk-search", text || null);
    const found = document.getElementById("desk-found");
    if (found && !text) cloud.dom.attribute(found, "data-for", null);
    show(Boolean(text));
  }

  function show(isOpen) {
    const found = document.getElementById("desk-found");
    if (found) found.hidden = !isOpen;
  }

  function results() {
    return [...document.querySelectorAll("#desk-found [data-found]")];
  }

  function keyed(event, input) {
    if (event.key === "Escape") {
      input.value = "";
      ask("");
      input.blur();
    } else if (event.key === "ArrowDown" && results().length) {
      event.preventDefault();
      results()[0].focus();
    } else if (event.key === "Enter" && results().length) pick(results()[0]);
  }

  /** Arrows walk through what was found. */
  function walk(event) {
    const node = event.target.closest && event.target.closest("#desk-found [data-found]");
    if (!node || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    const list = results();
    const next = list.indexOf(node) + (event.key === "ArrowDown" ? 1 : -1);
    if (next < 0) box().focus();
    else if (list[next]) list[next].focus();
  }

  function pick(node) {
    const [kind, value] = node.dataset.found.split(/:(.*)/);
    if (kind === "case") cloud.desk.choose(value);
    else if (kind === "grid") cloud.cards.choose({ grid: value, kind: node.dataset.kind || "" });
    else cloud.map.centre(...value.split("_").map(Number));
    const input = box();
    input.value = "";
    ask("");
    document.activeElement.blur(); // the next key is about what was chosen
  }

  function focus() {
    const input = box();
    if (input) input.focus();
  }

  document.addEventListener("keydown", walk, true);
  document.addEventListener("click", (event) => {
    const node = event.target.closest("#desk-found [data-found]");
    if (node) pick(node);
  });

  cloud.deskSearch = { focus, box };
})((window.cloud = window.cloud || {}));
