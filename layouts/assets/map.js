/* The map on the page: Plotly holds polygons and the moving about, the layers over it are drawn here; picking,
   scale bar, and the kept range. Any page with a `data-map-page` uses it. */
(function (cloud) {
  "use strict";
  const GAP_MS = 150; // words go first, on every screen; the colours of the grids follow
  const SHARE = 4; // a colouring that took t waits 4t before the next: slow machines stay answerable
  const POLL_MS = 30;
  const FIT_MS = 300; // after the last change of the window's size
  const STYLE = ["fillcolor", "fillpattern.shape", "fillpattern.bgcolor", "opacity"];
  const SIZES = ["line.width", "fillpattern.size"];
  const state = {
    base: null, graph: null, rem: 0, // what is drawn on
    timer: 0, fitting: 0, drawnAt: 0, took: 0, isBusy: false, coloured: [], // the colours
    frame: 0, place: "", view: null, // the layers
  };

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

  /** The page's figure for the first time: polygons from the page, the rest from picture and view. */
  function first(base) {
    if (!base) return window.dash_clientside.no_update;
    Object.assign(state, { base, place: "" });
    cloud.points.enter(base.layers);
    cloud.words.enter(base.layers);
    cloud.view.enter();
    window.setTimeout(schedule, 0);
    const { view } = cloud.view.state;
    const look = cloud.figure.wanted(base.data, base.layout.meta, cloud.feed.state.picture, view);
    const size = cloud.figure.sizes(base.data, remPixels());
    const data = base.data.map((trace, i) => cloud.figure.dress(trace, { ...size[i], ...look[i] }));
    return { data, layout: layoutFor(base.layout, view) };
  }

  function layoutFor(layout, view) {
    if (!view.range) return layout;
    const [x0, y0, x1, y1] = view.range;
    const xaxis = { ...layout.xaxis, range: [x0, x1] };
    return { ...layout, xaxis, yaxis: { ...layout.yaxis, range: [y0, y1] } };
  }

  /** Ask for the map to follow picture and view: points in the next frame, colours soon. */
  function schedule() {
    follow();
    if (state.timer) return;
    const rest = state.drawnAt + SHARE * state.took - performance.now();
    state.timer = window.setTimeout(() => {
      state.timer = 0;
      colour();
    }, Math.max(GAP_MS, rest));
  }

  /** Draw the layers in the next frame, where anything about them changed. */
  function follow() {
    if (!state.frame) state.frame = window.requestAnimationFrame(layers);
  }

  function layers() {
    state.frame = 0;
    const graph = find();
    const holder = document.querySelector(".map-layers");
    if (!holder) return;
    if (!graph) return void window.setTimeout(follow, POLL_MS); // the chart library is still on its way
    attach(graph);
    const { view } = cloud.view.state;
    const frame = cloud.frame.of(graph, remPixels());
    const place = JSON.stringify(frame);
    const isMoved = place !== state.place;
    const isOther = view !== state.view;
    if (!cloud.points.take(cloud.feed.state.picture, view) && !isMoved) return;
    Object.assign(state, { place, view });
    cloud.points.draw(holder, frame, cloud.figure.chosenGrid(graph.data, view), isMoved || isOther);
    if (!isMoved && !isOther) return;
    const kind = cloud.figure.kindOf(graph.data, view);
    scaleBar(frame);
    cloud.words.draw(holder, frame, (role) => cloud.figure.isWorded(role, view, kind, isWall()), isWall());
  }

  /** Colour the grids, where picture, view or the screen's size changed. */
  async function colour() {
    const graph = find();
    if (!graph || state.isBusy) return;
    attach(graph);
    const { view } = cloud.view.state;
    const { picture } = cloud.feed.state;
    const rem = remPixels();
    const coloured = [graph, picture && picture.grids, view, rem];
    if (coloured.every((part, i) => part === state.coloured[i])) return;
    state.isBusy = true;
    const began = performance.now();
    try {
      legend(graph, picture, view);
      const look = cloud.figure.wanted(graph.data, graph.layout.meta, picture, view);
      await restyle(graph, look, ["visible"]);
      await restyle(graph, look, STYLE);
      if (rem !== state.rem) await restyle(graph, cloud.figure.sizes(graph.data, rem), SIZES);
      Object.assign(state, { coloured, rem });
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
      if (isShown && names.some((name) => name in want && cloud.figure.read(graph.data[index], name) !== want[name])) indices.push(index);
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

  function attach(graph) {
    if (state.graph === graph) return;
    Object.assign(state, { graph, coloured: [] });
    if (!graph.on) return;
    graph.on("plotly_relayout", (change) => moved(graph, change));
    graph.on("plotly_relayouting", follow);
    graph.on("plotly_afterplot", follow);
  }

  /** Keep the range that the operator moved to. */
  function moved(graph, change) {
    if (!Object.keys(change).some((key) => key.startsWith("xaxis") || key.startsWith("yaxis"))) return;
    const { xaxis, yaxis } = graph._fullLayout;
    const [x0, x1] = xaxis.range;
    const [y0, y1] = yaxis.range;
    cloud.view.change({ range: change.isHome ? null : [x0, y0, x1, y1] });
    follow();
  }

  /** Bring a place (metres) into the middle, near enough to see its surroundings. */
  async function centre(x, y) {
    const graph = find();
    if (!graph) return;
    const [x0, y0, x1, y1] = graph.layout.meta.bounds;
    const [w, h] = [(x1 - x0) / 12, (y1 - y0) / 12];
    await window.Plotly.relayout(graph, { "xaxis.range": [x - w, x + w], "yaxis.range": [y - h, y + h] });
  }

  /** Show the whole town again. */
  async function home() {
    const graph = find();
    if (!graph) return;
    const [x0, y0, x1, y1] = graph.layout.meta.bounds;
    await window.Plotly.relayout(graph, { "xaxis.range": [x0, x1], "yaxis.range": [y0, y1] });
    cloud.view.change({ range: null });
  }

  /**
   * What lies under a point of the screen: {case, staff, grid}, each "" where there is none; null off the map.
   * A symbol counts when it is near, a grid when it holds the point.
   */
  function at(clientX, clientY) {
    const graph = find();
    if (!graph) return null;
    const frame = cloud.frame.of(graph, remPixels());
    const box = graph.getBoundingClientRect();
    const [left, top] = [clientX - box.left, clientY - box.top];
    const hit = cloud.points.at(frame, left, top) || { role: "", id: "" };
    const kind = cloud.figure.kindOf(graph.data, cloud.view.state.view);
    const index = cloud.figure.gridAt(graph.data, kind, frame.x(left), frame.y(top));
    return {
      case: cloud.figure.SEVERITIES.includes(hit.role) ? hit.id : "",
      staff: hit.role === "staff" ? hit.id : "",
      grid: index < 0 ? "" : graph.data[index].meta.code,
    };
  }

  /** A click chooses a case where one lies, else the grid, else nothing. */
  function pick(clientX, clientY) {
    if (cloud.newCase.state.isOpen) return cloud.newCase.picked(clientX, clientY);
    const hit = at(clientX, clientY);
    if (hit) cloud.cards.choose(hit.case ? { case: hit.case } : { grid: hit.grid });
  }

  function legend(graph, picture, view) {
    const kind = cloud.figure.kindOf(graph.data, view);
    const limits = cloud.figure.limits(graph.data, graph.layout.meta, picture, kind);
    cloud.derive.bandWords(limits).forEach((words, index) => cloud.dom.live(`band-${index}`, words));
  }

  function scaleBar(frame) {
    const line = document.querySelector("[data-scale]");
    if (!line) return;
    const metres = cloud.labels.roundLength(Math.min(frame.width * 0.22, 9 * frame.rem) * frame.perPx);
    line.style.width = `${metres / frame.perPx}px`;
    cloud.dom.live("scale", metres < 1000 ? `${metres} 米` : `${metres / 1000} 公里`);
  }

  /** Another size of the window: the chart only ever widens its range, so an unmoved map is fitted anew. */
  function resized() {
    schedule();
    window.clearTimeout(state.fitting);
    state.fitting = window.setTimeout(() => cloud.view.state.view.range || home(), FIT_MS);
  }

  window.addEventListener("resize", resized);
  cloud.map = { first, schedule, follow, home, centre, find, at, pick, state };
})((window.cloud = window.cloud || {}));
