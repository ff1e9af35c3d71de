/* Indicators of a module page: asked for when the page stands, when the period changes, and once a minute. */
(function (cloud) {
  "use strict";
  const AGAIN_MS = 60000;
  const state = { asked: "", askedAt: 0, asks: 0, drilled: "" };

  function holder() {
    return document.querySelector("[data-indicators]");
  }

  /** Ask for the figures of the page's module, and for what was chosen among them. */
  function render() {
    const node = holder();
    if (!node || !window.dash_clientside.set_props) return leave();
    const { view } = cloud.view.state;
    const wish = `${node.dataset.indicators} ${period()} ${village()}`;
    const isDue = performance.now() - state.askedAt > AGAIN_MS;
    if (wish === state.asked && !isDue) return drill(view);
    Object.assign(state, { asked: wish, askedAt: performance.now(), drilled: "" });
    tell("indicator-wish", { module: node.dataset.indicators, period: period(), village: village() });
    drill(view);
  }

  function drill(view) {
    const by = view.by || holder().dataset.by;
    const wish = view.indicator ? `${view.indicator} ${by} ${period()} ${village()}` : "";
    if (wish === state.drilled) return;
    state.drilled = wish;
    tell("indicator-ask", { id: view.indicator, by, period: period(), village: village() });
    for (const node of document.querySelectorAll("[data-indicator]")) {
      cloud.dom.flag(node, "is-chosen", node.dataset.indicator === view.indicator);
    }
  }

  function tell(id, data) {
    state.asks += 1;
    window.dash_clientside.set_props(id, { data: { ...data, n: state.asks } });
  }

  function period() {
    return cloud.view.state.view.period || "month";
  }

  /** The village that figures are narrowed to, on a page that narrows them. */
  function village() {
    const node = holder();
    return node && node.dataset.narrows ? cloud.view.state.view.village : "";
  }

  function leave() {
    if (state.asked) Object.assign(state, { asked: "", drilled: "" });
  }

  function pressed(event) {
    if (event.target.closest("[data-print]")) return window.print();
    const row = event.target.closest("[data-indicator]");
    const split = event.target.closest("[data-split]");
    if (row) cloud.view.change({ indicator: row.dataset.indicator, by: row.dataset.by || cloud.view.state.view.by });
    else if (split) cloud.view.change({ by: split.dataset.split });
    else if (event.target.closest("[data-close-drill]")) cloud.view.change({ indicator: "" });
    else return;
    render();
  }

  document.addEventListener("click", pressed);
  cloud.indicators = { render, period };
})((window.cloud = window.cloud || {}));
