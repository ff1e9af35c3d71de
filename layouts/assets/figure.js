/* What each trace and each list of points of the map should be for a picture and a view. Pure. */
(function (cloud) {
  "use strict";
  const KINDS = ["comprehensive", "police", "professional"];
  const SEVERITIES = ["normal", "elevated", "urgent", "critical"];

  /** The kind of grid that is shown: the chosen one, else the first that this town has. */
  function kindOf(data, view) {
    const present = KINDS.filter((kind) => data.some((trace) => trace.meta.kind === kind));
    return present.includes(view.kind) ? view.kind : present[0];
  }

  /** The kind whose grids need somebody on duty: comprehensive, else police. */
  function watchedKind(data) {
    return kindOf(data, {});
  }

  /** The lowest load of each band for the grids shown. */
  function limits(data, meta, picture, kind) {
    const codes = data.filter((trace) => trace.meta.kind === kind).map((trace) => trace.meta.code);
    const loads = codes.map((code) => (picture && picture.grids[code] ? picture.grids[code].open : 0));
    return cloud.derive.bands(meta.bands.map((band) => band.least), loads);
  }

  /** For each trace the attributes that it should have: [{visible, …}], in the order of the traces. */
  function wanted(data, meta, picture, view) {
    const kind = kindOf(data, view);
    const scene = { data, meta, picture, view, kind, watched: watchedKind(data), limits: limits(data, meta, picture, kind) };
    return data.map((trace) => look(trace, scene));
  }

  function look(trace, scene) {
    const { role } = trace.meta;
    if (role === "grid") return grid(trace, scene);
    return role.startsWith("outlines-") ? { visible: outlined(role.slice(9), scene) } : {};
  }

  function grid(trace, { meta, picture, view, kind, watched, limits: least }) {
    const live = picture && picture.grids[trace.meta.code];
    const colour = meta.bands[cloud.derive.band(least, live ? live.open : 0)].colour;
    const isEmpty = Boolean(live) && live.on_duty === 0 && trace.meta.kind === watched;
    const isAside = view.village && trace.meta.village && trace.meta.village !== view.village;
    return {
      visible: trace.meta.kind === kind,
      fillcolor: colour,
      "fillpattern.shape": isEmpty ? meta.pattern.shape : "",
      "fillpattern.bgcolor": colour,
      opacity: isAside ? 0.3 : 1,
    };
  }

  /** Other kinds' lines: when asked for; under separate sites the tiling always shows. */
  function outlined(other, { view, kind, watched }) {
    if (other === kind) return false;
    return view.layers.includes("outlines") || (kind === "professional" && other === watched);
  }

  /** Whether the words of a layer are asked for. */
  function isWorded(role, view, kind, isWall) {
    if (role === "names") return view.layers.includes("names");
    if (role === "places") return view.layers.includes("names") && !isWall;
    return view.layers.includes("numbers") && role === "numbers-" + kind;
  }

  /** The points of each layer, in metres: {role: {x, y, ids}}. */
  function points(picture, view, pick) {
    const result = {};
    for (const role of [...SEVERITIES, "staff", "chosen-case", "picked"]) result[role] = { x: [], y: [], ids: [] };
    if (pick) add(result.picked, pick.x, pick.y, "picked");
    if (!picture) return result;
    for (const row of cloud.derive.cases(picture)) {
      if (cloud.derive.isPlaced(row) && cloud.derive.matches(row, view) && result[row.severity]) {
        add(result[row.severity], row.x, row.y, row.id);
      }
    }
    const staff = view.layers.includes("staff") ? Object.entries(picture.staff) : [];
    for (const [id, person] of staff) add(result.staff, person.x, person.y, id);
    const chosen = view.case && picture.cases[view.case];
    if (chosen && cloud.derive.isPlaced(chosen)) add(result["chosen-case"], chosen.x, chosen.y, chosen.id);
    return result;
  }

  /** The rows that came, left or changed between two sets by id, as they were and as they are, where they have a place. */
  function changed(old, now) {
    const rows = [];
    for (const id in now) if (old[id] !== now[id]) rows.push(old[id], now[id]);
    for (const id in old) if (!(id in now)) rows.push(old[id]);
    return rows.filter((row) => row && cloud.derive.isPlaced(row));
  }

  function add(list, x, y, id) {
    list.x.push(x);
    list.y.push(y);
    list.ids.push(id);
  }

  /** The path of the chosen grid, or null. */
  function chosenGrid(data, view) {
    return (view.grid && data.find((one) => one.meta.code === view.grid)) || null;
  }

  /** For each trace its widths in px for a rem. */
  function sizes(data, rem) {
    return data.map(({ meta }) => {
      const width = { "line.width": Math.max(0.75, meta.width * rem) };
      return meta.role === "grid" ? { ...width, "fillpattern.size": 0.34 * rem } : width;
    });
  }

  /** Put dotted attributes into a copy of a trace. */
  function dress(trace, attributes) {
    const result = { ...trace };
    for (const [name, value] of Object.entries(attributes)) {
      const path = name.split(".");
      let node = result;
      for (const part of path.slice(0, -1)) node = node[part] = { ...node[part] };
      node[path[path.length - 1]] = value;
    }
    return result;
  }

  /** Read a dotted attribute of a trace. */
  function read(trace, name) {
    return name.split(".").reduce((node, part) => (node ? node[part] : undefined), trace);
  }

  /** Index of the grid of `kind` that holds a point, or −1 (even-odd rule; gaps part the rings). */
  function gridAt(data, kind, x, y) {
    return data.findIndex((trace) => trace.meta.kind === kind && isInside(trace.x, trace.y, x, y));
  }

  function isInside(xs, ys, x, y) {
    let inside = false;
    for (let i = 1; i < xs.length; i += 1) {
      if (xs[i] === null || xs[i - 1] === null) continue;
      const crosses = ys[i] > y !== ys[i - 1] > y;
      if (crosses && x < ((xs[i - 1] - xs[i]) * (y - ys[i])) / (ys[i - 1] - ys[i]) + xs[i]) inside = !inside;
    }
    return inside;
  }

  cloud.figure = { SEVERITIES, kindOf, limits, wanted, isWorded, points, changed, chosenGrid, sizes, dress, read, gridAt, isInside };
})((window.cloud = window.cloud || {}));
