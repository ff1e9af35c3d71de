/* Where the operator was in the drawer: when the same case is drawn anew, scroll, folds and focus are as before. */
(function (cloud) {
  "use strict";
  const state = { subject: null, scroll: 0, folds: new Set(), focus: "" };
  const FOLD = "#desk-drawer details";

  function body() {
    return document.querySelector("#desk-drawer .drawer-body");
  }

  /** How a node is found again after a drawing; "" outside the drawer, or where it would be another button by then. */
  function selector(node) {
    if (!node.closest("#desk-drawer")) return "";
    for (const name of ["do", "responder"]) {
      if (node.dataset[name]) return `#desk-drawer [data-${name}="${CSS.escape(node.dataset[name])}"]`;
    }
    if (node.tagName === "SUMMARY") return `#desk-drawer .${node.parentElement.className} > summary`;
    return node.matches(".drawer-body, .drawer-title") ? `#desk-drawer .${node.className}` : "";
  }

  /** The drawer was drawn: put back what belongs to the case that it shows. */
  function restore() {
    const [was, now] = [state.subject, cloud.deskForms.subject()];
    state.subject = now;
    if (!was || !now || was.case_id !== now.case_id) {
      Object.assign(state, { scroll: 0, folds: new Set(), focus: "" });
      return;
    }
    if (was.version !== now.version) state.folds.delete("menu"); // other actions may stand there by now
    for (const fold of document.querySelectorAll(FOLD)) fold.open = state.folds.has(fold.className);
    body().scrollTop = state.scroll;
    const node = state.focus && document.activeElement === document.body && document.querySelector(state.focus);
    if (node) node.focus({ preventScroll: true });
  }

  document.addEventListener("scroll", (event) => {
    if (event.target === body()) state.scroll = event.target.scrollTop;
  }, true);
  document.addEventListener("toggle", (event) => {
    if (!event.target.matches(FOLD)) return;
    if (event.target.open) state.folds.add(event.target.className);
    else state.folds.delete(event.target.className);
  }, true);
  document.addEventListener("focusin", (event) => {
    state.focus = selector(event.target);
  });

  cloud.deskPlace = { state, restore };
})((window.cloud = window.cloud || {}));
