/* The symbols of the map as small pictures, each painted once per size and stamped wherever one is needed. */
(function (cloud) {
  "use strict";
  const kept = new Map();

  // Each shape as a path around 0, 0 for a radius. An area looks as large as a circle of that radius.
  const PATHS = {
    circle: (path, r) => path.arc(0, 0, r, 0, 2 * Math.PI),
    // A pin stands on its place.
    pin: (path, r) => {
      path.moveTo(0, 0);
      path.arc(0, -0.8 * r, 0.45 * r, 0.85 * Math.PI, 2.15 * Math.PI);
      path.closePath();
    },
    ring: (path, r) => path.arc(0, 0, r, 0, 2 * Math.PI),
    diamond: (path, r) => polygon(path, [[1.3 * r, 0], [0, 1.3 * r], [-1.3 * r, 0], [0, -1.3 * r]]),
    "triangle-up": (path, r) => polygon(path, [[-1.155 * r, r / 2], [1.155 * r, r / 2], [0, -r]]),
    cross: (path, r) => {
      const [a, b] = [0.4 * r, 1.2 * r];
      polygon(path, [[b, a], [a, a], [a, b], [-a, b], [-a, a], [-b, a], [-b, -a], [-a, -a], [-a, -b], [a, -b], [a, -a], [b, -a]]);
    },
  };

  function polygon(path, points) {
    points.forEach(([x, y], i) => (i ? path.lineTo(x, y) : path.moveTo(x, y)));
    path.closePath();
  }

  /** The picture of a layer's symbol, in device pixels; `rem` is the page's in device pixels, too. */
  function stamp(layer, rem) {
    const key = [layer.symbol, layer.colour, layer.rim, layer.size * rem].join();
    if (!kept.has(key)) kept.set(key, paint(layer, rem));
    return kept.get(key);
  }

  function paint({ symbol, colour, rim, size }, rem) {
    const radius = (size * rem) / 2;
    const edge = Math.max(1, 0.06 * rem);
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 2 * Math.ceil(1.3 * radius + 3 * edge);
    const brush = canvas.getContext("2d");
    brush.translate(canvas.width / 2, canvas.height / 2);
    PATHS[symbol](brush, radius);
    if (symbol === "ring") strokes(brush, [[rim, 4.5 * edge], [colour, 2.2 * edge]]);
    else {
      brush.fillStyle = colour;
      brush.fill();
      strokes(brush, [[rim, edge]]);
    }
    return canvas;
  }

  function strokes(brush, lines) {
    for (const [colour, width] of lines) {
      brush.strokeStyle = colour;
      brush.lineWidth = width;
      brush.stroke();
    }
  }

  cloud.shapes = { stamp };
})((window.cloud = window.cloud || {}));
