/* Today's reports by hour against the usual day, as two lines in an SVG. */
(function (cloud) {
  "use strict";
  const SVG = "http://www.w3.org/2000/svg";
  const WIDTH = 2400;
  const HEIGHT = 100;
  let last = null;

  /** The SVG path of hourly counts: a point in the middle of each hour, scaled to `most`. */
  function path(counts, most) {
    const points = counts.map((count, hour) => {
      const x = ((hour + 0.5) / 24) * WIDTH;
      const y = HEIGHT - (count / most) * HEIGHT;
      return `${x.toFixed(0)} ${y.toFixed(2)}`;
    });
    return points.length ? "M" + points.join("L") : "";
  }

  /** The hours of today that are over: the running one would look like a fall. */
  function finished(trend) {
    return trend.today.slice(0, trend.hour);
  }

  function render(picture) {
    const box = document.querySelector("[data-trend]");
    if (!box || (picture.trend === last && box.firstChild)) return;
    last = picture.trend;
    const { average } = picture.trend;
    const today = finished(picture.trend);
    const most = Math.max(1, ...today, ...average) * 1.08;
    const svg = node("svg", { viewBox: `0 -3 ${WIDTH} ${HEIGHT + 6}`, preserveAspectRatio: "none" });
    for (let hour = 0; hour <= 24; hour += 6) {
      const x = (hour / 24) * WIDTH;
      svg.append(node("line", { class: "trend-grid", x1: x, x2: x, y1: 0, y2: HEIGHT }));
    }
    svg.append(node("line", { class: "trend-grid", x1: 0, x2: WIDTH, y1: HEIGHT, y2: HEIGHT }));
    svg.append(node("path", { class: "trend-average", d: path(average, most) }));
    svg.append(node("path", { class: "trend-today", d: path(today, most) }));
    box.replaceChildren(svg);
    cloud.dom.attribute(box, "aria-label", `今日每小时上报：${today.join("、") || "尚无"}`);
  }

  function node(tag, attributes) {
    const made = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    return made;
  }

  cloud.trend = { render, path, finished };
})((window.cloud = window.cloud || {}));
