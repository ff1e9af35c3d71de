/* The lists of cases: most urgent, newest, without a place. */
(function (cloud) {
  "use strict";
  const DESK_ROWS = 60;
  const LEAST_ROWS = 2; // before the first row can be measured

  function render(picture, directory, at) {
    const { view } = cloud.view.state;
    const all = cloud.derive.cases(picture).filter((row) => cloud.derive.matches(row, view));
    const tray = all.filter((row) => !cloud.derive.isPlaced(row) && !row.is_dimmed);
    const orders = {
      urgent: (count) => cloud.derive.first(all, cloud.derive.byUrgency(at, directory.severities), count),
      newest: (count) => cloud.derive.first(all, cloud.derive.byArrival, count),
      tray: (count) => cloud.derive.first(tray, cloud.derive.byArrival, count),
    };
    for (const list of document.querySelectorAll("[data-list]")) {
      const name = list.dataset.list === "chosen" ? view.list : list.dataset.list;
      if (orders[name]) fill(list, orders[name], directory, at, name);
    }
    cloud.dom.live("count-urgent", cloud.derive.number(all.length));
    cloud.dom.live("count-tray", cloud.derive.number(tray.length));
    note(all.length, view);
  }

  function note(count, view) {
    const isFiltered = view.village || view.category || view.severity;
    const shown = Math.min(count, DESK_ROWS);
    const words = isFiltered ? `筛选出 ${cloud.derive.number(count)} 件，关键数字仍为全镇` : "";
    const rest = count > shown && view.list !== "tray" ? `列出前 ${shown} 件` : "";
    cloud.dom.live("list-note", [words, rest].filter(Boolean).join("，"));
  }

  /** Write a list's rows; `rows(count)` gives the first `count` of them in its order. */
  function fill(list, rows, directory, at, name) {
    const isFixed = list.dataset.list !== "chosen";
    const write = (count) =>
      cloud.dom.sync(list, rows(count), (row) => row.id, () => build(isFixed), (node, row) =>
        caseRow(node, row, directory, at, name));
    if (!isFixed) return write(DESK_ROWS);
    if (!list.firstElementChild) write(1);
    write(cloud.dom.capacity(list, LEAST_ROWS));
  }

  function build(isFixed) {
    const node = cloud.dom.make("li", "case");
    const body = isFixed ? node : cloud.dom.make("button", "case-button");
    const mark = cloud.dom.make("span", "mark");
    mark.setAttribute("role", "img");
    body.append(
      mark,
      cloud.dom.make("span", "case-title", ""),
      cloud.dom.make("span", "case-left", ""),
      cloud.dom.make("span", "case-place", ""),
      cloud.dom.make("span", "case-more", ""),
    );
    if (!isFixed) node.append(body);
    return node;
  }

  function caseRow(node, row, directory, at, name) {
    const [mark, title, left, place, more] = node.querySelectorAll(".mark, .case-title, .case-left, .case-place, .case-more");
    const words = directory.words;
    const minutes = cloud.clock.minutesLeft(row.due_at, at);
    cloud.dom.attribute(node, "data-case", String(row.id));
    cloud.dom.flag(node, "is-chosen", String(row.id) === cloud.view.state.view.case);
    mark.className = "mark " + row.severity;
    cloud.dom.attribute(mark, "aria-label", words.severity[row.severity] || row.severity);
    cloud.dom.attribute(mark, "title", words.severity[row.severity] || row.severity);
    cloud.dom.cut(title, row.title);
    cloud.dom.cut(place, placeWords(row, directory));
    cloud.dom.text(left, name === "newest" ? cloud.clock.age(row.reported_at, at) : cloud.clock.left(minutes));
    cloud.dom.attribute(left, "data-tone", name === "newest" ? "" : cloud.clock.tone(minutes));
    const state = words.state[row.state] || row.state;
    const told = name === "newest" ? cloud.clock.left(minutes) : state;
    cloud.dom.text(more, [told, words.asking[row.asks], row.is_provisional && "时限暂定"].filter(Boolean).join(" · "));
  }

  /** Where a case is, in words: its place, else its grid, else its village; a masked one says so. */
  function placeWords(row, directory) {
    const grid = directory.grids[row.grid];
    const where = row.place || (grid && grid.name) || directory.villages[row.village] || "未定位";
    return row.is_dimmed ? `${where} · 内容遮蔽` : where;
  }

  cloud.lists = { render, build, caseRow, placeWords };
})((window.cloud = window.cloud || {}));
