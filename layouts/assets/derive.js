/* What follows from a picture and an instant. Pure: values in, values out. */
(function (cloud) {
  "use strict";
  const HOUR = 3600000;
  const FACTORS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];

  const parsed = new WeakMap();

  /** A case's instants in milliseconds, read once: when it is due (never without a limit) and when it came. */
  function instants(row) {
    if (!parsed.has(row)) {
      parsed.set(row, { due: row.due_at ? Date.parse(row.due_at) : Infinity, came: Date.parse(row.reported_at) });
    }
    return parsed.get(row);
  }

  function due(row) {
    return instants(row).due;
  }

  /** Open cases of the picture as a list. */
  function cases(picture) {
    return Object.values(picture.cases);
  }

  /**
   * Overdue and due within the hour, as of `at`: the server's numbers (they count hidden cases too, and
   * held when it last spoke) moved on by the visible deadlines that have passed since.
   */
  function deadlines(picture, at) {
    const counted = Date.parse(picture.server_time);
    let overdue = picture.figures.overdue.value;
    let soon = picture.figures.due_within_hour.value;
    for (const row of cases(picture)) {
      const limit = due(row);
      if (limit > counted && limit <= at) {
        overdue += 1;
        if (limit <= counted + HOUR) soon -= 1;
      } else if (limit > counted + HOUR && limit <= at + HOUR) soon += 1;
    }
    return { overdue, due_within_hour: Math.max(0, soon) };
  }

  /** State, words and rank of a source: 0 fresh, 1 late, 2 missing. */
  function source(row, at) {
    const seconds = row.last_at ? Math.max(0, at - Date.parse(row.last_at)) / 1000 : Infinity;
    const minutes = seconds / 60;
    if (minutes <= row.tolerance_minutes) return { state: "fresh", rank: 0, text: cloud.clock.span(seconds) };
    if (seconds === Infinity) return { state: "missing", rank: 2, text: "从未到" };
    if (minutes > 4 * row.tolerance_minutes) return { state: "missing", rank: 2, text: "未到 " + cloud.clock.span(seconds) };
    return { state: "late", rank: 1, text: "迟到 " + cloud.clock.span(seconds) };
  }

  /** Every key figure at an instant: {value, of, as_of, note}. */
  function figures(picture, at) {
    const live = deadlines(picture, at);
    const result = {};
    for (const [key, figure] of Object.entries(picture.figures)) {
      result[key] = { ...figure, ...(key in live ? { value: live[key] } : {}) };
    }
    const late = picture.sources.filter((row) => source(row, at).rank > 0).length;
    const isKnown = picture.sources.length > 0;
    result.late_sources = { ...result.late_sources, value: isKnown ? late : null, of: picture.sources.length };
    return result;
  }

  /** Order of urgency: overdue ones by severity, then by deadline; the rest by deadline; no limit last. */
  function byUrgency(at, severities) {
    const rank = (row) => severities.indexOf(row.severity);
    return (a, b) => {
      const aLate = due(a) < at;
      const bLate = due(b) < at;
      if (aLate !== bLate) return aLate ? -1 : 1;
      if (aLate && rank(a) !== rank(b)) return rank(a) - rank(b);
      return due(a) === due(b) ? rank(a) - rank(b) || a.id - b.id : due(a) < due(b) ? -1 : 1;
    };
  }

  /** Order of arrival, the newest first. */
  function byArrival(a, b) {
    return instants(b).came - instants(a).came || b.id - a.id;
  }

  /** The first `count` rows in an order, without sorting the rest: a list shows sixty of thousands. */
  function first(rows, order, count) {
    const kept = [];
    for (let i = rows.length - 1; i >= 0; i -= 1) { // the newest come last, and are often wanted first
      if (kept.length === count && order(rows[i], kept[count - 1]) >= 0) continue;
      let [low, high] = [0, kept.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (order(rows[i], kept[middle]) < 0) high = middle;
        else low = middle + 1;
      }
      kept.splice(low, 0, rows[i]);
      if (kept.length > count) kept.pop();
    }
    return kept;
  }

  /** Whether a case has a place on the map. */
  function isPlaced(row) {
    return row.x !== null && row.x !== undefined && row.y !== null && row.y !== undefined;
  }

  /** Whether a case passes what was chosen (village, category's first digits, severity). */
  function matches(row, view) {
    if (view.village && row.village !== view.village) return false;
    if (view.category && !(row.category || "").startsWith(view.category)) return false;
    return !view.severity || row.severity === view.severity;
  }

  /** Open = on the map + masked + unplaced + not for screens; the parts add up to the whole. */
  function sum(picture) {
    const all = cases(picture);
    const placed = all.filter(isPlaced).length;
    const masked = all.filter((row) => !isPlaced(row) && row.is_dimmed).length;
    const hidden = picture.hidden || 0;
    const unplaced = all.length - placed - masked;
    return { placed, masked, unplaced, hidden, open: all.length + hidden };
  }

  /** The sum in words: 在办 128 = 图上 122 + 未定位 4 + 不上墙 2. */
  function equation(parts) {
    const terms = [["图上", parts.placed], ["遮蔽", parts.masked], ["未定位", parts.unplaced], ["不上墙", parts.hidden]];
    const shown = terms.filter(([word, count]) => count || word === "图上" || word === "未定位");
    return `在办 ${number(parts.open)} = ` + shown.map(([word, count]) => `${word} ${number(count)}`).join("\u2009+\u2009");
  }

  /** The lowest number of each load band, stretched so that busy towns keep six shades. */
  function bands(base, loads) {
    const sorted = [...loads].sort((a, b) => a - b);
    const high = sorted.length ? sorted[Math.floor(sorted.length * 0.9)] : 0;
    const top = base[base.length - 1];
    const factor = FACTORS.find((step) => high <= top * step * 1.5) || FACTORS[FACTORS.length - 1];
    return base.map((least, index) => (index < 2 ? least : least * factor));
  }

  /** The index of the band that a load lies in. */
  function band(limits, load) {
    let index = 0;
    while (index + 1 < limits.length && load >= limits[index + 1]) index += 1;
    return index;
  }

  /** The words of a legend: "0", "1", "2–3", …, "9+". */
  function bandWords(limits) {
    return limits.map((least, index) => {
      if (index === limits.length - 1) return least + "+";
      const most = limits[index + 1] - 1;
      return most > least ? `${least}–${most}` : String(least);
    });
  }

  /** What the strip of modules shows, each as words. */
  function modules(picture, directory, at) {
    const grids = Object.values(picture.grids);
    const midnight = at - dayMilliseconds(at, directory.zone);
    const isKnown = grids.some((row) => row.last_patrol);
    const walked = grids.filter((row) => row.last_patrol && Date.parse(row.last_patrol) >= midnight).length;
    const count = (states) => cases(picture).filter((row) => states.includes(row.state)).length;
    const live = figures(picture, at);
    return {
      staffing: share(live.on_duty.value, live.on_duty.of),
      patrolled: isKnown ? share(walked, grids.length) : "暂无数据",
      waiting: number(count(["reported", "accepted", "filed", "returned"])) + " 件",
      running: number(count(["dispatched", "signed", "on_scene", "rework"])) + " 件",
    };
  }

  function dayMilliseconds(at, zone) {
    const [hours, minutes, seconds] = cloud.clock.stamp(at, zone).time.split(":").map(Number);
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + (at % 1000);
  }

  /** "89.8%", or 样本不足 where there is nothing to divide by. */
  function share(part, whole) {
    return whole && part !== null ? ((100 * part) / whole).toFixed(1) + "%" : "样本不足";
  }

  /** A whole number with thousands apart; — where nobody knows it. */
  function number(value) {
    if (value === null || value === undefined) return "—";
    return Math.round(value).toLocaleString("en-US");
  }

  /** "较均值 +8%", or nothing to compare with. */
  function change(value, average) {
    if (!average) return "无均值";
    const percent = Math.round((100 * (value - average)) / average);
    return "较均值 " + (percent > 0 ? "+" : percent < 0 ? "−" : "") + Math.abs(percent) + "%";
  }

  cloud.derive = {
    cases, deadlines, source, figures, byUrgency, byArrival, first, isPlaced, matches, sum, equation,
    bands, band, bandWords, modules, share, number, change,
  };
})((window.cloud = window.cloud || {}));
