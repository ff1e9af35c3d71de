/* Matrices of boards: one element says heads, lines and levels; its table is made here, as text, never as markup. */
(function (cloud) {
  "use strict";
  const { make, cut } = cloud.dom;

  /** Draw every matrix whose words changed since it was drawn. */
  function render() {
    for (const node of document.querySelectorAll("[data-matrix]")) {
      if (node.told === node.dataset.matrix) continue;
      node.told = node.dataset.matrix;
      node.replaceChildren(table(JSON.parse(node.told)));
    }
  }

  function table(told) {
    const node = make("table", "");
    node.setAttribute("aria-label", told.title);
    const heads = row([make("th", ""), ...told.heads.map((head) => cell("th", head))]);
    node.append(part("thead", [heads]), part("tbody", told.lines.map(line)));
    return node;
  }

  function line(told) {
    const head = cell("th", "");
    head.scope = "row";
    cut(head.firstChild, told.name);
    return row([head, ...told.cells.map(([words, level]) => levelled(words, level))]);
  }

  function levelled(words, level) {
    const node = cell("td", words);
    node.dataset.level = level === null ? "" : String(level);
    return node;
  }

  function cell(tag, words) {
    const node = make(tag, "");
    node.append(make("span", "", words));
    return node;
  }

  function row(cells) {
    return part("tr", cells);
  }

  function part(tag, children) {
    const node = make(tag, "");
    node.append(...children);
    return node;
  }

  new MutationObserver(render).observe(document.documentElement, {
    childList: true, subtree: true, attributes: true, attributeFilter: ["data-matrix"],
  });
})((window.cloud = window.cloud || {}));
