/* The view an operator chose: in the address, kept across updates, reloads and pages. */
(function (cloud) {
  "use strict";
  const EMPTY = {
    kind: "", layers: ["names"], village: "", category: "", severity: "", list: "urgent",
    grid: "", case: "", range: null, tab: "", period: "", indicator: "", by: "",
    pane: "", pick: "", table: "", layer: "", unit: "", module: "", compare: "", rank: "",
  };
  const WORDS = ["kind", "village", "category", "severity", "grid", "case", "tab", "period", "indicator", "by", "pane", "pick", "table", "layer", "unit", "module", "compare", "rank"];
  // What "back" takes away again: what figures are asked for, and which of them was opened.
  const STEPS = ["period", "compare", "module", "village", "unit", "indicator", "by"];
  const APART = { village: "unit", unit: "village" }; // sums are kept by grid and by unit, not by both
  const remembered = {};
  const state = { path: null, view: { ...EMPTY } };

  /** Write a view as a query string; what is as usual is left out. */
  function encode(view) {
    const query = new URLSearchParams();
    for (const name of WORDS) if (view[name]) query.set(name, view[name]);
    if (view.list !== EMPTY.list) query.set("list", view.list);
    if (view.layers.join() !== EMPTY.layers.join()) query.set("layers", view.layers.join("-") || "none");
    if (view.range) query.set("at", view.range.map((metres) => Number(metres.toFixed(3))).join("_"));
    const text = query.toString();
    return text ? "?" + text : "";
  }

  /** Read a view from a query string; what is not understood is as usual. */
  function decode(text) {
    const query = new URLSearchParams(text);
    const view = { ...EMPTY };
    for (const name of WORDS) view[name] = query.get(name) || "";
    view.list = query.get("list") || EMPTY.list;
    const layers = query.get("layers");
    if (layers !== null) view.layers = layers.split("-").filter((word) => word && word !== "none");
    view.range = range(query.get("at"));
    return view;
  }

  function range(text) {
    const numbers = (text || "").split("_").map(Number);
    const isGood = numbers.length === 4 && numbers.every(Number.isFinite);
    return isGood && numbers[0] < numbers[2] && numbers[1] < numbers[3] ? numbers : null;
  }

  /** Take up the view of the page that is shown: from the address, else as it was left. */
  function enter() {
    if (state.path === location.pathname) return;
    state.path = location.pathname;
    state.view = location.search ? decode(location.search) : remembered[state.path] || decode("");
    write();
  }

  /** Change parts of the view and say so in the address: as a step of the history, or in place of the last one. */
  function change(parts) {
    const others = Object.keys(parts).filter((name) => parts[name] && APART[name]).map((name) => [APART[name], ""]);
    const isStep = STEPS.some((name) => name in parts && parts[name] !== state.view[name]);
    state.view = { ...state.view, ...parts, ...Object.fromEntries(others) };
    write(isStep);
  }

  function write(isStep) {
    if (state.path !== location.pathname) return;
    remembered[state.path] = state.view;
    const address = location.pathname + encode(state.view) + location.hash;
    if (address === location.pathname + location.search + location.hash) return;
    if (isStep) history.pushState(history.state, "", address);
    else history.replaceState(history.state, "", address);
  }

  /** Back or forward on the same page: its view is what the address says now. */
  function stepped() {
    if (state.path !== location.pathname) return;
    state.view = remembered[state.path] = decode(location.search);
    cloud.screen.render();
    cloud.cards.ask();
  }

  window.addEventListener("popstate", stepped);

  cloud.view = { state, encode, decode, enter, change, EMPTY };
})((window.cloud = window.cloud || {}));
