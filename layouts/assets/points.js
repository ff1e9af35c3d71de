/* Points over the map: people and cases, stamped on two canvases with the words between them. A new case costs
   one pass over the canvas, not one node in the document for every case. */
(function (cloud) {
  "use strict";
  const REACH_PX = 8; // a pointer this near to a symbol means it
  const MARKS = ["chosen-case", "picked"]; // show what is chosen, and cannot be chosen themselves
  const MOST_SPOTS = 200; // more changes than these are drawn as a whole
  const state = { layers: [], lists: {}, known: null, spots: null };

  /** Take up the layers of a page (see `layouts/map.py`), bottom to top. */
  function enter(layers) {
    Object.assign(state, { layers, known: null, spots: null });
  }

  /** Sort what is to be drawn for a picture and a view; tells whether anything can have changed. */
  function take(picture, view) {
    const known = { cases: picture && picture.cases, staff: picture && picture.staff, view, pick: cloud.newCasePick.at() };
    const old = state.known;
    if (old && old.cases === known.cases && old.staff === known.staff && old.view === view && old.pick === known.pick) return false;
    const isSame = old && old.view === view && old.pick === known.pick && old.cases && known.cases;
    const spots = isSame ? [...cloud.figure.changed(old.cases, known.cases), ...cloud.figure.changed(old.staff, known.staff)] : null;
    Object.assign(state, { known, lists: cloud.figure.points(picture, view, known.pick) });
    state.spots = spots && spots.length <= MOST_SPOTS ? spots : null;
    return true;
  }

  /** Draw the layers for a frame (see `cloud.frame`): all, or after a small change in the same frame only around it. */
  function draw(holder, frame, outline, isMoved) {
    const between = state.layers.findIndex((layer) => layer.text);
    const parts = { lower: state.layers.slice(0, between), upper: state.layers.slice(between) };
    const spots = isMoved || !state.spots ? null : boxes(frame);
    state.spots = null;
    if (spots && !spots.length) return;
    for (const canvas of holder.querySelectorAll("canvas[data-points]")) {
      const brush = cleared(canvas, frame, spots);
      for (const layer of parts[canvas.dataset.points]) {
        if (layer.symbol) stamps(brush, layer, frame, spots);
        else if (layer.width && outline) line(brush, layer, outline, frame);
      }
      if (spots) brush.restore();
    }
  }

  /** The squares around what changed, in device pixels, each with room for the largest symbol. */
  function boxes({ px, py, rem, ratio }) {
    const half = Math.max(...state.layers.filter((layer) => layer.symbol).map((layer) => cloud.shapes.stamp(layer, rem * ratio).width)) / 2 + 1;
    return state.spots.map(({ x, y }) => ({ x: Math.round(px(x) * ratio), y: Math.round(py(y) * ratio), half }));
  }

  /** A brush on an empty canvas, or on one that is empty only in `spots` and takes paint nowhere else. */
  function cleared(canvas, { width, height, ratio }, spots) {
    const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)];
    const brush = canvas.getContext("2d");
    if (spots) {
      brush.save();
      brush.beginPath();
      for (const { x, y, half } of spots) brush.rect(x - half, y - half, 2 * half, 2 * half);
      brush.clip();
    } else if (canvas.width !== across || canvas.height !== down) Object.assign(canvas, { width: across, height: down });
    brush.clearRect(0, 0, across, down);
    return brush;
  }

  function stamps(brush, layer, frame, spots) {
    const list = state.lists[layer.role];
    if (!list || !list.ids.length) return;
    const image = cloud.shapes.stamp(layer, frame.rem * frame.ratio);
    const half = image.width / 2;
    const [width, height] = [brush.canvas.width, brush.canvas.height];
    const squares = spots || [{ x: width / 2, y: height / 2, half: Math.max(width, height) / 2 }];
    for (let i = 0; i < list.ids.length; i += 1) {
      const x = Math.round(frame.px(list.x[i]) * frame.ratio);
      const y = Math.round(frame.py(list.y[i]) * frame.ratio);
      const isNear = squares.some((box) => Math.abs(x - box.x) < box.half + half && Math.abs(y - box.y) < box.half + half);
      if (isNear) brush.drawImage(image, x - half, y - half);
    }
  }

  function line(brush, layer, { x, y }, frame) {
    brush.beginPath();
    let isPen = false;
    for (let i = 0; i < x.length; i += 1) {
      if (x[i] !== null) brush[isPen ? "lineTo" : "moveTo"](frame.px(x[i]) * frame.ratio, frame.py(y[i]) * frame.ratio);
      isPen = x[i] !== null;
    }
    Object.assign(brush, { strokeStyle: layer.colour, lineWidth: layer.width * frame.rem * frame.ratio, lineJoin: "round" });
    brush.stroke();
  }

  /** The symbol at a point of the frame in px: {role, id}; the topmost that covers it, else the nearest within reach. */
  function at(frame, left, top) {
    let best = null;
    for (const layer of state.layers) {
      const list = layer.symbol && !MARKS.includes(layer.role) && state.lists[layer.role];
      if (!list) continue;
      const radius = (layer.size * frame.rem) / 2;
      const near = nearest(list, frame, left, top, Math.max(REACH_PX, radius));
      if (near && (near.distance <= radius || !best || (!best.isCovered && near.distance <= best.distance))) {
        best = { role: layer.role, id: String(list.ids[near.index]), distance: near.distance, isCovered: near.distance <= radius };
      }
    }
    return best && { role: best.role, id: best.id };
  }

  function nearest(list, frame, left, top, reach) {
    let [index, distance] = [-1, reach];
    for (let i = 0; i < list.ids.length; i += 1) {
      const away = Math.hypot(frame.px(list.x[i]) - left, frame.py(list.y[i]) - top);
      if (away <= distance) [index, distance] = [i, away];
    }
    return index < 0 ? null : { index, distance };
  }

  /** How many points each layer holds now. */
  function counts() {
    return Object.fromEntries(Object.entries(state.lists).map(([role, list]) => [role, list.ids.length]));
  }

  cloud.points = { enter, take, draw, at, counts };
})((window.cloud = window.cloud || {}));
