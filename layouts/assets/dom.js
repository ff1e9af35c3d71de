/* The page's nodes: text and attributes are touched only where they differ. Never markup from data. */
(function (cloud) {
  "use strict";

  /** Set a node's text where it differs. */
  function text(node, words) {
    if (node && node.textContent !== words) node.textContent = words;
  }

  /** Set the text of every live place called `name`. */
  function live(name, words) {
    for (const node of document.querySelectorAll(`[data-live="${name}"]`)) text(node, words);
  }

  /** Set or remove a class where it differs. */
  function flag(node, name, isOn) {
    if (node && node.classList.contains(name) !== Boolean(isOn)) node.classList.toggle(name, Boolean(isOn));
  }

  /** Set an attribute where it differs; null removes it. */
  function attribute(node, name, value) {
    if (!node) return;
    if (value === null) {
      if (node.hasAttribute(name)) node.removeAttribute(name);
    } else if (node.getAttribute(name) !== value) node.setAttribute(name, value);
  }

  /** Make an element with a class and text. */
  function make(tag, className, words) {
    const node = document.createElement(tag);
    if (className) node.className = className;
    if (words !== undefined) {
      node.textContent = words;
      node.setAttribute("data-text", "");
    }
    return node;
  }

  /** A text that may be cut short; the whole stands in its tooltip. */
  function cut(node, words) {
    text(node, words);
    attribute(node, "title", words);
    attribute(node, "data-may-ellipsize", "");
  }

  /**
   * Make a list's children follow `rows`: nodes are kept by key, moved only when out of order.
   * `build(row)` makes a node, `fill(node, row)` writes what may have changed.
   */
  function sync(parent, rows, key, build, fill) {
    const old = new Map();
    for (const child of parent.children) old.set(child.dataset.key, child);
    let place = parent.firstElementChild;
    for (const row of rows) {
      const id = String(key(row));
      let node = old.get(id);
      if (!node) {
        node = build(row);
        node.dataset.key = id;
      }
      old.delete(id);
      fill(node, row);
      if (node === place) place = place.nextElementSibling;
      else parent.insertBefore(node, place);
    }
    for (const node of old.values()) node.remove();
  }

  /** How many rows of a list fit into it without scrolling. */
  function capacity(parent, least) {
    const row = parent.firstElementChild;
    if (!row) return least;
    const height = row.getBoundingClientRect().height;
    const columns = getComputedStyle(parent).gridTemplateColumns.split(" ").length;
    return height > 0 ? Math.max(1, columns * Math.floor((parent.clientHeight + 1) / height)) : least;
  }

  cloud.dom = { text, live, flag, attribute, make, cut, sync, capacity };
})((window.cloud = window.cloud || {}));
