/* The pointer on the map. It is followed from the document on, not from the chart: a press counts from the first
   frame that shows the map, and no redraw between press and release can lose it. */
(function (cloud) {
  "use strict";
  const STEADY_PX = 4; // a hand that moved further was moving the map
  let press = null;
  let hover = null;

  /** Whether a node belongs to a map that may be pressed. */
  function isOnMap(target) {
    return Boolean(target.closest && target.closest("#map") && target.closest('[data-map-page]:not([data-map-page="wall"])'));
  }

  function down(event) {
    const isPress = event.isPrimary && event.button === 0 && isOnMap(event.target);
    press = isPress ? { id: event.pointerId, x: event.clientX, y: event.clientY } : null;
  }

  function up(event) {
    const began = press;
    press = null;
    if (!began || event.pointerId !== began.id) return;
    if (Math.hypot(event.clientX - began.x, event.clientY - began.y) > STEADY_PX) return;
    cloud.map.pick(began.x, began.y);
  }

  /** The word beside the pointer, once per frame. */
  function move(event) {
    const isFirst = hover === null;
    hover = event;
    if (isFirst) window.requestAnimationFrame(show);
  }

  function show() {
    const event = hover;
    hover = null;
    const map = document.getElementById("map");
    if (!map) return;
    const hit = isOnMap(event.target) && event.pointerType !== "touch" ? cloud.map.at(event.clientX, event.clientY) : null;
    cloud.dom.flag(map, "is-on-symbol", hit && (hit.case || hit.staff));
    cloud.cards.tip(hit, event);
  }

  document.addEventListener("pointerdown", down, true);
  document.addEventListener("pointerup", up, true);
  document.addEventListener("pointercancel", () => (press = null), true);
  document.addEventListener("pointermove", move, true);
})((window.cloud = window.cloud || {}));
