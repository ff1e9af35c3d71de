/* What a person would see as broken: texts cut off, texts over texts, texts too small, scroll bars.
   With a selector only the texts inside that part are looked at: what opens over a page may cover it. */
(selector) => {
  const SLACK = 2;
  const BOXES = ".panel, .figure, .module, .card, .header"; // what belongs inside must stay inside
  const shown = (element) => {
    const style = getComputedStyle(element);
    return style.visibility !== "hidden" && style.display !== "none" && Number(style.opacity) > 0.05;
  };
  const clips = (style) => [style.overflowX, style.overflowY].some((value) => value !== "visible");
  const scrolls = (style) => [style.overflowX, style.overflowY].some((v) => v === "auto" || v === "scroll");

  /* The box of a text, cut by every scrolling ancestor (that part can be reached), and what cuts it for good. */
  const measure = (node) => {
    const range = document.createRange();
    range.selectNodeContents(node);
    let box = range.getBoundingClientRect();
    const words = node.textContent.trim();
    const found = { words, left: box.left, top: box.top, right: box.right, bottom: box.bottom, cut: null };
    found.element = node.parentElement;
    found.size = parseFloat(getComputedStyle(node.parentElement).fontSize);
    found.isSvg = Boolean(node.parentElement.closest("svg"));
    found.mayCut = Boolean(node.parentElement.closest("[data-may-ellipsize]"));
    for (let up = node.parentElement; up && up !== document.body; up = up.parentElement) {
      if (!shown(up)) return null;
      const style = getComputedStyle(up);
      const edge = up.getBoundingClientRect();
      if (up.matches(BOXES) && beyond(found, edge)) found.cut = found.cut || `out of ${up.className}`;
      if (!clips(style)) continue;
      if (scrolls(style)) {
        found.left = Math.max(found.left, edge.left);
        found.right = Math.min(found.right, edge.right);
        found.top = Math.max(found.top, edge.top);
        found.bottom = Math.min(found.bottom, edge.bottom);
      } else if (beyond(found, edge)) {
        found.cut = found.cut || `${up.tagName}.${up.className.baseVal ?? up.className}`;
        found.left = Math.max(found.left, edge.left);
        found.right = Math.min(found.right, edge.right);
      }
    }
    if (beyond(found, { left: 0, top: 0, right: innerWidth, bottom: innerHeight })) found.cut = found.cut || "screen";
    return found.right - found.left > 1 && found.bottom - found.top > 1 ? found : null;
  };
  const beyond = (box, edge) =>
    box.left < edge.left - SLACK || box.right > edge.right + SLACK ||
    box.top < edge.top - SLACK || box.bottom > edge.bottom + SLACK;

  const texts = [];
  const walker = document.createTreeWalker(selector ? document.querySelector(selector) : document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (!parent.checkVisibility()) continue; // in a closed <details>, say
    if (!node.textContent.trim() || parent.closest("script, style, noscript, option, select, [hidden], title")) continue;
    const found = measure(node);
    if (found) texts.push(found);
  }

  const overlaps = [];
  for (let i = 0; i < texts.length; i += 1) {
    for (let j = i + 1; j < texts.length; j += 1) {
      const [a, b] = [texts[i], texts[j]];
      if (a.isSvg !== b.isSvg || a.element === b.element) continue;
      const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      const line = Math.min(a.bottom - a.top, b.bottom - b.top);
      if (wide > SLACK && high > Math.max(SLACK, 0.25 * line)) overlaps.push(`${a.words} × ${b.words}`);
    }
  }
  const bars = [...document.querySelectorAll("*")].filter((element) => {
    const style = getComputedStyle(element);
    return scrolls(style) && shown(element) &&
      (element.scrollHeight > element.clientHeight + 1 || element.scrollWidth > element.clientWidth + 1);
  });
  const root = document.documentElement;
  return {
    clipped: texts.filter((t) => t.cut && !t.mayCut).map((t) => `${t.words} ⊄ ${t.cut}`),
    overlaps,
    smallest: Math.min(...texts.map((t) => t.size)),
    small: [...new Set(texts.filter((t) => t.size === Math.min(...texts.map((x) => x.size))).map((t) => t.words))],
    hasPageBar: root.scrollHeight > innerHeight + 1 || root.scrollWidth > innerWidth + 1,
    bars: bars.map((element) => `${element.tagName}.${element.className}`),
    odd: texts.map((t) => t.words).filter((w) => /\b(undefined|NaN|null|None|Infinity|\[object)\b/.test(w)),
    count: texts.length,
  };
}
