/* From the town's metres to the screen's pixels and back, for what the map shows at this moment. */
(function (cloud) {
  "use strict";

  /** The frame of a chart: size in px, metres per px, the rem and the screen's ratio; `px`, `py`, `x`, `y` convert. */
  function of(graph, rem) {
    const { xaxis, yaxis } = graph._fullLayout;
    const [x0, x1] = xaxis.range;
    const [y0, y1] = yaxis.range;
    const perPx = (x1 - x0) / xaxis._length;
    const down = (y1 - y0) / yaxis._length;
    return {
      x0, y1, perPx, rem,
      width: graph.clientWidth,
      height: graph.clientHeight,
      ratio: window.devicePixelRatio || 1,
      px: (x) => xaxis._offset + (x - x0) / perPx,
      py: (y) => yaxis._offset + (y1 - y) / down,
      x: (left) => x0 + (left - xaxis._offset) * perPx,
      y: (top) => y1 - (top - yaxis._offset) * down,
    };
  }

  cloud.frame = { of };
})((window.cloud = window.cloud || {}));
