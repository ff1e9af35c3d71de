/* Names and numbers on the map: nodes of the page between the two canvases, placed so that none covers another. */
(function (cloud) {
  "use strict";
  const DESK_TEXT = 0.9;
  const EDGE_PX = 3;
  const state = { layers: [], rem: 0, holder: null };

  /** Take up the layers of a page; their nodes are made when they are first shown. */
  function enter(layers) {
    Object.assign(state, { layers: layers.filter((layer) => layer.text), holder: null });
  }

  /** Put every word of the layers that `isShown(role)` names where it belongs in a frame. */
  function draw(holder, frame, isShown, isWall) {
    const parent = holder.querySelector("[data-words]");
    if (state.holder !== parent) build(parent, isWall);
    let taken = obstacles(holder, frame);
    const walls = taken.length;
    for (const layer of state.layers) {
      const wanted = isShown(layer.role) ? inside(layer, frame, isWall) : [];
      const boxes = layer.role === "names" ? cloud.labels.spread(wanted, { w: frame.width, h: frame.height }, taken) : wanted;
      const clear = cloud.labels.admit(boxes, layer.role === "names" ? taken.slice(0, walls) : taken);
      const placed = boxes.filter((_, i) => clear[i]);
      taken = [...taken, ...placed];
      place(layer, placed);
    }
  }

  function build(parent, isWall) {
    parent.replaceChildren();
    state.holder = parent;
    for (const layer of state.layers) {
      layer.nodes = layer.rows.map((row) => {
        const node = cloud.dom.make("span", "map-word", row.words);
        Object.assign(node.style, { color: layer.colour, fontSize: `${size(layer, isWall)}rem` });
        node.hidden = true;
        parent.append(node);
        return node;
      });
    }
  }

  function size(layer, isWall) {
    return layer.text * (isWall ? 1 : DESK_TEXT);
  }

  /** Boxes of the words whose place lies in the frame. */
  function inside(layer, frame, isWall) {
    const px = size(layer, isWall) * frame.rem;
    return layer.rows
      .map((row, index) => ({ ...cloud.labels.box(row.words, frame.px(row.x), frame.py(row.y), px), index }))
      .filter((box) => box.x > 0 && box.x < frame.width && box.y > 0 && box.y < frame.height);
  }

  /** What stands on the map and is no word of it: the scale in its corner. */
  function obstacles(holder, frame) {
    const area = holder.getBoundingClientRect();
    return [...holder.parentElement.querySelectorAll(".scale-bar")].map((node) => {
      const box = node.getBoundingClientRect();
      const [w, h] = [box.width + 2 * EDGE_PX, box.height + 2 * EDGE_PX];
      return { x: box.left - area.left + box.width / 2, y: box.top - area.top + box.height / 2, w, h };
    });
  }

  function place(layer, boxes) {
    const shown = new Map(boxes.map((box) => [box.index, box]));
    layer.nodes.forEach((node, index) => {
      const box = shown.get(index);
      if (node.hidden !== !box) node.hidden = !box;
      if (box) node.style.transform = `translate(${box.x.toFixed(1)}px, ${box.y.toFixed(1)}px) translate(-50%, -50%)`;
    });
  }

  cloud.words = { enter, draw };
})((window.cloud = window.cloud || {}));
