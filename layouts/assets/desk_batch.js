/* The batch: what waits for dispatch in the queue, assigned together by the server, and one press for each case. */
(function (cloud) {
  "use strict";
  const MOST = 20; // as many presses as the server takes at once
  const state = { asked: 0, rows: [], items: [], leftOut: new Set() };

  /** The queue's cases that this seat could dispatch now, those with the least time left first. */
  function waiting() {
    const { seat } = cloud.desk.state;
    return seat ? cloud.deskQueue.state.rows.filter((row) => seat.dispatches.includes(row.state)) : [];
  }

  function sheet() {
    return cloud.desk.part("batch");
  }

  function open() {
    const { seat } = cloud.desk.state;
    if (!seat || !seat.dispatches.length || sheet().open) return;
    const all = waiting();
    if (!all.length) return cloud.deskStrips.refuse("这份队列里没有等待派遣的案卷");
    Object.assign(state, { asked: state.asked + 1, rows: all.slice(0, MOST), items: [], leftOut: new Set() });
    draw(all.length, "正在分配…");
    sheet().showModal();
    const cases = state.rows.map((row) => ({ case_id: row.id, version: row.version }));
    cloud.desk.tell("desk-batch-wish", { n: state.asked, cases });
  }

  /** Take the server's assignment, if it is of what this sheet shows. */
  function proposed(answer) {
    if (!answer || answer.n !== state.asked || !sheet() || !sheet().open) return;
    if (answer.refusal) return say(answer.refusal);
    state.items = answer.items;
    fill(answer);
    say(costWords(answer));
    go().focus();
  }

  function costWords({ items, total_cost, one_by_one_cost }) {
    if (!items.length) return "没有可以派遣的案卷";
    const saved = one_by_one_cost - total_cost;
    const apart = saved > 0.005 ? `，逐件派遣为 ${one_by_one_cost.toFixed(1)}` : "，与逐件派遣相同";
    return `合计成本 ${total_cost.toFixed(1)}${apart}`;
  }

  function draw(count, words) {
    const { make } = cloud.dom;
    const head = make("header", "");
    const of = count > MOST ? `队列前 ${MOST} 件，另有 ${count - MOST} 件下一批再派` : `${count} 件`;
    head.append(make("h2", "", "批量派遣"), make("p", "sheet-note", `等待派遣的案卷 ${of}；在各人的负荷上限内，合计成本最低`));
    const list = make("ul", "batch-rows");
    for (const row of state.rows) list.append(line(row));
    const foot = make("footer", "sheet-foot");
    const message = make("p", "sheet-message", words);
    message.setAttribute("role", "status");
    const cancel = make("button", "quiet", "取消");
    cancel.addEventListener("click", close);
    const send = make("button", "go", "派遣");
    send.disabled = true;
    send.addEventListener("click", (event) => { if (event.detail < 2) press(); });
    foot.append(message, cancel, send);
    sheet().replaceChildren(head, list, foot);
  }

  function line(row) {
    const { make } = cloud.dom;
    const { directory } = cloud.screen.state;
    const node = make("li", "batch-row");
    node.dataset.case = row.id;
    const tick = make("button", "tick");
    tick.setAttribute("role", "checkbox");
    tick.setAttribute("aria-label", `派遣${row.title}`);
    tick.disabled = true;
    tick.addEventListener("click", () => flip(String(row.id)));
    const due = make("span", "batch-due", "");
    due.dataset.due = row.due_at || "";
    const words = make("div", "batch-words");
    const mark = make("span", `mark ${row.severity}`);
    mark.setAttribute("role", "img");
    mark.setAttribute("aria-label", directory.words.severity[row.severity] || row.severity);
    mark.title = mark.getAttribute("aria-label");
    words.append(mark, make("b", "batch-title", row.title), make("span", "batch-place", cloud.lists.placeWords(row, directory)), make("span", "batch-whom", ""), make("span", "batch-notes", ""));
    node.append(tick, words, due);
    return node;
  }

  function fill(answer) {
    for (const node of sheet().querySelectorAll(".batch-row")) {
      const item = state.items.find((one) => String(one.case_id) === node.dataset.case);
      const refused = answer.refused[node.dataset.case];
      cloud.dom.text(node.querySelector(".batch-whom"), item ? whom(item) : "");
      cloud.dom.text(node.querySelector(".batch-notes"), refused || (item ? notes(item) : ""));
      node.querySelector(".tick").disabled = !item || !item.main_unit;
    }
    ticks();
  }

  function whom({ main_unit_name, person, reasons }) {
    const unit = main_unit_name ? `主办 ${main_unit_name}` : "";
    return [unit, person ? `${person}（${reasons.join("，")}）` : ""].filter(Boolean).join(" · ");
  }

  function notes(item) {
    if (!item.main_unit) return "权责清单没有主办单位，请打开这一件单独派遣";
    return item.notes.length ? `缺口：${item.notes.join("；")}` : "";
  }

  function flip(id) {
    if (!state.leftOut.delete(id)) state.leftOut.add(id);
    ticks();
  }

  /** What goes by the press: assigned, with a unit in charge, and ticked. */
  function chosen() {
    return state.items.filter((item) => item.main_unit && !state.leftOut.has(String(item.case_id)));
  }

  function ticks() {
    const going = new Set(chosen().map((item) => String(item.case_id)));
    for (const node of sheet().querySelectorAll(".batch-row")) {
      cloud.dom.attribute(node.querySelector(".tick"), "aria-checked", String(going.has(node.dataset.case)));
      cloud.dom.flag(node, "is-left-out", !going.has(node.dataset.case));
    }
    cloud.dom.text(go(), going.size ? `派遣 ${going.size} 件` : "派遣");
    go().disabled = !going.size;
  }

  function go() {
    return sheet().querySelector(".go");
  }

  function say(words) {
    cloud.dom.text(sheet().querySelector(".sheet-message"), words);
  }

  /** Press each case as the desk presses one: a key, an answer and thirty seconds of its own. */
  function press() {
    const batch = chosen();
    if (!batch.length) return;
    const name = cloud.kept.newKey();
    const titles = new Map(state.rows.map((row) => [row.id, row.title]));
    close();
    cloud.deskPress.pressAll(batch.map((item) => ({
      action: "dispatch", case_id: item.case_id, number: item.number, title: titles.get(item.case_id), version: item.version,
      words: "一键派遣", batch: name, fields: { responders: item.responders, main_unit: null },
    })));
  }

  function close() {
    if (sheet().open) sheet().close();
  }

  document.addEventListener("keydown", (event) => {
    const isSend = event.key === "Enter" && (event.ctrlKey || event.metaKey);
    if (isSend && !event.repeat && cloud.desk.isHere() && sheet().open && !go().disabled) press();
  });

  cloud.deskBatch = { state, open, proposed, waiting };
})((window.cloud = window.cloud || {}));
