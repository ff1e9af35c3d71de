/* The sheet 登记案卷: what is typed is kept in this tab until the case is filed, whatever happens on the way. */
(function (cloud) {
  "use strict";
  const DRAFT = "cloud-new-case";
  const PAUSE_MS = 350;
  const state = { n: 0, fields: {}, key: "", isOpen: false, choices: null, timer: 0, sent: null, files: [], hit: 0 };

  const part = (name) => document.querySelector(`[data-new-case="${name}"]`);
  const advice = (name) => document.querySelector(`[data-advice="${name}"]`);
  const input = (key) => document.getElementById(`nc-${key}`);

  /** Ask the server. Only the newest question is answered, so each one says whether the choices are still wanting. */
  function ask(kind, { fields, key } = state) {
    state.n += 1;
    const data = { n: state.n, kind, fields, key, needs_choices: !state.choices };
    window.dash_clientside.set_props("new-case-ask", { data });
  }

  function open() {
    const sheet = part("sheet");
    if (!sheet || state.isOpen) return;
    if (!cloud.desk.mayReport()) return cloud.deskStrips.refuse("本席不登记案卷：请由受理员、派遣员或值班长登记");
    furnish();
    state.isOpen = true;
    restore();
    sheet.show();
    cloud.map.follow();
    document.documentElement.dataset.picking = "on";
    save();
    soon(0);
    input("title").focus();
  }

  function close() {
    if (!state.isOpen) return;
    state.isOpen = false;
    document.activeElement.blur(); // or the next key would still be typed into the sheet
    part("sheet").close();
    cloud.map.follow();
    delete document.documentElement.dataset.picking;
    save();
  }

  /** Put the inputs into their places, once per page. */
  function furnish() {
    for (const place of part("sheet").querySelectorAll("[data-input]")) {
      if (!place.firstChild) place.append(cloud.newCaseParts.make(place.dataset));
    }
    if (!input("photos")) part("photos").prepend(cloud.newCaseParts.photoInput(pickedPhotos));
    if (state.choices) offer(state.choices);
  }

  function offer({ categories, severities, channels }) {
    cloud.newCaseParts.fillSelect(input("category"), categories, "请选择");
    cloud.newCaseParts.fillSelect(input("severity"), severities, "按类别");
    cloud.newCaseParts.fillSelect(input("intake_channel"), channels, "请选择");
    restore();
  }

  // --- What is typed is kept -------------------------------------------------------------------------

  function save() {
    cloud.kept.put(DRAFT, { fields: state.fields, key: state.key, isOpen: state.isOpen, sent: state.sent });
  }

  /** Take up what an earlier load of this page left open, and settle what it had sent. */
  function resume() {
    const { isOpen, sent } = cloud.kept.take(DRAFT, {});
    if (isOpen || sent) open();
    if (sent && state.isOpen) cloud.newCaseFiling.again(sent);
  }

  function restore() {
    if (!state.key) {
      const kept = cloud.kept.take(DRAFT, {});
      state.fields = kept.fields || {};
      state.key = kept.key || cloud.kept.newKey();
    }
    for (const node of part("sheet").querySelectorAll("[data-field]")) show(node, state.fields[node.dataset.field]);
    cloud.newCaseNotes.sender(state.fields.intake_channel, state.choices);
  }

  function show(node, value) {
    if (node.type === "checkbox") node.checked = Boolean(value);
    else if (node.value !== (value || "")) node.value = value || "";
  }

  function clear() {
    Object.assign(state, { fields: {}, key: cloud.kept.newKey(), sent: null, files: [] });
    cloud.kept.drop(DRAFT);
    if (input("photos")) input("photos").value = "";
    pickedPhotos([]);
    restore();
    for (const name of ["suggestion", "hits", "spot", "questions", "duplicates"]) put(name, []);
    cloud.newCasePick.mark(null);
  }

  function pickedPhotos(files) {
    state.files = files;
    cloud.dom.text(part("photo-names"), cloud.newCaseParts.photoWords(files));
  }

  function typed(event) {
    const node = event.target.closest("[data-field], [data-answer]");
    if (!node || !part("sheet").contains(node)) return;
    const { field, answer } = node.dataset;
    if (answer) state.fields.answers = { ...state.fields.answers, [answer]: node.value };
    else state.fields[field] = node.type === "checkbox" ? node.checked : node.value;
    if (field === "address") renamed();
    if (field === "intake_channel") cloud.newCaseNotes.sender(node.value, state.choices);
    if (field === "category") Object.assign(state.fields, { told_110: false, answers: {} });
    cloud.newCaseNotes.error(field || `answers.${answer}`, "");
    if (field === "title" || field === "category") cloud.newCaseNotes.error("told_110", "");
    cloud.newCaseNotes.remaining();
    save();
    if (!answer) soon(PAUSE_MS);
  }

  /** Words typed as the place go before a name that was taken; beside a point of the map they only describe it. */
  function renamed() {
    const { x, y } = state.fields;
    forgetSpot();
    if (x !== undefined) Object.assign(state.fields, { x, y, is_naming: true });
    else cloud.newCasePick.mark(null);
  }

  function forgetSpot() {
    for (const name of ["place", "place_name", "x", "y", "is_naming"]) delete state.fields[name];
    state.hit = 0;
  }

  /** Ask for advice after a pause; not while a case is being filed, or its answer would be lost. */
  function soon(milliseconds) {
    window.clearTimeout(state.timer);
    if (state.sent) return;
    state.timer = window.setTimeout(() => ask("advice"), milliseconds);
  }

  // --- What the server answers -----------------------------------------------------------------------

  function hear(answer) {
    if (!answer || !part("sheet")) return;
    if (answer.choices) {
      state.choices = answer.choices;
      offer(answer.choices);
    }
    if (answer.kind === "submit") return cloud.newCaseFiling.answered(answer);
    if (answer.error) return cloud.newCaseNotes.note(answer.error.message, "bad");
    if (answer.kind === "advice" && answer.n === state.n) advise(answer);
  }

  function advise(answer) {
    const answers = state.fields.answers || {};
    put("suggestion", cloud.newCaseParts.suggestions(answer.suggestion));
    put("hits", answer.hits.map((row, index) => cloud.newCaseParts.hitNode(row, index === state.hit)));
    put("spot", answer.spot ? cloud.newCaseParts.spotNodes(answer.spot) : []);
    cloud.newCasePick.mark(answer.spot && !answer.spot.error ? answer.spot : null);
    put("questions", answer.questions.map((one) => cloud.newCaseParts.questionNode(one, answers[one.key])));
    put("duplicates", answer.duplicates.map(cloud.newCaseParts.duplicateNode));
    cloud.newCaseNotes.police(answer.police);
    show(input("told_110"), state.fields.told_110);
  }

  const written = new WeakMap(); // of each part, what was put there last

  /** Fill a part of the sheet; an empty one takes no room. What the keyboard stands on stays. */
  function put(name, nodes) {
    const holder = advice(name);
    const before = written.get(holder) || [];
    holder.parentElement.hidden = nodes.length === 0;
    if (nodes.length === before.length && nodes.every((node, i) => node.isEqualNode(before[i]))) return;
    written.set(holder, nodes.map((node) => node.cloneNode(true)));
    holder.replaceChildren(...nodes);
  }

  // --- Choosing --------------------------------------------------------------------------------------

  function set(values) {
    Object.assign(state.fields, values);
    restore();
    save();
    soon(0);
  }

  function pressed(event) {
    const node = event.target.closest("button");
    if (event.target.closest('[data-key="N"]')) return open();
    if (!node || !part("sheet") || !part("sheet").contains(node)) return;
    if (node.dataset.suggest) set({ category: node.dataset.suggest, told_110: false, answers: {} });
    else if (node.dataset.place) choosePlace(node);
    else if (node.dataset.newCase === "unpick") unpick();
    else if (node.dataset.case) cloud.cards.choose({ case: node.dataset.case });
    else if (node.dataset.newCase === "close") close();
    else if (node.dataset.newCase === "press") cloud.newCaseFiling.submit();
  }

  function choosePlace(node) {
    forgetSpot();
    cloud.newCaseNotes.error("address", "");
    set({ place: node.dataset.place, place_name: node.dataset.name, address: node.dataset.name });
    cloud.newCaseNotes.remaining();
  }

  function unpick() {
    forgetSpot();
    cloud.newCasePick.mark(null);
    set({});
  }

  /** A click on the map is the place, while the sheet is open. */
  function picked(clientX, clientY) {
    const graph = cloud.map.find();
    if (!graph) return;
    const frame = cloud.frame.of(graph, 16);
    const box = graph.getBoundingClientRect();
    const { place_name: taken, address } = state.fields; // a name that was taken from the list is not of this point
    forgetSpot();
    const point = { x: frame.x(clientX - box.left), y: frame.y(clientY - box.top) };
    cloud.newCaseNotes.error("address", "");
    set({ ...point, address: address && address === taken ? "" : address });
    cloud.newCasePick.mark(point);
    cloud.newCaseNotes.remaining();
  }

  function keyed(event) {
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
    const isTyping = Boolean(event.target.closest && event.target.closest("input, textarea, select"));
    if (!state.isOpen) {
      if (event.key.toLowerCase() === "n" && isPlain && !isTyping && part("sheet") && !document.querySelector("dialog[open]")) {
        event.preventDefault();
        open();
      }
      return;
    }
    if (event.key === "Escape") return close();
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return cloud.newCaseFiling.submit();
    if (event.target.dataset && event.target.dataset.field === "address") hits(event);
  }

  /** In the place's field the arrows go through the names and Enter takes one. */
  function hits(event) {
    const nodes = [...advice("hits").querySelectorAll(".hit")];
    if (!nodes.length || !["ArrowDown", "ArrowUp", "Enter"].includes(event.key)) return;
    event.preventDefault();
    if (event.key === "Enter") return choosePlace(nodes[state.hit] || nodes[0]);
    state.hit = (state.hit + (event.key === "ArrowDown" ? 1 : nodes.length - 1)) % nodes.length;
    nodes.forEach((node, index) => cloud.dom.attribute(node, "aria-current", index === state.hit ? "true" : null));
  }

  document.addEventListener("input", typed);
  document.addEventListener("click", pressed);
  document.addEventListener("keydown", keyed, true);
  document.addEventListener("cloud:new-case", open);
  cloud.newCase = { ask, open, close, clear, save, soon, resume, hear, picked, state };
})((window.cloud = window.cloud || {}));
