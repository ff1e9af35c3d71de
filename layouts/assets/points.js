/* Points over the map: people and cases, stamped on two canvases with the words between them. A new case costs
   one pass over the canvas, not one node in the document for every case. */
(function (cloud) {
  "use strict";
  const REACH_PX = 8; // a pointer this near to a symbol means it
  const state = { layers: [], lists: {}, known: null };

  /** Take up the layers of a page (see `layouts/map.py`), bottom to top. */
  function enter(layers) {
    Object.assign(state, { layers, known: null });
  }

  /** Sort what is to be drawn for a picture and a view; tells whether anything can have changed. */
  function take(picture, view) {
    const known = [picture && picture.cases, picture && picture.staff, view];
    if (state.known && known.every((part, i) => part === state.known[i])) return false;
    Object.assign(state, { known, lists: cloud.figure.points(picture, view) });
    return true;
  }

  /** Draw every layer for a frame (see `cloud.frame`); `outline` is the chosen grid's path or null. */
  function draw(holder, frame, outline) {
    const between = state.layers.findIndex((layer) => layer.text);
    const parts = { lower: state.layers.slice(0, between), upper: state.layers.slice(between) };
    for (const canvas of holder.querySelectorAll("canvas[data-points]")) {
      const brush = cleared(canvas, frame);
      for (const layer of parts[canvas.dataset.points]) {
        if (layer.symbol) stamps(brush, layer, frame);
        else if (layer.width && outline) line(brush, layer, outline, frame);
      }
    }
  }

  function cleared(canvas, { width, height, ratio }) {
    const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)];
    const brush = canvas.getContext("2d");
    if (canvas.width !== across || canvas.height !== down) Object.assign(canvas, { width: across, height: down });
    else brush.clearRect(0, 0, across, down);
    return brush;
  }

  function stamps(brush, layer, frame) {
    const list = state.lists[layer.role];
    if (!list || !list.ids.length) return;
    const image = cloud.shapes.stamp(layer, frame.rem * frame.ratio);
    const half = image.width / 2;
    const [right, low] = [brush.canvas.width + half, brush.canvas.height + half];
    for (let i = 0; i < list.ids.length; i += 1) {
      const x = Math.round(frame.px(list.x[i]) * frame.ratio);
      const y = Math.round(frame.py(list.y[i]) * frame.ratio);
      if (x > -half && x < right && y > -half && y < low) brush.drawImage(image, x - half, y - half);
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
      const list = layer.symbol && layer.role !== "chosen-case" && state.lists[layer.role];
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
