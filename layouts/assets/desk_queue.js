/* The queue: who waits for this seat, in the order of the time left; one step up or down. */
(function (cloud) {
  "use strict";
  const MOST = 150;
  const state = { rows: [], place: 0 };

  const TESTS = {
    mine: (row, at, seat) => Boolean(seat) && (seat.mine.includes(row.state) || seat.decides.includes(row.asks)),
    overdue: (row, at) => Boolean(row.due_at) && Date.parse(row.due_at) <= at,
    all: () => true,
  };

  const NOTHING = { mine: "没有等待本席处理的案卷，超期和全部在上方切换", overdue: "没有超期案卷", all: "没有在办案卷" };

  function tabOf(view) {
    return TESTS[view.tab] ? view.tab : "mine";
  }

  /** The least time left first; without a limit last; among equals the most urgent, then the oldest. Pure. */
  function order(rows, severities) {
    const due = (row) => (row.due_at ? Date.parse(row.due_at) : Infinity);
    const rank = (row) => severities.indexOf(row.severity);
    return [...rows].sort((a, b) => {
      const [first, second] = [due(a), due(b)];
      if (first !== second) return first < second ? -1 : 1;
      return rank(a) - rank(b) || a.id - b.id;
    });
  }

  function render(picture, directory, at) {
    const { view } = cloud.view.state;
    const { seat } = cloud.desk.state;
    const all = cloud.derive.cases(picture).filter((row) => cloud.derive.matches(row, view));
    for (const [name, test] of Object.entries(TESTS)) {
      cloud.dom.live(`queue-${name}`, cloud.derive.number(all.filter((row) => test(row, at, seat)).length));
    }
    state.rows = order(all.filter((row) => TESTS[tabOf(view)](row, at, seat)), directory.severities);
    const index = indexOf(view.case);
    if (index >= 0) state.place = index;
    fill(picture, directory, at);
  }

  function indexOf(id) {
    return state.rows.findIndex((row) => String(row.id) === id);
  }

  function fill(picture, directory, at) {
    const list = cloud.desk.part("queue");
    const shown = state.rows.slice(0, MOST);
    cloud.dom.sync(list, shown, (row) => row.id, () => cloud.lists.build(false), (node, row) => {
      cloud.lists.caseRow(node, row, directory, at, "urgent");
      cloud.dom.text(node.querySelector(".case-place"), placeAndChannel(row, directory));
      cloud.dom.attribute(node.firstElementChild, "aria-current", node.classList.contains("is-chosen") ? "true" : null);
    });
    const rest = state.rows.length - shown.length;
    const nothing = state.rows.length ? "" : NOTHING[tabOf(cloud.view.state.view)];
    cloud.dom.live("queue-note", rest > 0 ? `列出前 ${MOST} 件，另有 ${cloud.derive.number(rest)} 件` : nothing);
    follow(list);
  }

  function placeAndChannel(row, directory) {
    const channel = directory.words.channel[row.channel] || row.channel;
    return [cloud.lists.placeWords(row, directory), channel].filter(Boolean).join(" · ");
  }

  /** A newly chosen case is scrolled into sight once. */
  function follow(list) {
    const { view } = cloud.view.state;
    const { state: desk } = cloud.desk;
    if (desk.shown === view.case) return;
    desk.shown = view.case;
    const node = list.querySelector(".is-chosen");
    if (node) node.scrollIntoView({ block: "nearest" });
  }

  /** Choose the next (+1) or previous (−1) case; where the chosen one has left, the one in its place. */
  function step(by) {
    if (!state.rows.length) return;
    const index = indexOf(cloud.view.state.view.case);
    const wanted = index < 0 ? state.place + (by > 0 ? 0 : -1) : index + by;
    const row = state.rows[Math.min(Math.max(wanted, 0), state.rows.length - 1)];
    cloud.desk.choose(row.id);
  }

  cloud.deskQueue = { state, order, tabOf, render, step };
})((window.cloud = window.cloud || {}));
