/* Indicators of a module page: asked for when the page stands, when the period changes, and once a minute. */
(function (cloud) {
  "use strict";
  const AGAIN_MS = 60000;
  const state = { asked: "", askedAt: 0, asks: 0, drilled: "", opener: null };

  function holder() {
    return document.querySelector("[data-indicators]");
  }

  /** Ask for the figures of the page's module, and for what was chosen among them. */
  function render() {
    const node = holder();
    if (!node || !window.dash_clientside.set_props) return leave();
    const { view } = cloud.view.state;
    narrowed();
    ranked();
    const wish = JSON.stringify({ module: node.dataset.indicators, only: view.module, compare: view.compare, ...scope() });
    const isDue = performance.now() - state.askedAt > AGAIN_MS;
    if (wish === state.asked && !isDue) return drill(view);
    Object.assign(state, { asked: wish, askedAt: performance.now(), drilled: "" });
    tell("indicator-wish", JSON.parse(wish));
    drill(view);
  }

  function drill(view) {
    const by = view.by || holder().dataset.by;
    const wish = view.indicator ? JSON.stringify({ id: view.indicator, by, ...scope() }) : "";
    if (wish === state.drilled) return;
    state.drilled = wish;
    tell("indicator-ask", { id: view.indicator, by, ...scope() });
    for (const node of document.querySelectorAll("[data-indicator]")) {
      cloud.dom.flag(node, "is-chosen", node.dataset.indicator === view.indicator);
    }
    if (!view.indicator) goBack();
  }

  /** Put the keyboard back where it came from when what was opened is closed. */
  function goBack() {
    const { opener } = state;
    state.opener = null;
    const node = opener && [...document.querySelectorAll(`[data-indicator="${opener.indicator}"]`)]
      .find((one) => (one.dataset.by || "") === opener.by);
    if (node) node.focus();
  }

  function tell(id, data) {
    state.asks += 1;
    window.dash_clientside.set_props(id, { data: { ...data, n: state.asks } });
  }

  function period() {
    return cloud.view.state.view.period || "month";
  }

  /** Which figures: their period, and the village or unit that they are narrowed to. */
  function scope() {
    const { village, unit } = cloud.view.state.view;
    return { period: period(), village, unit };
  }

  /** On a page without choices: say what the figures are narrowed to, and let it be taken away. */
  function narrowed() {
    const { view } = cloud.view.state;
    const place = document.querySelector("[data-narrowed]");
    const { directory } = cloud.screen.state;
    if (!place || !directory) return;
    const name = view.village ? directory.villages[view.village] : directory.units[view.unit];
    place.hidden = !name;
    if (!place.firstChild) place.append(cloud.dom.make("span", "", ""), away());
    cloud.dom.text(place.firstChild, name ? `指标只看：${name}` : "");
  }

  function away() {
    const button = cloud.dom.make("button", "button quiet", "看全镇");
    button.addEventListener("click", () => {
      cloud.view.change({ village: "", unit: "" });
      render();
    });
    return button;
  }

  /** The ranking that is shown: the chosen one, else the first. */
  function rank() {
    const ids = [...document.querySelectorAll("[data-rank]")].map((node) => node.dataset.rank);
    const { view } = cloud.view.state;
    return ids.includes(view.rank) ? view.rank : ids[0];
  }

  function ranked() {
    for (const node of document.querySelectorAll("[data-rank]")) node.hidden = node.dataset.rank !== rank();
  }

  function leave() {
    if (state.asked) Object.assign(state, { asked: "", drilled: "" });
  }

  function pressed(event) {
    if (event.target.closest("[data-print]")) return window.print();
    const row = event.target.closest("[data-indicator]");
    const split = event.target.closest("[data-split]");
    if (row) open(row);
    else if (split) cloud.view.change({ by: split.dataset.split });
    else if (event.target.closest("[data-close-drill]")) cloud.view.change({ indicator: "" });
    else return;
    render();
  }

  /** Open what is behind a figure; the keyboard goes there, so that Tab reads on from it. */
  function open(row) {
    const { indicator, by = "" } = row.dataset;
    state.opener = { indicator, by };
    cloud.view.change({ indicator, by: by || cloud.view.state.view.by });
    arrive(document.getElementById("indicator-drill"));
  }

  /** Move the keyboard to what was opened, as soon as it is there. */
  function arrive(drill) {
    if (drill.firstChild) return drill.focus();
    const watch = new MutationObserver(() => {
      watch.disconnect();
      drill.focus();
    });
    watch.observe(drill, { childList: true });
  }

  function keyed(event) {
    if (event.key !== "Escape" || !holder() || !cloud.view.state.view.indicator) return;
    cloud.view.change({ indicator: "" });
    render();
  }

  document.addEventListener("click", pressed);
  document.addEventListener("keydown", keyed);
  cloud.indicators = { render, period, rank };
})((window.cloud = window.cloud || {}));
