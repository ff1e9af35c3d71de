/* Draws the layers of a snapshot. Text reaches the page as text nodes only, never as markup. */
const snapshot = (() => {
  const SIZE = 16;
  const SHAPES = {
    triangle: '<path d="M8 1 15 14H1z"/>',
    diamond: '<path d="M8 0 16 8 8 16 0 8z"/>',
    circle: '<circle cx="8" cy="8" r="6"/>',
    dot: '<circle cx="8" cy="8" r="4"/>',
  };

  const element = (tag, text) => {
    const node = document.createElement(tag);
    node.textContent = text;
    return node;
  };

  const card = (row) => () => {
    const box = document.createElement("div");
    const list = document.createElement("dl");
    row.fields.forEach(([label, value]) => list.append(element("dt", label), element("dd", value)));
    box.append(element("h3", row.title), list);
    return box;
  };

  const pane = (map, name, order) => {
    if (!map.getPane(name)) map.createPane(name).style.zIndex = order;
    return name;
  };

  const svg = (shape, colour) => {
    const parsed = new DOMParser().parseFromString(
      `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-1 -1 18 18" width="${SIZE}" height="${SIZE}">${SHAPES[shape]}</svg>`,
      "image/svg+xml");
    const node = document.importNode(parsed.documentElement, true);
    node.setAttribute("fill", colour);
    node.setAttribute("stroke", "#0b1220");
    node.setAttribute("stroke-width", "1.5");
    return node;
  };

  const areas = (map, rows) => {
    const group = L.featureGroup();
    const where = pane(map, "areas", 410);
    rows.forEach((row) => {
      L.polygon(row.rings, { ...row.style, pane: where }).bindPopup(card(row)).addTo(group);
      if (row.hatched) {
        const hatch = { pane: where, stroke: false, fillColor: "url(#hatch)", fillOpacity: 0.75, interactive: false };
        L.polygon(row.rings, hatch).addTo(group);
      }
    });
    return group;
  };

  const outline = (map, rings) => {
    const where = pane(map, "outline", 420);
    return L.polygon(rings, { pane: where, fill: false, color: "#a9c4e6", weight: 2.5, interactive: false });
  };

  /* Layers arrive from the most severe on: earlier ones lie above later ones. */
  let above = 0;
  const points = (map, rows) => {
    const group = L.featureGroup();
    above -= 10000;
    const zIndexOffset = above;
    const where = pane(map, "points", 620);
    rows.forEach((row) => {
      const icon = L.divIcon({ html: svg(row.shape, row.color), className: "", iconSize: [SIZE, SIZE] });
      L.marker(row.at, { icon, pane: where, zIndexOffset, keyboard: false }).bindPopup(card(row)).addTo(group);
    });
    return group;
  };

  const labels = (map, rows) => {
    const group = L.featureGroup();
    const where = pane(map, "labels", 610);
    rows.forEach((row) => {
      const icon = L.divIcon({ html: element("span", row.name), className: "place", iconSize: null });
      L.marker(row.at, { icon, pane: where, interactive: false, keyboard: false }).addTo(group);
    });
    return group;
  };

  return { areas, outline, points, labels };
})();
