/* The keyboard of the desk; every key presses a button that a finger could press as well. */
(function (cloud) {
  "use strict";
  const WAIT_MS = 8000;
  const state = { waiting: null };

  const KEYS = {
    j: () => cloud.deskQueue.step(1),
    k: () => cloud.deskQueue.step(-1),
    ArrowDown: () => cloud.deskQueue.step(1),
    ArrowUp: () => cloud.deskQueue.step(-1),
    Enter: enter,
    a: () => offered("accept"),
    d: () => offered("dispatch"),
    e: () => offered("primary"),
    z: (isInDrawer) => onStrip("undo", isInDrawer),
    s: (isInDrawer) => onStrip("send_now", isInDrawer),
    b: () => cloud.deskBatch.open(),
    m: menu,
    p: () => offered("adjust"),
    "/": () => cloud.deskSearch.focus(),
    "?": help,
    Escape: escape,
    1: () => tab("mine"),
    2: () => tab("overdue"),
    3: () => tab("all"),
  };

  function pressed(event) {
    if (!cloud.desk.isHere() || event.ctrlKey || event.metaKey || event.altKey) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (!KEYS[key] || isTyping(event.target) || isElsewhere(event, key)) return;
    if (event.repeat && !["j", "k", "ArrowDown", "ArrowUp"].includes(key)) return;
    event.preventDefault();
    if (!inMenu(key)) KEYS[key]();
  }

  /** In an open menu the arrows walk through its rows; a step to another case closes it. Tells whether that was all. */
  function inMenu(key) {
    const menu = document.querySelector("#desk-drawer details.menu[open]");
    if (!menu) return false;
    if (["j", "k"].includes(key)) menu.open = false;
    if (!["ArrowDown", "ArrowUp"].includes(key)) return false;
    const rows = [...menu.querySelectorAll("[data-do]")];
    const next = rows.indexOf(document.activeElement) + (key === "ArrowDown" ? 1 : -1);
    rows[(next + rows.length) % rows.length].focus();
    return true;
  }

  function isTyping(node) {
    return node.closest && Boolean(node.closest("input, textarea, select, [contenteditable]"));
  }

  /** An open dialog has its own keys; Enter on a button presses that button. */
  function isElsewhere(event, key) {
    const dialog = document.querySelector("dialog[open]");
    if (dialog) return !(dialog === cloud.desk.part("help") && ["?", "Escape"].includes(key));
    const isButton = Boolean(event.target.closest && event.target.closest("button, a, summary"));
    return key === "Enter" && isButton && !event.target.closest(".case-button");
  }

  /** Press what the drawer offers; while it is still on its way, as soon as it stands. */
  function offered(name) {
    const id = cloud.view.state.view.case;
    if (!id) return;
    if (mustWait(name, id)) return;
    const button = find(name);
    if (button) return name === "adjust" ? button.focus() : cloud.deskForms.run(button);
    const row = cloud.desk.chosen();
    const words = cloud.screen.state.directory.words.state;
    const shown = row ? words[row.state] : "已办结";
    cloud.deskStrips.refuse(`${WORDS[name]}：当前状态“${shown}”没有这一步`, row);
  }

  /** Keep a key for the drawer that is on its way; tells whether it has to wait. */
  function mustWait(name, id) {
    if (cloud.deskForms.subject() && !document.querySelector("#desk-drawer[data-stale]")) return false;
    state.waiting = { name, id, until: performance.now() + WAIT_MS, words: name === "primary" ? wordsOf(find(name)) : "" };
    return true;
  }

  /** What the large button of the chosen case says; "" where its drawer is not there yet. */
  function wordsOf(button) {
    return button && cloud.deskForms.subject() ? JSON.parse(button.dataset.do).words : "";
  }

  const WORDS = { accept: "不能受理", dispatch: "不能派遣", primary: "没有可办理的下一步", adjust: "没有可调整的方案" };

  function find(name) {
    const drawer = document.getElementById("desk-drawer");
    if (name === "primary") return drawer.querySelector(".primary");
    if (name === "adjust") return drawer.querySelector("[data-responder]");
    return [...drawer.querySelectorAll("[data-do]")].find((node) => JSON.parse(node.dataset.do).action === name);
  }

  /** Do the key that waited for this drawer. */
  function resume() {
    const { waiting } = state;
    if (!waiting || !cloud.deskForms.subject()) return;
    state.waiting = null;
    if (waiting.id === cloud.view.state.view.case && performance.now() < waiting.until) {
      if (waiting.name === "menu") menu();
      else if (isMeant(waiting)) offered(waiting.name);
    }
  }

  /** E means what the large button said when it was pressed: a bounced key must not take the next step as well. */
  function isMeant(waiting) {
    const now = wordsOf(find("primary"));
    if (!waiting.words || waiting.words === now) return true;
    cloud.deskStrips.refuse(`没有办理：大按钮已由“${waiting.words}”变为“${now || "无"}”，看过再按 E`, cloud.desk.chosen());
    return false;
  }

  /** The key takes the newest dispatch of this desk; a button in a drawer is about the drawer's own case. */
  function onStrip(action, isInDrawer) {
    const strip = (!isInDrawer && cloud.deskStrips.undoable()) || inDrawer();
    if (strip && (action === "undo" || strip.is_waiting !== false)) return cloud.deskStrips.take(action, strip);
    cloud.deskStrips.refuse(action === "undo" ? "没有可撤销的派遣：只能在 30 秒内、签收之前撤销" : "没有等待发送的派遣");
  }

  /** The chosen case, while its dispatch, of whatever desk, can still be undone. */
  function inDrawer() {
    const node = document.querySelector("#desk-drawer [data-until]");
    const isOpen = node && Date.parse(node.dataset.until) > cloud.clock.now();
    return isOpen ? cloud.deskForms.subject() : null;
  }

  function enter() {
    const [first] = cloud.deskQueue.state.rows;
    if (!cloud.view.state.view.case && first) cloud.desk.choose(first.id);
    const title = document.querySelector("#desk-drawer .drawer-title");
    if (title) title.focus();
  }

  function tab(name) {
    cloud.view.change({ tab: name });
    cloud.screen.render();
  }

  function menu() {
    const id = cloud.view.state.view.case;
    if (!id || mustWait("menu", id)) return;
    const node = document.querySelector("#desk-drawer details.menu");
    if (!node) return cloud.deskStrips.refuse("这件案卷现在没有其他操作", cloud.desk.chosen());
    node.open = !node.open;
    (node.open ? node.querySelector("[data-do]") : node.querySelector("summary")).focus();
  }

  function help() {
    const sheet = cloud.desk.part("help");
    if (sheet.open) sheet.close();
    else sheet.showModal();
  }

  function escape() {
    const open = document.querySelector("#desk-drawer details.menu[open]");
    const sheet = cloud.desk.part("help");
    if (sheet.open) sheet.close();
    else if (open) open.open = false;
    else if (document.activeElement) document.activeElement.blur();
  }

  document.addEventListener("keydown", pressed);
  document.addEventListener("click", (event) => {
    const hint = event.target.closest("[data-key]");
    if (!hint || !cloud.desk.isHere()) return;
    const act = KEYS[hint.dataset.key.length === 1 ? hint.dataset.key.toLowerCase() : hint.dataset.key];
    if (act) act(Boolean(hint.closest("#desk-drawer"))); // N belongs to the sheet for new cases
  });

  cloud.deskKeys = { state, resume };
})((window.cloud = window.cloud || {}));
