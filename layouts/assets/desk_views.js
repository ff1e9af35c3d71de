/* Saved views: the queue's filters under a name, kept by the server for the person who works here. */
(function (cloud) {
  "use strict";
  const state = { rows: [], asked: 0 };

  /** Take the views that the server keeps, and what it refused. */
  function known(answer) {
    if (!answer) return;
    state.rows = answer.rows;
    if (answer.refusal) cloud.deskStrips.refuse(answer.refusal);
    const box = cloud.desk.part("views");
    if (box) box.replaceChildren();
    render();
  }

  /** The part of the view that is worth keeping: tab and filters, not the chosen case or the map's range. */
  function query() {
    const { view, EMPTY } = { view: cloud.view.state.view, EMPTY: cloud.view.EMPTY };
    const { tab, village, category, severity } = view;
    return cloud.view.encode({ ...EMPTY, tab, village, category, severity });
  }

  function render() {
    const holder = cloud.desk.part("views");
    if (!holder) return;
    cloud.deskSearch.box();
    if (!holder.firstChild) holder.append(...build());
    const select = holder.querySelector("select");
    const found = state.rows.find((row) => row.query === query());
    const value = found ? String(found.id) : "";
    if (select.value !== value) select.value = value;
    holder.querySelector('[data-view="save"]').hidden = Boolean(found) || !query();
    holder.querySelector('[data-view="drop"]').hidden = !found;
  }

  function build() {
    const select = cloud.dom.make("select", "select");
    select.setAttribute("aria-label", "我的视图");
    select.append(new Option("我的视图", ""), ...state.rows.map((row) => new Option(row.name, row.id)));
    select.addEventListener("change", () => use(select.value));
    return [select, button("save", "保存", save), button("drop", "删除", drop)];
  }

  function button(name, words, act) {
    const node = cloud.dom.make("button", "quiet", words);
    node.dataset.view = name;
    node.addEventListener("click", act);
    return node;
  }

  function use(id) {
    const row = state.rows.find((one) => String(one.id) === id);
    const { tab, village, category, severity } = cloud.view.decode(row ? row.query : "");
    cloud.view.change({ tab, village, category, severity });
    cloud.screen.render();
  }

  /** The name is proposed from the filters themselves; nothing has to be typed. */
  function save() {
    const words = [...document.querySelectorAll(".queue [data-choose]")]
      .filter((box) => box.value).map((box) => box.selectedOptions[0].textContent);
    const tab = document.querySelector('.queue .tab[aria-pressed="true"] span');
    tell({ save: { name: [tab ? tab.textContent : "", ...words].filter(Boolean).join(" · "), query: query() } });
  }

  function drop() {
    const found = state.rows.find((row) => row.query === query());
    if (found) tell({ drop: found.id });
  }

  function tell(wish) {
    state.asked += 1;
    cloud.desk.tell("desk-view-wish", { ...wish, n: state.asked });
  }

  cloud.deskViews = { state, known, render };
})((window.cloud = window.cloud || {}));
