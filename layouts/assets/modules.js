/* A module's page: which pane is shown, what was picked; board, layers and records are asked for when they are due. */
(function (cloud) {
  "use strict";
  const AGAIN_MS = 60000;
  const BACK_MS = 15000; // so long the board may take to be drawn without the card
  const DRAWN_MS = 100;
  const CHANGED_MS = 30000; // a change of the town is asked for at most so often
  const state = { wish: "", askedAt: 0, revision: null, asks: 0, records: "", isAwaited: false, back: null, told: null };

  function holder() {
    return document.querySelector("[data-module]");
  }

  function pane() {
    return cloud.view.state.view.pane || "board";
  }

  /** Show the chosen pane, and ask for what stands in it where it changed or grew old. */
  function render(picture) {
    const node = holder();
    if (!node || !window.dash_clientside.set_props) return Object.assign(state, { wish: "", records: "" });
    const { view } = cloud.view.state;
    for (const part of node.querySelectorAll("[data-pane]")) part.hidden = part.dataset.pane !== pane();
    cloud.layers.render();
    const wish = { module: node.dataset.module, pane: pane(), pick: view.pick };
    if (isDue(JSON.stringify(wish), picture)) {
      Object.assign(state, { wish: JSON.stringify(wish), askedAt: performance.now(), revision: picture.revision });
      tell("board-wish", wish);
    }
    records(node.dataset.module, view.table);
    form(node.querySelector("[data-wish]"), view.pick);
  }

  /** Tell a form of the page what was picked: when it appears, and when that changed. */
  function form(node, pick) {
    if (!node || node.dataset.told === pick) return;
    node.dataset.told = pick;
    tell(node.dataset.wish, { pick });
  }

  function isDue(wish, picture) {
    const waited = performance.now() - state.askedAt;
    return wish !== state.wish || waited > AGAIN_MS || (picture.revision !== state.revision && waited > CHANGED_MS);
  }

  function records(module, table) {
    const wish = pane() === "records" ? JSON.stringify({ module, table }) : state.records;
    if (wish === state.records) return;
    state.records = wish;
    tell("records-wish", { module, table });
  }

  function tell(id, data) {
    state.asks += 1;
    window.dash_clientside.set_props(id, { data: { ...data, n: state.asks } });
  }

  function pressed(event) {
    const row = event.target.closest("[data-pick]");
    const tab = event.target.closest("[data-table]");
    if (row) pick(row, event.detail === 0);
    else if (tab) cloud.view.change({ table: tab.dataset.table });
    else return;
    cloud.screen.render();
  }

  /** Open the card of a row; one that was opened by the keyboard takes the focus when it comes. */
  function pick(row, isByKey) {
    state.isAwaited = isByKey && !row.closest("#board-card");
    const { paneOfPick } = row.dataset;
    cloud.view.change({ pick: row.dataset.pick, ...(paneOfPick && { pane: paneOfPick }) });
  }

  function arrived() {
    written();
    const close = state.isAwaited && document.querySelector("#board-card .close");
    if (!close) return;
    state.isAwaited = false;
    close.focus();
  }

  /** What a form has just written shows on the board at once. */
  function written() {
    const told = holder() && document.querySelector(".change-told .good");
    if (told === state.told) return;
    state.told = told;
    if (!told) return;
    state.wish = "";
    cloud.screen.render();
  }

  /** A board that is drawn anew drops the focus; for a while the row of a closed card takes it back. */
  function lost(event) {
    if (state.back && !event.relatedTarget) window.setTimeout(back, DRAWN_MS);
  }

  function back() {
    if (!state.back || performance.now() > state.back.until) state.back = null;
    else if (document.activeElement === document.body) {
      focusRow(state.back.pick);
      window.setTimeout(back, DRAWN_MS); // until the row is there, and stays
    }
  }

  function focusRow(pick) {
    const rows = [...document.querySelectorAll("[data-pick]")];
    const row = rows.find((one) => one.dataset.pick === pick && !one.closest("#board-card"));
    if (row) row.focus();
  }

  /** A form that opens below or above what is seen comes into sight. */
  function toggled(event) {
    if (event.target.matches(".change[open]")) event.target.scrollIntoView({ block: "nearest" });
  }

  /** Escape closes the card, and the focus is back on the row that opened it. */
  function escaped(event) {
    const { view } = cloud.view.state;
    const card = document.getElementById("board-card");
    if (event.key !== "Escape" || !holder() || !view.pick || !card || view.indicator) return;
    state.back = { pick: view.pick, until: performance.now() + BACK_MS };
    cloud.view.change({ pick: "" });
    cloud.screen.render();
    focusRow(state.back.pick);
  }

  document.addEventListener("click", pressed);
  document.addEventListener("keydown", escaped);
  document.addEventListener("focusout", lost);
  document.addEventListener("toggle", toggled, true);
  new MutationObserver(arrived).observe(document.documentElement, { childList: true, subtree: true });
  cloud.modules = { render, pane };

  /* The look of the grid of records: the house's own colours and sizes. */
  const functions = (window.dashAgGridFunctions = window.dashAgGridFunctions || {});
  functions.cloudTheme = (agGrid) => agGrid.themeQuartz.withParams({
    backgroundColor: "#101a2c", foregroundColor: "#eaf1fb", headerBackgroundColor: "#16233a", headerTextColor: "#9db0cb",
    borderColor: "#1f2d45", rowHoverColor: "#16233a", accentColor: "#5fb0ff", browserColorScheme: "dark",
    menuBackgroundColor: "#16233a", fontFamily: "inherit", fontSize: "0.875rem", headerFontSize: "0.875rem",
    headerFontWeight: 500, spacing: "0.375rem", wrapperBorderRadius: 0, oddRowBackgroundColor: "#0f1828",
  });
})((window.cloud = window.cloud || {}));
