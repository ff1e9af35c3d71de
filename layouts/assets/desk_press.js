/* Intentions: what somebody pressed, each once under a key of its own, kept until the server has answered. */
(function (cloud) {
  "use strict";
  const KEPT = "desk-intents";
  const RETRY_MS = 4000;
  const ASK_MS = 700; // without an answer the server is asked whether it is there
  const WORRY_MS = 2500; // without an answer nobody knows, even where the server is there
  const state = { intents: new Map(), sentAt: 0, sends: 0, isGone: false };

  /**
   * Press: {action, case_id, number, title, version, fields, words}. The same action on the same case or assisting
   * order is not pressed twice while the first one waits for its answer. Returns the intention's key, or "".
   */
  function press(intent) {
    const key = take(intent);
    if (key) send();
    return key;
  }

  /** Press several cases at once: each an intention of its own, sent together. */
  function pressAll(intents) {
    if (intents.map(take).some(Boolean)) send();
  }

  function take(intent) {
    const kept = { fields: {}, ...intent, account: cloud.kept.account(), key: cloud.kept.newKey(), pressed_at: Date.now() };
    if ([...state.intents.values()].some((other) => isSame(other, kept))) {
      cloud.deskStrips.refuse(`${kept.words}：上一次还没有答复，没有再发送`, kept);
      return "";
    }
    state.intents.set(kept.key, kept);
    keep();
    return kept.key;
  }

  function isSame(one, other) {
    const isSameAction = one.case_id === other.case_id && one.action === other.action;
    return isSameAction && one.fields.order_id === other.fields.order_id;
  }

  /** Send everything that waits; what the server has done already it answers again by its key. */
  function send() {
    state.sentAt = performance.now();
    state.sends += 1;
    cloud.desk.tell("desk-intents", { n: state.sends, intents: [...state.intents.values()] });
    window.setTimeout(doubt, ASK_MS);
    cloud.deskStrips.render(cloud.clock.now());
  }

  /** A press that has no answer yet: a server that is gone is told at once, not after the patience for a slow one. */
  async function doubt() {
    if (!state.intents.size) return;
    state.isGone = !(await cloud.watchdog.answers("/healthz"));
    tell();
  }

  /** Show which presses are in doubt, on their strips and in the form that sent one. */
  function tell() {
    cloud.deskStrips.render(cloud.clock.now());
    for (const intent of state.intents.values()) if (isUnsent(intent)) cloud.deskForms.doubted(intent);
  }

  /** Take the answers; one that nobody waits for any more is old news. */
  function settle(outcomes) {
    for (const outcome of (outcomes && outcomes.outcomes) || []) {
      const intent = state.intents.get(outcome.key);
      if (!intent) continue;
      if (!outcome.is_final) continue; // the server could not answer: it stays, and is sent again
      state.intents.delete(outcome.key);
      state.isGone = false;
      cloud.deskStrips.answered(intent, outcome);
      cloud.deskForms.answered(intent, outcome);
      cloud.deskPlan.answered(intent, outcome);
    }
    keep();
    cloud.desk.refresh();
  }

  /** Send again what has no answer, while the connection stands. */
  function retry() {
    if (!state.intents.size || !cloud.desk.isHere()) return;
    tell();
    const isLive = document.documentElement.dataset.link === "live";
    if (isLive && performance.now() - state.sentAt > RETRY_MS) send();
  }

  /** Whether nobody knows of an intention: the connection is down, the server gone, or no answer came for a while. */
  function isUnsent(intent) {
    return state.isGone || document.documentElement.dataset.link === "down" || Date.now() - intent.pressed_at > WORRY_MS;
  }

  /** Give an intention up that has not been answered; what the server did with it shows on the case. */
  function drop(key) {
    state.intents.delete(key);
    keep();
  }

  function keep() {
    cloud.kept.put(KEPT, [...state.intents.values()]);
  }

  /** Take up what an earlier load of this page could not send. */
  function restore() {
    for (const intent of cloud.kept.take(KEPT, [])) state.intents.set(intent.key, intent);
    if (state.intents.size) send();
  }

  window.setInterval(retry, 1000);
  cloud.deskPress = { state, press, pressAll, settle, isUnsent, drop, restore };
})((window.cloud = window.cloud || {}));
