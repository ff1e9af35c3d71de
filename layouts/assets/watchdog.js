/* Is the picture still true? After 45 s without a message it says so, asks for ever, and comes back. */
(function (cloud) {
  "use strict";
  // A test may set any of these before or after this file is read.
  cloud.timing = {
    silent_seconds: 45, // without a message: 已断开
    worry_seconds: 20, // without a message: ask whether the server is there at all
    probe_seconds: 5, // between questions at first
    probe_most_seconds: 30, // between questions later
    wish_seconds: 5, // before asking again for a whole picture
    outgrown_seconds: 600, // between reloads for the same changed boundaries
    ...cloud.timing,
  };
  const state = { isDown: false, isProbing: false, nextAt: 0, wait: 0, shownAt: null };

  /** The state of the connection at an instant of `performance.now()`: waiting for a first picture, live, resync, or down. */
  function link(feed, at, isDown) {
    const silent = (at - feed.heardAt) / 1000;
    if (isDown || silent > cloud.timing.silent_seconds) return "down";
    if (feed.isWaiting) return feed.picture ? "resync" : "waiting";
    return "live";
  }

  const WORDS = { waiting: "正在连接", live: "实时", resync: "正在重新同步", down: "已断开" };

  /** Show the state of the connection, and since when the picture is old. */
  function show() {
    const now = performance.now();
    const feed = cloud.feed.state;
    const silent = (now - feed.heardAt) / 1000;
    if (state.isDown && silent < cloud.timing.worry_seconds) back();
    if (silent > cloud.timing.silent_seconds) state.isDown = true;
    if (silent > cloud.timing.worry_seconds || state.isDown) probe(now);
    if (feed.isWaiting && now - feed.wishedAt > cloud.timing.wish_seconds * 1000 && !state.isDown) cloud.feed.wish();
    write(link(feed, now, state.isDown));
  }

  function write(name) {
    const root = document.documentElement;
    cloud.dom.attribute(root, "data-link", name);
    cloud.dom.live("link", WORDS[name]);
    const banner = document.getElementById("banner");
    if (!banner) return;
    banner.hidden = name !== "down";
    const at = cloud.feed.state.picture && Date.parse(cloud.feed.state.picture.server_time);
    const until = at ? `画面截至 ${cloud.clock.stamp(at, cloud.screen.state.directory.zone).time}` : "尚未收到画面";
    cloud.dom.live("banner", name === "down" ? `已断开 · ${until} · 正在重连` : "");
  }

  function back() {
    state.isDown = false;
    state.wait = 0;
    state.nextAt = 0;
  }

  /** Ask the server whether it is there; when it answers although the feed is silent, load the page anew. */
  async function probe(now) {
    if (state.isProbing || now < state.nextAt) return;
    state.isProbing = true;
    const isUp = (await answers("/healthz")) && (!state.isDown || (await answers(location.href)));
    state.isProbing = false;
    const silent = (performance.now() - cloud.feed.state.heardAt) / 1000;
    if (!isUp && silent > cloud.timing.worry_seconds) state.isDown = true; // a message proves more than a probe
    state.wait = Math.min(cloud.timing.probe_most_seconds, state.wait ? state.wait * 1.6 : cloud.timing.probe_seconds);
    state.nextAt = performance.now() + state.wait * 1000;
    if (isUp && state.isDown && silent > cloud.timing.worry_seconds) cloud.watchdog.reload();
    show();
  }

  async function answers(address) {
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), 4000);
    try {
      return (await fetch(address, { cache: "no-store", signal: limit.signal })).ok;
    } catch {
      return false;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Load the page anew; the view stands in the address. */
  function reload() {
    location.reload();
  }

  /** A picture of other boundaries than this page draws: load it anew, for each stamp once in a while. */
  function outgrown(picture, directory) {
    if (!picture.geometry || picture.geometry === directory.geometry) return;
    const tried = JSON.parse(sessionStorage.getItem("outgrown") || "{}");
    const ago = Math.abs(Date.now() - (tried[picture.geometry] || 0)); // across pages only the clock is left
    if (ago < cloud.timing.outgrown_seconds * 1000) return;
    const isRecent = ([, at]) => Math.abs(Date.now() - at) < cloud.timing.outgrown_seconds * 1000;
    const recent = Object.fromEntries(Object.entries(tried).filter(isRecent));
    sessionStorage.setItem("outgrown", JSON.stringify({ ...recent, [picture.geometry]: Date.now() }));
    cloud.watchdog.reload();
  }

  // The browser's word on the network is a hint (the server may be on this very machine): ask at once.
  for (const name of ["offline", "online"]) {
    window.addEventListener(name, () => {
      state.nextAt = 0;
      probe(performance.now());
    });
  }
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    state.nextAt = 0; // a page that slept asks at once
    cloud.screen.render();
  });

  cloud.watchdog = { state, link, show, reload, outgrown, answers };
})((window.cloud = window.cloud || {}));
