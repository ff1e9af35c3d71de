/* The desk: which case is chosen, what this seat may see, and when to ask the server for either. */
(function (cloud) {
  "use strict";
  const state = {
    seat: null, // role, words, states that wait for this seat
    wishes: 0,
    wishedFor: null, // the stamp of the sensitive cases that was asked for last
    wishedAt: 0,
    asked: "", // the case and its live row that the drawer was asked for
    shown: "", // the case that was chosen last, to scroll to it once
    isStarted: false,
  };
  const WISH_AGAIN_MS = 1500;

  function isHere() {
    return location.pathname === "/desk" && Boolean(document.querySelector(".desk"));
  }

  function part(name) {
    return document.querySelector(`[data-desk="${name}"]`);
  }

  function tell(id, data) {
    if (window.dash_clientside.set_props) window.dash_clientside.set_props(id, { data });
  }

  /** Take what the server says of this seat, and the sensitive cases that it may see. */
  function seated(answer) {
    if (!answer) return;
    state.seat = answer.seat;
    if (!isHere()) return;
    cloud.feed.overlay(answer.cases);
    const { told } = cloud.feed.state;
    if (told && answer.revision < told.plain_since) state.wishedFor = null; // another process was behind
    cloud.screen.render();
  }

  /** Ask anew for the sensitive cases whenever the feed says that one of them changed. */
  function keepPlain() {
    const { told } = cloud.feed.state;
    if (!told || state.wishedFor === told.plain_since) return;
    if (state.wishedFor === null && performance.now() - state.wishedAt < WISH_AGAIN_MS) return;
    state.wishedFor = told.plain_since;
    state.wishedAt = performance.now();
    state.wishes += 1;
    tell("desk-wish", state.wishes);
  }

  /** Choose a case: in the queue, on the map and in the drawer. */
  function choose(id) {
    cloud.cards.choose({ case: String(id || ""), grid: "" });
  }

  /** The chosen case as a row of the picture; undefined when it is not open. */
  function chosen() {
    const { picture } = cloud.feed.state;
    return picture ? picture.cases[cloud.view.state.view.case] : undefined;
  }

  /** Ask for the drawer of the chosen case, again whenever its live row changed. */
  function ask() {
    const id = cloud.view.state.view.case;
    const row = chosen();
    const wish = id + JSON.stringify(row || null);
    if (wish === state.asked) return;
    const isOther = !state.asked.startsWith(id + (row ? "{" : "null"));
    state.asked = wish;
    if (isOther) cloud.dom.attribute(document.getElementById("desk-drawer"), "data-stale", id ? "" : null);
    tell("desk-case", id ? { id: Number(id), version: row ? row.version : null, stamp: wish } : null);
  }

  /** Ask for the drawer once more: what it shows is of before, and keys wait for what comes. */
  function refresh() {
    state.asked += " "; // the same case, and yet another question
    if (cloud.view.state.view.case) cloud.dom.attribute(document.getElementById("desk-drawer"), "data-stale", "");
    cloud.screen.render();
  }

  /** The drawer's answer came: once it stands, its live texts are written and a waiting key is done. */
  function drawn() {
    window.requestAnimationFrame(() => window.setTimeout(settle, 0));
  }

  function settle() {
    const drawer = document.getElementById("desk-drawer");
    if (!drawer) return;
    cloud.dom.attribute(drawer, "data-stale", null);
    cloud.deskPlan.apply();
    times(cloud.clock.now());
    cloud.deskPlace.restore();
    cloud.deskKeys.resume();
  }

  /** Minutes left and moments of day, which follow from deadlines and the server's clock alone. */
  function times(at) {
    const zone = cloud.screen.state.directory.zone;
    for (const node of document.querySelectorAll("[data-due]")) {
      const minutes = cloud.clock.minutesLeft(node.dataset.due || null, at);
      cloud.dom.text(node, cloud.clock.left(minutes));
      cloud.dom.attribute(node, "data-tone", cloud.clock.tone(minutes));
    }
    for (const node of document.querySelectorAll("[data-when]")) {
      const instant = Date.parse(node.dataset.when);
      cloud.dom.text(node, node.dataset.seconds ? cloud.clock.record(instant, at, zone) : cloud.clock.when(instant, at, zone));
    }
    for (const node of document.querySelectorAll("[data-until]")) node.hidden = Date.parse(node.dataset.until) <= at;
  }

  /** Write the times before the browser paints: a drawer drawn anew never stands there without its deadlines. */
  function watch() {
    const told = { childList: true, subtree: true, attributes: true, attributeFilter: ["data-due", "data-when"] };
    const drawer = document.getElementById("desk-drawer");
    new MutationObserver(() => times(cloud.clock.now())).observe(drawer, told);
  }

  /** Whether this seat files cases, as far as is known; what asks for that is out of sight on the others. */
  function mayReport() {
    return !state.seat || state.seat.may_report;
  }

  function seatWords() {
    const { seat } = state;
    cloud.dom.live("desk-seat", seat ? `${seat.name} · ${seat.role_words}` : "");
    for (const node of document.querySelectorAll('[data-key="N"], [data-needs="report"]')) node.hidden = !mayReport();
    for (const node of document.querySelectorAll('[data-key="B"]')) node.hidden = Boolean(seat) && !seat.dispatches.length;
  }

  function render(picture, directory, at) {
    if (!isHere()) return leave();
    keepPlain();
    seatWords();
    cloud.deskQueue.render(picture, directory, at);
    start();
    ask();
    times(at);
    cloud.deskStrips.render(at);
    cloud.deskViews.render();
  }

  /** The first case of the queue is chosen once, so that work can begin with one key. */
  function start() {
    if (state.isStarted || !state.seat) return;
    state.isStarted = true;
    watch();
    cloud.deskPress.restore();
    cloud.newCase.resume();
    const [first] = cloud.deskQueue.state.rows;
    if (!cloud.view.state.view.case && first) cloud.view.change({ case: String(first.id) });
  }

  function leave() {
    if (!state.isStarted && !cloud.feed.state.plain) return;
    Object.assign(state, { isStarted: false, wishedFor: null, wishedAt: 0, asked: "", seat: null });
    cloud.feed.overlay(null);
  }

  document.addEventListener("click", (event) => {
    const node = event.target.closest("#desk-drawer [data-look]");
    if (node) choose(node.dataset.look);
  });

  cloud.desk = { state, isHere, part, tell, seated, drawn, choose, chosen, refresh, mayReport, render };
})((window.cloud = window.cloud || {}));
