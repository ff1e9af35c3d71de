/* What was chosen: a case (from the picture) or a grid (asked of the server), and the word at the pointer. */
(function (cloud) {
  "use strict";
  const state = { asked: "" };

  /** Choose a case or a grid: into the view, the list, the map and the card. Where both would have a card, one goes. */
  function choose(parts) {
    const hasBoth = Boolean(document.getElementById("case-card"));
    const other = "case" in parts ? { grid: "" } : { case: "" };
    cloud.view.change(hasBoth ? { ...other, ...parts } : parts);
    cloud.screen.render();
    ask();
  }

  /** Ask the server for the chosen grid's card, again whenever its live numbers changed. */
  function ask() {
    const holder = document.getElementById("grid-card");
    if (!holder || !window.dash_clientside.set_props) return;
    const { picture } = cloud.feed.state;
    const code = cloud.view.state.view.grid;
    const live = code && picture ? JSON.stringify(picture.grids[code] || null) : "";
    const wish = code + live;
    if (wish === state.asked && (!code || holder.firstChild)) return;
    state.asked = wish;
    window.dash_clientside.set_props("picked", { data: { code, live } });
  }

  function render(picture, directory, at) {
    for (const node of document.querySelectorAll("[data-age]")) {
      cloud.dom.text(node, cloud.clock.age(node.dataset.age, at));
    }
    const holder = document.getElementById("case-card");
    if (!holder) return;
    if (cloud.view.state.view.grid && picture.grids) askWhenChanged();
    const row = picture.cases[cloud.view.state.view.case];
    holder.hidden = !row;
    const other = document.getElementById("grid-card");
    if (other) other.hidden = Boolean(row); // a link may name both: one after the other
    if (row) caseCard(holder, row, directory, at);
  }

  function askWhenChanged() {
    const { picture } = cloud.feed.state;
    const code = cloud.view.state.view.grid;
    if (state.asked !== code + JSON.stringify(picture.grids[code] || null)) ask();
  }

  function caseCard(holder, row, directory, at) {
    if (!holder.firstChild) holder.append(...frame());
    const [head, list] = holder.children;
    const mark = head.children[0];
    mark.className = "mark " + row.severity;
    cloud.dom.attribute(mark, "aria-label", directory.words.severity[row.severity]);
    cloud.dom.cut(head.children[1], row.title);
    cloud.dom.sync(list, facts(row, directory, at), (fact) => fact[0], factNode, (node, fact) => {
      cloud.dom.text(node.children[1], fact[1]);
      cloud.dom.attribute(node.children[1], "data-tone", fact[2] || "");
    });
  }

  function frame() {
    const head = cloud.dom.make("header", "card-head");
    const close = cloud.dom.make("button", "close");
    close.setAttribute("aria-label", "关闭案卷卡");
    close.dataset.switch = "close";
    close.dataset.value = "case";
    const mark = cloud.dom.make("span", "mark");
    mark.setAttribute("role", "img");
    head.append(mark, cloud.dom.make("h3", "card-title", ""), close);
    return [head, cloud.dom.make("dl", "facts")];
  }

  function factNode(fact) {
    const node = cloud.dom.make("div", "fact");
    node.append(cloud.dom.make("dt", "fact-name", fact[0]), cloud.dom.make("dd", "fact-value", ""));
    return node;
  }

  function facts(row, directory, at) {
    const words = directory.words;
    const minutes = cloud.clock.minutesLeft(row.due_at, at);
    const name = (code) => (directory.grids[code] ? directory.grids[code].name : "");
    const grids = [row.grid, row.police, row.professional].map(name).filter(Boolean);
    return [
      ["剩余", cloud.clock.left(minutes), cloud.clock.tone(minutes)],
      ["等级", words.severity[row.severity] || row.severity],
      ["状态", words.state[row.state] || row.state],
      ["位置", cloud.lists.placeWords(row, directory)],
      ["网格", [...new Set(grids)].join(" · ") || "未定位"],
      ["类别", row.category_name || row.category || ""],
      ["渠道", words.channel[row.channel] || row.channel || ""],
      ["上报", cloud.clock.age(row.reported_at, at)],
      ["定位", words.grade[row.grade] || row.grade || ""],
      ["案卷号", row.number],
    ].filter((fact) => fact[1] && !(row.is_dimmed && ["渠道", "定位"].includes(fact[0])));
  }

  /** Show the name of what lies under the pointer (see `cloud.map.at`), beside it. */
  function tip(hit, event) {
    const node = document.querySelector("[data-tip]");
    if (!node) return;
    const words = hit && cloud.feed.state.picture ? tipWords(hit) : "";
    node.hidden = !words;
    if (!words) return;
    const area = node.parentElement.getBoundingClientRect();
    cloud.dom.text(node, words);
    const left = Math.min(event.clientX - area.left + 14, area.width - node.offsetWidth - 4);
    node.style.transform = `translate(${left}px, ${event.clientY - area.top + 14}px)`;
  }

  function tipWords(hit) {
    const { picture } = cloud.feed.state;
    const at = cloud.clock.now();
    const row = picture.cases[hit.case];
    const person = picture.staff[hit.staff];
    if (person) return `在岗人员 · 定位 ${cloud.clock.age(person.at, at)}`;
    if (!row) return "";
    const where = cloud.lists.placeWords(row, cloud.screen.state.directory);
    return `${row.title} · ${where} · ${cloud.clock.left(cloud.clock.minutesLeft(row.due_at, at))}`;
  }

  cloud.cards = { choose, ask, render, tip };
})((window.cloud = window.cloud || {}));
