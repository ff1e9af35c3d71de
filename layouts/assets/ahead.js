/* The chart library is most of a first load and blocks the page while it starts: it is fetched ahead, and
   started when the first figures stand on the screen. Dash waits for `window.Plotly`, which until then is
   a promise of it (the library writes itself over it). */
(function (cloud) {
  "use strict";
  const PATIENCE_MS = 1500; // without a picture the map comes all the same
  const PAINT_MS = 30;
  const POLL_MS = 20;

  function address() {
    const config = JSON.parse(document.getElementById("_dash-config").textContent);
    const version = document.querySelector("meta[name=plotly-version]").content.replaceAll(".", "_");
    // with its version in the address the browser may keep it for ever
    return `${config.requests_pathname_prefix}_dash-component-suites/plotly/package_data/plotly.v${version}m0.min.js`;
  }

  function fetchAhead() {
    const link = document.createElement("link");
    link.rel = "preload";
    link.as = "script";
    link.href = address();
    document.head.append(link);
  }

  /** Resolve when the first picture is on the screen, or after a while. */
  function figuresStand() {
    const until = performance.now() + PATIENCE_MS;
    return new Promise((resolve) => {
      const look = () => {
        if (cloud.feed.state.picture || performance.now() > until) window.setTimeout(resolve, PAINT_MS);
        else window.setTimeout(look, POLL_MS);
      };
      look();
    });
  }

  function start() {
    return new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = address();
      script.onload = () => resolve(window.Plotly);
      script.onerror = reject;
      document.head.append(script);
    });
  }

  if (["/", "/wall"].includes(location.pathname)) fetchAhead();
  let started = null;
  window.Plotly = {
    then(resolve, reject) {
      started = started || figuresStand().then(start);
      return started.then(() => resolve(), reject);
    },
  };
})((window.cloud = window.cloud || {}));
