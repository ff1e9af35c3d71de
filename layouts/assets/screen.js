/* Writes the picture into whatever page is mounted: figures, lists, sources, trend, sum. */
(function (cloud) {
  "use strict";
  const state = { directory: null, frame: 0 };

  /** Write everything that can have changed: now for text, in the next frame for the map. */
  function render() {
    const { picture } = cloud.feed.state;
    const { directory } = state;
    if (!directory) return;
    const at = cloud.clock.now();
    clock(at);
    cloud.watchdog.show();
    if (!picture) return;
    cloud.watchdog.outgrown(picture, directory);
    cloud.controls.mark();
    figures(picture, at);
    sources(picture, at);
    totals(picture, at);
    cloud.lists.render(picture, directory, at);
    cloud.tables.render(picture, directory, at);
    cloud.cards.render(picture, directory, at);
    cloud.desk.render(picture, directory, at);
    cloud.indicators.render();
    cloud.modules.render(picture);
    cloud.trend.render(picture);
    cloud.map.schedule();
  }

  function clock(at) {
    const stamp = cloud.clock.stamp(at, state.directory.zone);
    cloud.dom.live("clock", stamp.time);
    cloud.dom.live("date", stamp.date);
  }

  function figures(picture, at) {
    const values = cloud.derive.figures(picture, at);
    for (const card of document.querySelectorAll("[data-figure]")) {
      const figure = values[card.dataset.figure];
      if (figure) figureCard(card, figure, at);
    }
  }

  function figureCard(card, figure, at) {
    const { alarm, unit } = card.dataset;
    part(card, "value", cloud.derive.number(figure.value));
    part(card, "unit", unitWords(figure, unit));
    part(card, "age", cloud.clock.age(figure.as_of, at));
    cloud.dom.attribute(card, "data-state", alarm && figure.value > 0 ? alarm : null);
  }

  function unitWords(figure, unit) {
    if (figure.value === null) return "暂无数据";
    if ("average" in figure) return cloud.derive.change(figure.value, figure.average).replace(" ", "\n");
    return figure.of === undefined ? unit : `/ ${cloud.derive.number(figure.of)} ${unit}`;
  }

  function part(card, name, words) {
    cloud.dom.text(card.querySelector(`[data-part="${name}"]`), words);
  }

  function sources(picture, at) {
    const rows = picture.sources.map((row) => ({ ...row, ...cloud.derive.source(row, at) }));
    rows.sort((a, b) => b.rank - a.rank);
    for (const list of document.querySelectorAll('[data-list="sources"]')) {
      cloud.dom.sync(list, rows, (row) => row.key, sourceNode, (node, row) => {
        cloud.dom.cut(node.children[0], row.name);
        cloud.dom.text(node.children[1], row.text);
        cloud.dom.attribute(node, "data-state", row.state);
      });
    }
  }

  function sourceNode() {
    const node = cloud.dom.make("li", "source");
    node.append(cloud.dom.make("span", "source-name", ""), cloud.dom.make("span", "source-age", ""));
    return node;
  }

  function totals(picture, at) {
    const parts = cloud.derive.sum(picture);
    cloud.dom.live("equation", cloud.derive.equation(parts));
    cloud.dom.live("unplaced", "未定位 " + cloud.derive.number(parts.unplaced));
    const today = picture.figures.today;
    cloud.dom.live("trend-total", `${cloud.derive.number(today.value)} 件 ${cloud.derive.change(today.value, today.average)}`);
    if (document.querySelector(".module-figures")) {
      const words = cloud.derive.modules(picture, state.directory, at);
      for (const [name, value] of Object.entries(words)) cloud.dom.live(name, value);
    }
    demo(picture);
  }

  function demo(picture) {
    const progress = picture.demo_progress;
    const isRunning = progress !== null && progress !== undefined && progress < 1;
    const more = isRunning ? ` · 生成 ${Math.floor(progress * 100)}%` : picture.is_simulated ? " · 模拟上报" : "";
    const words = "演示数据" + more;
    for (const node of document.querySelectorAll('[data-live="demo"]')) {
      node.hidden = !(state.directory.is_demo || picture.is_simulated || isRunning);
      cloud.dom.text(node, words);
    }
  }

  /** Tell the stylesheet which kind of page this is, and how large the wall's smallest character must be. */
  function place() {
    const root = document.documentElement;
    root.dataset.page = location.pathname === "/wall" ? "wall" : "desk";
    const shell = document.querySelector(".shell");
    if (shell) root.style.setProperty("--wall-smallest", shell.style.getPropertyValue("--wall-smallest"));
    for (const link of document.querySelectorAll(".nav-link")) {
      cloud.dom.attribute(link, "aria-current", link.pathname === location.pathname ? "page" : null);
    }
  }

  /** A page was put into the shell: take up its view and write it, before the chart library holds us up. */
  function mounted() {
    place();
    const { activeElement } = document;
    if (activeElement && activeElement.closest(".nav")) activeElement.blur(); // folds the menu of modules
    cloud.view.enter();
    cloud.controls.mark();
    render();
    cloud.cards.ask();
  }

  /** Watch the shell's container, as soon as it exists, for pages put into it. */
  function watch() {
    const page = document.getElementById("page");
    if (!page) return;
    shell.disconnect();
    new MutationObserver(mounted).observe(page, { childList: true });
    mounted();
  }

  /** The directory of names came with the shell. */
  function know(directory) {
    state.directory = directory;
    if (directory && directory.is_demo) cloud.dom.live("demo", "演示数据");
    render();
  }

  const shell = new MutationObserver(watch);
  shell.observe(document.getElementById("react-entry-point") || document.body, { childList: true, subtree: true });
  place();
  cloud.screen = { state, render, mounted, know };
  window.setInterval(() => cloud.screen.render(), 1000);
})((window.cloud = window.cloud || {}));
