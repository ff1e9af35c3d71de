/* The map of a module: outline, villages, roads and water once; over them points of kinds or villages by number.
   Drawn as vectors, so that wheel and drag only change the part that is looked at. */
(function (cloud) {
  "use strict";
  const SPACE = "http://www.w3.org/2000/svg";
  const MARKS = [["#5fb0ff", "circle"], ["#ffd166", "triangle"], ["#5fd0a5", "square"], ["#ff9f40", "diamond"], ["#e3a5ff", "cross"], ["#9db0cb", "circle"]];
  const BANDS = ["#16283f", "#1b3d5a", "#1f5673", "#2b7386", "#4a9391", "#86b79a"];
  const SIZE = 0.55; // of a point, in rem
  const state = { base: null, layers: [], drawn: "", box: null, drag: null, map: null };

  /** Take layers and shapes as the server wrote them. */
  function hear(layers, base) {
    if (base !== state.base) Object.assign(state, { base, box: null });
    state.layers = layers || [];
    state.drawn = "";
    render();
  }

  function chosen() {
    const { layer } = cloud.view.state.view;
    return state.layers.find((one) => one.key === layer) || state.layers[0];
  }

  /** Draw the chosen layer where anything changed and the map is seen. */
  function render() {
    const holder = document.querySelector("[data-layer-map]");
    if (!holder || !state.base || !holder.clientWidth) return;
    const layer = chosen();
    const sign = JSON.stringify([layer && layer.key, cloud.view.state.view.pick, holder.clientWidth, holder.clientHeight]);
    if (state.drawn === sign && state.map && holder.contains(state.map)) return;
    state.drawn = sign;
    switches();
    if (!state.map || !holder.contains(state.map)) enter(holder);
    draw(layer);
    legend(layer);
  }

  function enter(holder) {
    state.map = make("svg", { preserveAspectRatio: "xMidYMid meet" });
    holder.replaceChildren(state.map);
    state.box = state.box || home();
  }

  function home() {
    const [x0, y0, x1, y1] = state.base.bounds;
    const rim = 0.02 * Math.max(x1 - x0, y1 - y0);
    return [x0 - rim, -y1 - rim, x1 - x0 + 2 * rim, y1 - y0 + 2 * rim];
  }

  function make(tag, attributes, title) {
    const node = document.createElementNS(SPACE, tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    if (title) node.append(Object.assign(document.createElementNS(SPACE, "title"), { textContent: title }));
    return node;
  }

  function path(lines, isClosed) {
    return lines.map((line) => "M" + line.map(([x, y]) => `${x} ${-y}`).join("L") + (isClosed ? "Z" : "")).join("");
  }

  function draw(layer) {
    const { base, map } = state;
    const villages = base.villages.map((village) => area(village, layer));
    const lines = [["river", base.rivers], ["road", base.roads]].map(([name, rows]) =>
      make("path", { class: `layer-${name}`, d: path(rows.map((row) => row.line)) }));
    map.replaceChildren(...villages, ...lines, make("path", { class: "layer-outline", d: path(base.outline, true) }), make("g", {}), make("g", {}));
    look();
    names();
  }

  function area(village, layer) {
    const told = layer && layer.villages[village.code];
    const fill = told ? BANDS[told[1]] : "transparent";
    return make("path", { class: "layer-village", d: path(village.rings || [], true), fill, "fill-rule": "evenodd" },
      told ? `${village.name} ${told[0]}` : village.name);
  }

  /** Metres that a rem is now. */
  function remMetres() {
    const { clientWidth, clientHeight } = state.map.parentElement;
    const scale = Math.min(clientWidth / state.box[2], clientHeight / state.box[3]) || 1;
    return parseFloat(getComputedStyle(document.documentElement).fontSize) / scale;
  }

  function look() {
    state.map.setAttribute("viewBox", state.box.join(" "));
    points(chosen(), remMetres());
  }

  function points(layer, rem) {
    const group = state.map.lastElementChild;
    const { pick } = cloud.view.state.view;
    group.replaceChildren(...(layer ? layer.spots : []).map((spot) => {
      const index = Math.max(0, layer.kinds.findIndex(([key]) => key === spot.kind));
      const [colour, shape] = MARKS[Math.min(index, MARKS.length - 1)];
      const size = SIZE * rem * (spot.pick && spot.pick === pick ? 1.8 : 1);
      const node = make("path", { class: "layer-spot", d: symbol(shape, spot.x, -spot.y, size / 2), fill: colour }, spot.name);
      if (spot.pick) node.dataset.pick = spot.pick;
      if (spot.pick && spot.pick === pick) node.classList.add("is-chosen");
      return node;
    }));
  }

  function symbol(shape, x, y, r) {
    const corners = { square: [[-1, -1], [1, -1], [1, 1], [-1, 1]], diamond: [[0, -1.3], [1.3, 0], [0, 1.3], [-1.3, 0]],
      triangle: [[0, -1.2], [1.2, 1], [-1.2, 1]], cross: [[-0.4, -1.2], [0.4, -1.2], [0.4, -0.4], [1.2, -0.4], [1.2, 0.4], [0.4, 0.4], [0.4, 1.2], [-0.4, 1.2], [-0.4, 0.4], [-1.2, 0.4], [-1.2, -0.4], [-0.4, -0.4]] }[shape];
    if (!corners) return `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z`;
    return "M" + corners.map(([dx, dy]) => `${x + dx * r} ${y + dy * r}`).join("L") + "Z";
  }

  function line(village, down, words) {
    const node = make("tspan", { x: village.x, dy: down });
    node.textContent = words;
    return node;
  }

  function names() {
    const layer = chosen();
    const size = 0.85 * remMetres();
    state.map.children[state.map.children.length - 2].replaceChildren(...state.base.villages.map((village) => {
      const node = make("text", { x: village.x, y: -village.y, class: "layer-name", "font-size": size, "stroke-width": size * 0.2 });
      node.append(line(village, "0", village.name));
      if (layer && layer.villages[village.code]) node.append(line(village, "1.2em", layer.villages[village.code][0]));
      return node;
    }));
  }

  function switches() {
    const holder = document.querySelector("[data-layer-switch]");
    const layer = chosen();
    cloud.dom.sync(holder, state.layers, (one) => one.key, (one) => {
      const node = cloud.dom.make("button", "switch-button", one.name);
      node.dataset.layer = one.key;
      return node;
    }, (node, one) => cloud.dom.attribute(node, "aria-pressed", String(one === layer)));
    cloud.dom.live("layer-note", layer ? layer.note : "没有可以落图的数据");
  }

  function legend(layer) {
    const holder = document.querySelector("[data-layer-legend]");
    const rows = layer ? layer.kinds.map(([key, word], i) => ({ key, word, mark: MARKS[Math.min(i, MARKS.length - 1)], count: layer.spots.filter((spot) => spot.kind === key).length })) : [];
    holder.replaceChildren(...rows.map((row) => {
      const node = cloud.dom.make("span", "legend-group");
      const icon = make("svg", { viewBox: "-1.4 -1.4 2.8 2.8", class: "layer-key" });
      icon.append(make("path", { d: symbol(row.mark[1], 0, 0, 1), fill: row.mark[0] }));
      node.append(icon, cloud.dom.make("span", "", `${row.word} ${row.count}`));
      return node;
    }));
  }

  function at(event) {
    return new DOMPoint(event.clientX, event.clientY).matrixTransform(state.map.getScreenCTM().inverse());
  }

  function wheel(event) {
    if (!state.map || !state.map.contains(event.target)) return;
    event.preventDefault();
    const point = at(event);
    const by = Math.exp(event.deltaY * 0.0015);
    const whole = home();
    const width = Math.min(whole[2], Math.max(200, state.box[2] * by));
    const share = width / state.box[2];
    state.box = width === whole[2] ? whole : [point.x - (point.x - state.box[0]) * share, point.y - (point.y - state.box[1]) * share, width, state.box[3] * share];
    look();
    names();
  }

  function dragged(event) {
    if (!state.drag || !event.buttons) return void (state.drag = null);
    const point = at(event);
    state.box = [state.box[0] + state.drag.x - point.x, state.box[1] + state.drag.y - point.y, state.box[2], state.box[3]];
    state.map.setAttribute("viewBox", state.box.join(" "));
  }

  document.addEventListener("wheel", wheel, { passive: false });
  document.addEventListener("pointerdown", (event) => {
    if (state.map && state.map.contains(event.target)) state.drag = at(event);
  });
  document.addEventListener("pointermove", dragged);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-layer]");
    if (!button) return;
    cloud.view.change({ layer: button.dataset.layer });
    render();
  });
  cloud.layers = { hear, render };
})((window.cloud = window.cloud || {}));
