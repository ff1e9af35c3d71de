/* The map on the page: first figure, then only what changed; picking, scale bar, and the kept range. */
(function (cloud) {
  "use strict";
  const GAP_MS = 150; // words go first, on every screen; the map follows
  const SHARE = 4; // a drawing that took t waits 4t before the next: slow machines stay answerable
  const REACH_PX = 8; // a click this near to a symbol means it
  const STYLE = ["fillcolor", "fillpattern.shape", "fillpattern.bgcolor", "opacity"];
  const POINTS = ["x", "y", "customdata"];
  const SIZES = ["marker.size", "marker.line.width", "textfont.size", "line.width", "fillpattern.size"];
  const state = { timer: 0, drawnAt: 0, took: 0, isBusy: false, graph: null, rem: 0, width: 0, height: 0 };

  function find() {
    const graph = document.querySelector("#map .js-plotly-plot");
    return graph && graph.data && graph.data.length && graph._fullLayout && window.Plotly.restyle ? graph : null;
  }

  function remPixels() {
    return parseFloat(getComputedStyle(document.documentElement).fontSize);
  }

  function isWall() {
    return document.documentElement.dataset.page === "wall";
  }

  /** The whole figure for the first drawing: polygons from the page, the rest from picture and view. */
  function build(base) {
    if (!base) return window.dash_clientside.no_update;
    cloud.view.enter();
    const { view } = cloud.view.state;
    const meta = base.layout.meta;
    const rem = remPixels();
    const look = cloud.figure.wanted(base.data, meta, cloud.feed.state.picture, view);
    const size = cloud.figure.sizes(base.data, rem, isWall());
    const spots = placeLabels(base.data, meta.bounds, document.getElementById("map"), rem);
    const data = base.data.map((trace, i) => cloud.figure.dress(trace, { ...size[i], ...look[i], ...spots[i] }));
    return { data, layout: layoutFor(base.layout, view) };
  }

  function layoutFor(layout, view) {
    if (!view.range) return layout;
    const [x0, y0, x1, y1] = view.range;
    const xaxis = { ...layout.xaxis, range: [x0, x1] };
    return { ...layout, xaxis, yaxis: { ...layout.yaxis, range: [y0, y1] } };
  }

  /** Where the words stand when the whole town is shown: {trace index: {x, y, text}}. */
  function placeLabels(data, bounds, panel, rem) {
    if (!panel || !panel.clientWidth) return {};
    const [xmin, ymin, xmax, ymax] = bounds;
    const perPx = Math.max((xmax - xmin) / panel.clientWidth, (ymax - ymin) / panel.clientHeight);
    const frame = { w: (xmax - xmin) / perPx, h: (ymax - ymin) / perPx };
    const size = cloud.figure.sizes(data, rem, isWall());
    const boxes = (index) =>
      data[index].text.map((words, i) =>
        cloud.labels.box(words, (data[index].x[i] - xmin) / perPx, (ymax - data[index].y[i]) / perPx, size[index]["textfont.size"]));
    const back = (list) => ({ x: list.map((b) => b.x * perPx + xmin), y: list.map((b) => ymax - b.y * perPx) });
    const result = {};
    let taken = [];
    const each = (test, act) => data.forEach((trace, index) => trace.meta.text && test(trace.meta.role) && act(trace, index));
    each((role) => role === "names", (trace, index) => {
      taken = cloud.labels.spread(boxes(index), frame);
      result[index] = back(taken);
    });
    each((role) => role === "places", (trace, index) => {
      const list = boxes(index);
      const clear = cloud.labels.admit(list, taken).map((isClear) => isClear && !isWall());
      taken = [...taken, ...list.filter((_, i) => clear[i])];
      result[index] = { text: trace.text.map((words, i) => (clear[i] ? words : "")) };
    });
    each((role) => role.startsWith("numbers-"), (trace, index) => {
      const clear = cloud.labels.admit(boxes(index), taken);
      result[index] = { text: trace.text.map((words, i) => (clear[i] ? words : "")) };
    });
    return result;
  }

  /** Ask for a drawing soon; many askings in a row make one drawing. */
  function schedule() {
    if (state.timer) return;
    const rest = state.drawnAt + SHARE * state.took - performance.now();
    const wait = Math.max(GAP_MS, rest);
    state.timer = window.setTimeout(() => {
      state.timer = 0;
      draw();
    }, wait);
  }

  async function draw() {
    const graph = find();
    if (!graph || state.isBusy) return;
    attach(graph);
    const { view } = cloud.view.state;
    const { picture } = cloud.feed.state;
    legend(graph, picture, view);
    scaleBar(graph);
    state.isBusy = true;
    const began = performance.now();
    try {
      const look = cloud.figure.wanted(graph.data, graph.layout.meta, picture, view);
      await restyle(graph, look, ["visible"]);
      await restyle(graph, look, STYLE);
      await restyle(graph, look, POINTS);
      await rescale(graph);
    } finally {
      state.isBusy = false;
      state.drawnAt = performance.now();
      state.took = state.drawnAt - began;
    }
  }

  /** Change the given attributes where a trace differs from what is wanted, in one call. */
  async function restyle(graph, look, names) {
    const indices = [];
    look.forEach((want, index) => {
      const isShown = names[0] === "visible" || want.visible !== false;
      if (isShown && names.some((name) => name in want && differs(cloud.figure.read(graph.data[index], name), want[name]))) indices.push(index);
    });
    if (!indices.length) return;
    const update = {};
    for (const name of names) {
      if (indices.some((index) => name in look[index])) {
        update[name] = indices.map((index) => (name in look[index] ? look[index][name] : cloud.figure.read(graph.data[index], name)));
      }
    }
    await window.Plotly.restyle(graph, update, indices);
  }

  function differs(have, want) {
    if (!Array.isArray(want)) return have !== want;
    if (!have || have.length !== want.length) return true;
    for (let i = 0; i < want.length; i += 1) if (have[i] !== want[i]) return true;
    return false;
  }

  /** Sizes and words follow the screen's size. */
  async function rescale(graph) {
    const rem = remPixels();
    const panel = document.getElementById("map");
    if (rem === state.rem && panel.clientWidth === state.width && panel.clientHeight === state.height) return;
    const isFirst = !state.rem;
    Object.assign(state, { rem, width: panel.clientWidth, height: panel.clientHeight });
    if (isFirst) return;
    const base = pageFigure();
    const spots = placeLabels(base.data, graph.layout.meta.bounds, panel, rem);
    const want = cloud.figure.sizes(graph.data, rem, isWall());
    await restyle(graph, want, SIZES);
    const words = base.data.map((trace, index) => spots[index] || {});
    await restyle(graph, words, ["x", "y", "text"]);
  }

  let base = null;
  function pageFigure() {
    return base;
  }

  function attach(graph) {
    if (state.graph === graph) return;
    Object.assign(state, { graph, rem: 0 });
    if (!graph.on) return;
    graph.on("plotly_relayout", (change) => moved(graph, change));
    graph.on("plotly_afterplot", () => scaleBar(graph));
    if (isWall()) return;
    graph.on("plotly_hover", (event) => cloud.cards.tip(graph, event));
    graph.on("plotly_unhover", () => cloud.cards.tip(graph, null));
  }

  /** Keep the range that the operator moved to. */
  function moved(graph, change) {
    if (!Object.keys(change).some((key) => key.startsWith("xaxis") || key.startsWith("yaxis"))) return;
    const { xaxis, yaxis } = graph._fullLayout;
    const [x0, x1] = xaxis.range;
    const [y0, y1] = yaxis.range;
    cloud.view.change({ range: change.isHome ? null : [x0, y0, x1, y1] });
  }

  /** Show the whole town again. */
  async function home() {
    const graph = find();
    if (!graph) return;
    const [x0, y0, x1, y1] = graph.layout.meta.bounds;
    await window.Plotly.relayout(graph, { "xaxis.range": [x0, x1], "yaxis.range": [y0, y1] });
    cloud.view.change({ range: null });
  }

  /** What lies under a point of the screen: {case, grid}, each "" where there is none; null off the map. */
  function at(clientX, clientY) {
    const graph = find();
    if (!graph) return null;
    const { xaxis, yaxis } = graph._fullLayout;
    const box = graph.getBoundingClientRect();
    const x = xaxis.p2l(clientX - box.left - xaxis._offset);
    const y = yaxis.p2l(clientY - box.top - yaxis._offset);
    const perPx = Math.abs(xaxis.range[1] - xaxis.range[0]) / xaxis._length;
    const index = cloud.figure.gridAt(graph.data, cloud.figure.kindOf(graph.data, cloud.view.state.view), x, y);
    return {
      case: cloud.figure.caseAt(graph.data, x, y, REACH_PX * perPx),
      grid: index < 0 ? "" : graph.data[index].meta.code,
    };
  }

  /** A click chooses a case where one lies, else the grid, else nothing. */
  function pick(clientX, clientY) {
    const hit = at(clientX, clientY);
    if (hit) cloud.cards.choose(hit.case ? { case: hit.case } : { case: "", grid: hit.grid });
  }

  function legend(graph, picture, view) {
    const kind = cloud.figure.kindOf(graph.data, view);
    const limits = cloud.figure.limits(graph.data, graph.layout.meta, picture, kind);
    cloud.derive.bandWords(limits).forEach((words, index) => cloud.dom.live(`band-${index}`, words));
  }

  function scaleBar(graph) {
    const line = document.querySelector("[data-scale]");
    const axis = graph._fullLayout && graph._fullLayout.xaxis;
    if (!line || !axis || !axis._length) return;
    const perPx = Math.abs(axis.range[1] - axis.range[0]) / axis._length;
    const metres = cloud.labels.roundLength(perPx * Math.min(axis._length * 0.22, 9 * remPixels()));
    line.style.width = `${metres / perPx}px`;
    cloud.dom.live("scale", metres < 1000 ? `${metres} 米` : `${metres / 1000} 公里`);
  }

  /** The page's figure for the first time. */
  function first(figure) {
    base = figure;
    const built = build(figure);
    window.setTimeout(schedule, 0);
    return built;
  }

  window.addEventListener("resize", () => schedule());
  cloud.map = { first, build, schedule, home, find, at, pick, state };
})((window.cloud = window.cloud || {}));
