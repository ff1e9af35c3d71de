/* The point that was chosen for a new case, as the map marks it while the sheet is open. */
(function (cloud) {
  "use strict";
  const state = { pick: null };

  /** Mark a point in metres; null marks nothing. */
  function mark(spot) {
    const { pick } = state;
    if (pick && spot && pick.x === spot.x && pick.y === spot.y) return;
    state.pick = spot && spot.x !== null ? { x: spot.x, y: spot.y } : null;
    cloud.map.follow();
  }

  /** The marked point; null while the sheet is closed. */
  function at() {
    return cloud.newCase.state.isOpen ? state.pick : null;
  }

  cloud.newCasePick = { mark, at };
})((window.cloud = window.cloud || {}));
