/* The feed: messages become one picture; a gap asks for a whole one. `reduce` is pure. */
(function (cloud) {
  "use strict";
  const PARTS = ["figures"];
  const KEYED = ["cases", "staff", "grids"];
  const WHOLE = [
    "geometry", "hidden", "sources", "trend", "demo_progress", "is_simulated", "plain_since", "revision", "server_time",
  ];

  const state = {
    picture: null, // what screens draw: the told picture, on a desk with the sensitive cases laid over it
    told: null, // the picture as the feed tells it
    plain: null, // sensitive cases by id, whole; only a desk is given them
    heardAt: performance.now(), // when the last message came; this clock is never set back
    isWaiting: true, // for a whole picture
    wishes: 0,
    wishedAt: performance.now(), // or since when the first picture is waited for
  };

  /** Return the next picture, the same one for a message already seen, or null where one is missing. */
  function reduce(picture, message) {
    if (message.kind === "full") return { ...message };
    if (!picture) return null;
    if (message.seq < picture.seq) return picture;
    if (message.kind === "tick") {
      return message.seq === picture.seq ? { ...picture, server_time: message.server_time } : null;
    }
    if (message.seq === picture.seq) return picture;
    return message.from === picture.seq ? apply(picture, message) : null;
  }

  function apply(picture, delta) {
    const next = { ...picture, seq: delta.seq };
    for (const name of WHOLE) if (name in delta) next[name] = delta[name];
    for (const name of PARTS) if (name in delta) next[name] = { ...picture[name], ...delta[name] };
    for (const name of KEYED) if (name in delta) next[name] = put(picture[name], delta[name]);
    return next;
  }

  function put(rows, change) {
    const next = { ...rows, ...(change.put || {}) };
    for (const id of change.drop || []) delete next[id];
    return next;
  }

  /** Take one message or a list of them, as the server wrote it into the shell. */
  function receive(data) {
    if (!data) return;
    for (const message of Array.isArray(data) ? data : [data]) take(message);
    cloud.screen.render();
  }

  function take(message) {
    state.heardAt = performance.now();
    if (message.server_time) cloud.clock.sync(message.server_time);
    const next = reduce(state.told, message);
    if (next) {
      state.told = next;
      lay();
      if (message.kind === "full") state.isWaiting = false;
    } else if (!state.isWaiting || performance.now() - state.wishedAt > cloud.timing.wish_seconds * 1000) {
      wish();
    }
  }

  /** Take the sensitive cases that this seat may see, or null when the desk is left. */
  function overlay(plain) {
    state.plain = plain;
    if (state.told) lay();
  }

  function lay() {
    const { told, plain } = state;
    state.picture = plain ? { ...told, cases: { ...told.cases, ...plain }, hidden: 0 } : told;
  }

  /** Ask the server for a whole picture. */
  function wish() {
    state.isWaiting = true;
    state.wishedAt = performance.now();
    state.wishes += 1;
    if (window.dash_clientside && window.dash_clientside.set_props) {
      window.dash_clientside.set_props("feed-wish", { data: state.wishes });
    }
  }

  cloud.feed = { state, reduce, receive, wish, overlay };
})((window.cloud = window.cloud || {}));
