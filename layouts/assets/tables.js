/* The tables of the module pages: rows from the picture, in order of need. */
(function (cloud) {
  "use strict";
  const MOST_ROWS = 300;
  const NUMBERS = ["open", "on_duty", "left"];

  function render(picture, directory, at) {
    for (const body of document.querySelectorAll("tbody[data-rows]")) {
      const source = SOURCES[body.dataset.rows];
      const rows = source(picture, directory, at, cloud.view.state.view);
      write(body, rows);
      const shown = Math.min(rows.length, MOST_ROWS);
      const { view } = cloud.view.state;
      const isAll = !view.village && !view.category && !view.severity;
      const apart = body.dataset.rows === "cases" && isAll && picture.hidden ? `，另 ${picture.hidden} 件不上墙` : "";
      const whole = isAll ? "" : "，上方数字仍为全镇";
      const rest = rows.length > shown ? `，列出前 ${shown}；请用筛选缩小范围` : "";
      cloud.dom.live(`table-${body.dataset.rows}`, `共 ${cloud.derive.number(rows.length)}${apart}${whole}${rest}`);
    }
  }

  function write(body, rows) {
    const keys = [...body.closest("table").querySelectorAll("th[data-column]")].map((th) => th.dataset.column);
    cloud.dom.sync(body, rows.slice(0, MOST_ROWS), (row) => row.key, () => build(keys), (node, row) => {
      keys.forEach((key, index) => cell(node.children[index], row.cells[key], row.tones[key]));
    });
  }

  function build(keys) {
    const node = cloud.dom.make("tr", "");
    for (const key of keys) {
      const td = cloud.dom.make("td", NUMBERS.includes(key) ? "number" : `cell-${key}`);
      td.append(cloud.dom.make("span", "cell", ""));
      node.append(td);
    }
    return node;
  }

  function cell(td, words, tone) {
    if (tone && tone.startsWith("mark ")) {
      td.classList.add("with-mark");
      cloud.dom.attribute(td, "data-mark", tone.slice(5));
    } else cloud.dom.attribute(td, "data-tone", tone || null);
    cloud.dom.cut(td.firstChild, words);
  }

  /** Grids: those that need somebody and have nobody first, then by load. */
  function grids(picture, directory, at, view) {
    const watched = (directory.kinds[0] || {}).key;
    return Object.entries(directory.grids)
      .filter(([, grid]) => (!view.kind || grid.kind === view.kind) && (!view.village || grid.village === view.village))
      .map(([code, grid]) => gridRow(code, grid, picture.grids[code] || { open: 0, on_duty: 0, last_patrol: null }, directory, at, watched))
      .sort((a, b) => b.need - a.need || b.open - a.open || a.key.localeCompare(b.key));
  }

  function gridRow(code, grid, live, directory, at, watched) {
    const need = live.on_duty === 0 && grid.kind === watched ? 1 : 0;
    return {
      key: code,
      need,
      open: live.open,
      cells: {
        code,
        name: grid.name,
        kind: directory.words.kind[grid.kind] || grid.kind,
        village: grid.village_name || "—",
        open: String(live.open),
        on_duty: need ? "无人值守" : cloud.derive.number(live.on_duty),
        last_patrol: cloud.clock.age(live.last_patrol, at),
      },
      tones: { on_duty: need ? "soon" : "" },
    };
  }

  /** Open cases in order of urgency. */
  function cases(picture, directory, at, view) {
    return cloud.derive
      .cases(picture)
      .filter((row) => cloud.derive.matches(row, view))
      .sort(cloud.derive.byUrgency(at, directory.severities))
      .map((row) => caseRow(row, directory, at));
  }

  function caseRow(row, directory, at) {
    const { words } = directory;
    const minutes = cloud.clock.minutesLeft(row.due_at, at);
    const grid = directory.grids[row.grid];
    return {
      key: row.id,
      cells: {
        severity: words.severity[row.severity] || row.severity,
        title: row.title,
        place: cloud.lists.placeWords(row, directory),
        grid: grid ? grid.name : "未定位",
        state: words.state[row.state] || row.state,
        channel: row.is_dimmed ? "—" : words.channel[row.channel] || row.channel || "—",
        reported: cloud.clock.age(row.reported_at, at),
        left: cloud.clock.left(minutes),
        number: row.number,
      },
      tones: { severity: "mark " + row.severity, left: cloud.clock.tone(minutes) },
    };
  }

  const SOURCES = { grids, cases };
  cloud.tables = { render, grids, cases };
})((window.cloud = window.cloud || {}));
