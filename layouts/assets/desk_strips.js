/* The strips above the foot: what can still be undone, what was refused, what is not sent yet. */
(function (cloud) {
  "use strict";
  const DONE_MS = 5000;
  const REFUSED_MS = 60000;
  const state = { strips: new Map() };

  /** Show the answer to an intention. */
  function answered(intent, outcome) {
    const about = { id: intent.key, case_id: intent.case_id, title: intent.title, at: Date.now() };
    if (!outcome.ok) return add({ ...about, kind: "refused", words: `未能${intent.words}：${outcome.message}` });
    const { receipt } = outcome;
    if (intent.action === "undo" || intent.action === "send_now") forget(intent.case_id);
    if (receipt.undo_until && Date.parse(receipt.undo_until) > cloud.clock.now()) {
      return add({ ...about, id: `undo-${intent.case_id}`, kind: "undo", words: outcome.words, until: receipt.undo_until, is_waiting: receipt.is_waiting, version: receipt.version, number: receipt.number, batch: intent.batch });
    }
    add({ ...about, kind: "done", words: outcome.words });
  }

  /** Say why nothing happened. */
  function refuse(words, row) {
    add({ id: `refused-${words}`, kind: "refused", words, title: row ? row.title : "", at: Date.now() });
  }

  function add(strip) {
    state.strips.set(strip.id, strip);
    render(cloud.clock.now());
  }

  function forget(caseId) {
    state.strips.delete(`undo-${caseId}`);
  }

  /** The dispatch that Z undoes: the newest whose time has not run out. */
  function undoable() {
    const at = cloud.clock.now();
    const open = [...state.strips.values()].filter((strip) => strip.kind === "undo" && !isOver(strip, at));
    return open[open.length - 1];
  }

  function isOver(strip, at) {
    if (strip.kind === "undo") return Date.parse(strip.until) <= at || hasMoved(strip);
    return Date.now() - strip.at > (strip.kind === "done" ? DONE_MS : REFUSED_MS);
  }

  /** Whether somebody went on with the case since its dispatch: what is left to undo then stands in its drawer. */
  function hasMoved(strip) {
    const { picture } = cloud.feed.state;
    const row = picture && picture.cases[strip.case_id];
    return Boolean(row) && row.version > strip.version;
  }

  function render(at) {
    const holder = cloud.desk.part("strips");
    if (!holder) return;
    for (const [id, strip] of state.strips) if (isOver(strip, at)) state.strips.delete(id);
    const waiting = [...cloud.deskPress.state.intents.values()].map((intent) => ({
      id: `wait-${intent.key}`, kind: cloud.deskPress.isUnsent(intent) ? "unsent" : "sending", intent,
      title: intent.title, words: intent.words,
    }));
    cloud.dom.sync(holder, [...state.strips.values(), ...waiting], (strip) => strip.id, build, (node, strip) => fill(node, strip, at));
  }

  function build() {
    const node = cloud.dom.make("div", "strip-row");
    node.append(cloud.dom.make("span", "strip-time", ""), cloud.dom.make("span", "strip-words", ""), cloud.dom.make("span", "strip-buttons"));
    return node;
  }

  const TOLD = { sending: "正在发送", unsent: "没有答复，不知是否送达；接通后自动核对", undo: "", refused: "", done: "" };

  function fill(node, strip, at) {
    cloud.dom.attribute(node, "data-kind", strip.kind);
    cloud.dom.attribute(node, "role", strip.kind === "refused" || strip.kind === "unsent" ? "alert" : "status");
    const seconds = strip.kind === "undo" ? Math.max(0, Math.ceil((Date.parse(strip.until) - at) / 1000)) : 0;
    cloud.dom.text(node.children[0], strip.kind === "undo" ? `${seconds} 秒` : TOLD[strip.kind]);
    cloud.dom.text(node.children[1], [strip.words, strip.title].filter(Boolean).join(" · "));
    buttons(node.children[2], strip);
  }

  const BUTTONS = {
    undo: [["undo", "撤销 Z"], ["send_now", "立即发送 S"]],
    unsent: [["drop", "放弃"]],
    refused: [["dismiss", "知道了"]],
  };

  /** What has gone out already, as of urgent cases, cannot be sent at once any more; a batch is undone as one, too. */
  function buttonsOf(strip) {
    const buttons = (BUTTONS[strip.kind] || []).filter(([name]) => name !== "send_now" || strip.is_waiting);
    const count = strip.kind === "undo" ? batchOf(strip).length : 0;
    return count > 1 ? [...buttons, ["undo_batch", `撤销这批 ${count} 件`]] : buttons;
  }

  /** The strips of one batch that can still be undone. */
  function batchOf({ batch }) {
    const at = cloud.clock.now();
    return [...state.strips.values()].filter((strip) => batch && strip.batch === batch && strip.kind === "undo" && !isOver(strip, at));
  }

  function buttons(holder, strip) {
    cloud.dom.sync(holder, buttonsOf(strip), ([name]) => name, ([name, words]) => {
      const button = cloud.dom.make("button", "strip-button", words);
      button.addEventListener("click", () => act(name, holder.strip));
      return button;
    }, (button, [, words]) => cloud.dom.text(button, words));
    holder.strip = strip;
  }

  function act(name, strip) {
    if (name === "drop") cloud.deskPress.drop(strip.intent.key);
    else if (name === "dismiss") state.strips.delete(strip.id);
    else if (name === "undo_batch") cloud.deskPress.pressAll(batchOf(strip).map((one) => intention("undo", one)));
    else take(name, strip);
    render(cloud.clock.now());
  }

  /** Undo, or send at once, what a strip tells of. */
  function take(action, strip) {
    cloud.deskPress.press(intention(action, strip));
  }

  function intention(action, { case_id, number, title, version }) {
    return { action, case_id, number, title, version, words: action === "undo" ? "撤销" : "立即发送" };
  }

  cloud.deskStrips = { state, answered, refuse, undoable, take, render };
})((window.cloud = window.cloud || {}));
