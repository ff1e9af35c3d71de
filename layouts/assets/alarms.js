/* Alarms of the desk: the strip, the sound, and who has seen what. The sound is made here, there is no file. */
(function (cloud) {
  "use strict";
  const REPEAT_MS = 5000;
  const ASK_MS = 15000;
  const LEAST_MS = 900; // between two questions, or the second would take the place of an acknowledgement
  const REFUSED_MS = 15000; // for so long a refusal stands beside its alarm
  const TONES = { critical: [880, 660, 880], overdue: [520, 520] };
  const MINUTES = [["15 分钟", 15], ["30 分钟", 30], ["1 小时", 60]];
  const state = { audio: null, board: null, asked: 0, revision: -1, askedAt: 0, soundedAt: -REPEAT_MS, isMuted: false, testedAt: "", refused: null };

  const part = (name) => document.querySelector(`[data-alarms="${name}"]`);

  /** Ask the server what runs; with `wish`, acknowledge or shelve first. */
  function ask(wish = {}) {
    if (!part("strip") || !window.dash_clientside.set_props) return;
    state.asked += 1;
    state.askedAt = performance.now();
    window.dash_clientside.set_props("alarm-ask", { data: { n: state.asked, at: Date.now(), ...wish } });
  }

  /** Take the server's answer. */
  function hear(board) {
    if (!board) return;
    if (board.alarms) state.board = board;
    if (board.refusal) state.refused = { words: board.refusal, id: board.refused, until: performance.now() + REFUSED_MS };
    render();
  }

  function render() {
    const strip = part("strip");
    if (!strip || !state.board) return foot();
    const rows = state.board.alarms;
    strip.hidden = rows.length === 0;
    cloud.dom.attribute(strip, "data-sounding", String(state.board.sounding > 0));
    cloud.dom.sync(part("rows"), rows, (row) => row.id, build, fill);
    count(rows);
    foot();
    sound();
  }

  function build(row) {
    const node = cloud.dom.make("li", "alarm");
    const open = cloud.dom.make("button", "alarm-open", "");
    open.addEventListener("click", () => cloud.cards.choose({ case: String(row.case_id) }));
    node.append(cloud.dom.make("span", "alarm-kind", ""), open, cloud.dom.make("span", "alarm-state", ""), quiet(row));
    return node;
  }

  /** Reason and end, then one of two buttons: each state is its own. */
  function quiet(row) {
    const box = cloud.dom.make("span", "alarm-quiet");
    const reason = document.createElement("input");
    Object.assign(reason, { className: "alarm-reason", maxLength: 100, placeholder: "理由", value: "已在处理" });
    reason.setAttribute("aria-label", "理由");
    const minutes = document.createElement("select");
    minutes.className = "alarm-minutes";
    minutes.setAttribute("aria-label", "多久");
    for (const [words, value] of MINUTES) minutes.append(new Option(words, value));
    const button = (words, verb) => {
      const node = cloud.dom.make("button", "alarm-button", words);
      node.dataset.verb = verb;
      node.addEventListener("click", () => ask({ verb, id: row.id, reason: reason.value, minutes: Number(minutes.value) }));
      return node;
    };
    box.append(reason, minutes, button("确认", "acknowledge"), button("搁置", "shelve"));
    return box;
  }

  function fill(node, row) {
    cloud.dom.attribute(node, "data-sounding", String(row.is_sounding));
    cloud.dom.text(node.children[0], row.kind_label);
    cloud.dom.cut(node.children[1], [row.title, row.place, row.number].filter(Boolean).join(" · "));
    cloud.dom.cut(node.children[2], states(row));
    node.lastElementChild.hidden = !state.board.may_handle;
    node.querySelector('[data-verb="acknowledge"]').disabled = row.is_acknowledged;
    node.querySelector('[data-verb="shelve"]').disabled = row.is_shelved;
  }

  function states(row) {
    const time = (at) => (at ? stamp(new Date(at)) : "");
    const words = [];
    if (row.is_acknowledged) words.push(`${row.acknowledged_by} 已确认，到 ${time(row.acknowledged_until)}：${row.acknowledge_reason}`);
    if (row.is_shelved) words.push(`${row.shelved_by} 已搁置，到 ${time(row.shelved_until)}：${row.shelve_reason}`);
    return [refusalOf(row), ...words].filter(Boolean).join(" · ") || "待确认";
  }

  /** What was refused of this alarm, for a while; a refusal that names none is of the whole seat. */
  function refusalOf(row) {
    const { refused } = state;
    const isNew = refused && performance.now() < refused.until;
    return isNew && (refused.id === row.id || !refused.id) ? refused.words : "";
  }

  /** How many alarms there are, as soon as not all of them are in sight. */
  function count(rows) {
    const list = part("rows");
    const isCut = list.scrollHeight > list.clientHeight + 1;
    part("count").hidden = !isCut;
    if (isCut) cloud.dom.text(part("count"), `共 ${rows.length} 个报警，未确认的在前；其余向下滚动`);
  }

  function stamp(at) {
    const { directory } = cloud.screen.state;
    return at.toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", timeZone: directory ? directory.zone : undefined });
  }

  /** What stands at the foot: has the sound been tried, is it muted, how many alarms an operator gets. */
  function foot() {
    const isReady = state.audio && state.audio.state === "running";
    const words = state.isMuted ? "已静音" : state.testedAt ? `声音已测试 ${state.testedAt}` : isReady ? "声音未测试" : "声音未启用，请点“测试声音”";
    cloud.dom.text(part("sound"), words);
    cloud.dom.attribute(part("sound"), "data-tone", state.isMuted || !state.testedAt ? "soon" : null);
    cloud.dom.text(part("mute-word"), state.isMuted ? "取消静音" : "静音");
    cloud.dom.attribute(part("mute"), "aria-pressed", String(state.isMuted));
    const load = state.board && state.board.load;
    if (!load) return;
    cloud.dom.text(part("load"), `本席报警 ${load.per_operator.toFixed(1)} 次/10 分钟`);
    cloud.dom.attribute(part("load"), "data-tone", load.is_too_high ? "bad" : null);
    cloud.dom.attribute(part("load"), "title", `近一小时 ${load.raised} 次，在席 ${load.operators} 人；EEMUA 191 要求少于 1 次`);
  }

  /** A browser lets a page sound only after the first press on it. */
  function audio() {
    if (!state.audio) state.audio = new window.AudioContext();
    if (state.audio.state === "suspended") state.audio.resume().then(foot, () => {});
    return state.audio;
  }

  function play(tones) {
    const context = audio();
    tones.forEach((hertz, index) => {
      const start = context.currentTime + index * 0.22;
      const tone = context.createOscillator();
      const volume = context.createGain();
      tone.frequency.value = hertz;
      volume.gain.setValueAtTime(0.25, start);
      volume.gain.exponentialRampToValueAtTime(0.001, start + 0.2);
      tone.connect(volume).connect(context.destination);
      tone.start(start);
      tone.stop(start + 0.21);
    });
  }

  /** Sound again every few seconds for as long as something waits and nobody has muted this seat. */
  function sound() {
    const loud = state.board ? state.board.alarms.filter((row) => row.is_sounding) : [];
    if (!loud.length || state.isMuted || performance.now() - state.soundedAt < REPEAT_MS) return;
    state.soundedAt = performance.now();
    play(TONES[loud.some((row) => row.kind === "critical") ? "critical" : "overdue"]);
  }

  function test() {
    play(TONES.critical);
    state.testedAt = stamp(new Date(cloud.clock.now()));
    window.sessionStorage.setItem("cloud-sound-tested", state.testedAt);
    foot();
  }

  function mute() {
    state.isMuted = !state.isMuted;
    foot();
  }

  /** Once a second: ask when something changed, at the latest after a while; sound again. */
  function beat() {
    if (!part("strip")) return;
    const { picture } = cloud.feed.state;
    const revision = picture ? picture.revision : -1;
    const silent = performance.now() - state.askedAt;
    if ((revision !== state.revision && silent > LEAST_MS) || silent > ASK_MS) {
      state.revision = revision;
      ask();
    }
    render();
  }

  document.addEventListener("click", (event) => {
    const press = event.target.closest("button[data-alarms]"); // not the word on it
    if (part("strip")) audio();
    if (press && press.dataset.alarms === "test") test();
    if (press && press.dataset.alarms === "mute") mute();
  });
  state.testedAt = window.sessionStorage.getItem("cloud-sound-tested") || "";
  window.setInterval(beat, 1000);
  cloud.alarms = { hear, ask, state };
})((window.cloud = window.cloud || {}));
