/* Where words stand on the map so that none covers another. Pure: boxes in pixels in, boxes out. */
(function (cloud) {
  "use strict";
  const ROUNDS = 60;
  const LINE = 1.3;

  /** The box of a word of `size` px around a point: Chinese is one em wide, the rest about half. */
  function box(words, x, y, size) {
    const ems = [...words].reduce((sum, letter) => sum + (letter.charCodeAt(0) > 255 ? 1 : 0.6), 0);
    return { x, y, w: ems * size + 0.3 * size, h: LINE * size };
  }

  /** How far two boxes overlap: {dx, dy}, or null where they do not. */
  function overlap(a, b) {
    const dx = (a.w + b.w) / 2 - Math.abs(a.x - b.x);
    const dy = (a.h + b.h) / 2 - Math.abs(a.y - b.y);
    return dx > 0 && dy > 0 ? { dx, dy } : null;
  }

  /** Push overlapping boxes apart and off the `fixed` ones, the shorter way each time, inside `frame` {w, h}. */
  function spread(boxes, frame, fixed = []) {
    const moved = boxes.map((item) => ({ ...item }));
    for (let round = 0; round < ROUNDS; round += 1) {
      let isCalm = true;
      for (let i = 0; i < moved.length; i += 1) {
        for (let j = i + 1; j < moved.length; j += 1) isCalm = part(moved[i], moved[j]) && isCalm;
      }
      for (const item of moved) {
        for (const other of fixed) isCalm = yieldTo(item, other) && isCalm;
        keep(item, frame);
      }
      if (isCalm) break;
    }
    return moved;
  }

  function part(a, b) {
    const over = overlap(a, b);
    if (!over) return true;
    const isAcross = over.dx < over.dy;
    const [axis, length] = isAcross ? ["x", over.dx] : ["y", over.dy];
    const sign = a[axis] <= b[axis] ? 1 : -1;
    a[axis] -= (sign * (length + 0.5)) / 2;
    b[axis] += (sign * (length + 0.5)) / 2;
    return false;
  }

  function yieldTo(item, fixed) {
    const over = overlap(item, fixed);
    if (!over) return true;
    const [axis, length] = over.dx < over.dy ? ["x", over.dx] : ["y", over.dy];
    item[axis] += (item[axis] < fixed[axis] ? -1 : 1) * (length + 0.5);
    return false;
  }

  function keep(item, frame) {
    item.x = Math.min(Math.max(item.x, item.w / 2), frame.w - item.w / 2);
    item.y = Math.min(Math.max(item.y, item.h / 2), frame.h - item.h / 2);
  }

  /** Tell for each box whether it stands clear of all `taken` ones and of those admitted before it. */
  function admit(boxes, taken) {
    const placed = [...taken];
    return boxes.map((item) => {
      const isClear = placed.every((other) => !overlap(item, other));
      if (isClear) placed.push(item);
      return isClear;
    });
  }

  /** A length that is 1, 2 or 5 times a power of ten and at most `most`. */
  function roundLength(most) {
    const power = 10 ** Math.floor(Math.log10(most));
    return [5, 2, 1].find((step) => step * power <= most) * power;
  }

  cloud.labels = { box, overlap, spread, admit, roundLength };
})((window.cloud = window.cloud || {}));
