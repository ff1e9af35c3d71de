/* Buttons that act: at once where nothing has to be said, else through a form that keeps what was typed. */
(function (cloud) {
  "use strict";
  const KEPT = "desk-drafts";
  const state = { open: null };

  /** What the drawer says of its case: id, number, title, version; null while another one is chosen. */
  function subject() {
    const root = document.querySelector("#desk-drawer [data-subject]");
    const subject = root ? JSON.parse(root.dataset.subject) : null;
    return subject && String(subject.case_id) === cloud.view.state.view.case ? subject : null;
  }

  /** Do what a button offers: {action, words, fields, details}. */
  function run(button) {
    const about = subject();
    if (!about || button.disabled) return;
    const offer = JSON.parse(button.dataset.do);
    const menu = button.closest("details");
    if (menu) menu.open = false;
    const order = button.closest("[data-order]");
    const unit = order ? order.querySelector(".responder-name").textContent : "";
    if (offer.fields.length) return open({ ...offer, ...about, unit });
    press({ ...offer, ...about }, {});
  }

  function press(offer, typed) {
    const { action, case_id, number, title, version, words, details } = offer;
    const chosen = action === "dispatch" ? cloud.deskPlan.chosen(case_id) : {};
    return cloud.deskPress.press({ action, case_id, number, title, version, words, fields: { ...details, ...chosen, ...typed } });
  }

  function open(offer) {
    const sheet = cloud.desk.part("form");
    state.open = { ...offer, key: "" };
    const form = cloud.dom.make("form", "sheet-form");
    form.noValidate = true; // the browser's own words may be of any language
    form.append(head(offer), ...offer.fields.map((field) => control(field, draft(offer)[field.name])), foot(offer));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      submit(form);
    });
    form.addEventListener("input", () => keep(offer, typedIn(form)));
    form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
    });
    sheet.replaceChildren(form);
    if (!sheet.open) sheet.showModal();
    const first = form.querySelector("input, textarea, select");
    if (first) first.focus();
  }

  function head(offer) {
    const node = cloud.dom.make("header", "");
    const title = cloud.dom.make("h2", "", [offer.words, offer.unit].filter(Boolean).join(" · "));
    node.append(title, cloud.dom.make("p", "sheet-note", `${offer.title} · ${offer.number}`));
    return node;
  }

  function control(field, value) {
    const label = cloud.dom.make("label", "field");
    label.append(cloud.dom.make("span", "field-label", field.label + (field.is_required ? "" : "（可不填）")), input(field, value));
    return label;
  }

  function input(field, value) {
    const node = document.createElement(field.kind === "text" ? "textarea" : field.kind === "choice" ? "select" : "input");
    node.name = field.name;
    node.required = field.is_required;
    if (field.kind === "moment") return moment(node, value);
    if (field.kind === "choice") {
      node.append(new Option(field.is_required ? "请选择" : "不变", ""), ...field.options.map(([key, words]) => new Option(words, key)));
    } else if (field.kind === "number") Object.assign(node, { type: "number", min: field.least, max: field.most });
    if (field.kind === "text") Object.assign(node, { rows: 3, maxLength: 500 });
    if (value) node.value = value;
    return node;
  }

  const SOON = [["2 小时后", 2], ["明天此时", 24], ["一周后", 168]];

  /** A moment of the town's clock, typed or taken from what is usual. */
  function moment(node, value) {
    Object.assign(node, { placeholder: "年-月-日 时:分", pattern: "\\d{4}-\\d{2}-\\d{2} \\d{2}:\\d{2}", title: "例如 2026-12-01 09:30", value: value || "" });
    const box = cloud.dom.make("span", "moment");
    box.append(node);
    for (const [words, hours] of SOON) {
      const button = cloud.dom.make("button", "small-button", words);
      button.type = "button";
      button.addEventListener("click", () => {
        node.value = wallTime(cloud.clock.now() + hours * 3600000);
        node.dispatchEvent(new Event("input", { bubbles: true }));
      });
      box.append(button);
    }
    return box;
  }

  /** "2026-11-26 09:30" in the town's zone. */
  function wallTime(at) {
    const { zone } = cloud.screen.state.directory;
    return new Date(at).toLocaleString("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "short" });
  }

  function foot(offer) {
    const node = cloud.dom.make("footer", "sheet-foot");
    const message = cloud.dom.make("p", "sheet-message", "");
    message.setAttribute("role", "alert");
    const cancel = cloud.dom.make("button", "quiet", "取消");
    cancel.type = "button";
    cancel.addEventListener("click", close);
    const go = cloud.dom.make("button", "go", offer.words);
    go.append(cloud.dom.make("span", "press-key", "Ctrl + Enter"));
    go.type = "submit";
    node.append(message, cancel, go);
    return node;
  }

  function typedIn(form) {
    return Object.fromEntries([...new FormData(form)].filter(([, value]) => value !== ""));
  }

  /** Send what was typed for the version on which the form was opened; the form stays until the answer comes. */
  function submit(form) {
    const wrong = [...form.elements].find((node) => node.name && !node.checkValidity());
    if (wrong) {
      wrong.focus();
      return say(problem(wrong));
    }
    state.open.key = press(state.open, typedIn(form));
    say(state.open.key ? "正在发送…" : "上一次还没有答复，请等答复后再按");
  }

  /** What is wrong with an input, in our own words. */
  function problem(node) {
    const label = node.closest("label").querySelector(".field-label").textContent;
    if (node.validity.valueMissing) return `“${label}”还没有${node.tagName === "SELECT" ? "选择" : "填写"}`;
    if (node.type === "number") return `“${label}”应为 ${node.min} 至 ${node.max} 的整数`;
    return `“${label}”${node.title ? `请写成${node.title.replace("例如", "")} 的样子` : "需要改正"}`;
  }

  /** The answer to what the open form sent: it closes, or says why not and keeps every word. */
  function answered(intent, outcome) {
    if (outcome.ok) forget(intent);
    if (!state.open || state.open.key !== intent.key) return;
    if (outcome.ok) return close();
    const now = subject();
    if (now && now.case_id === intent.case_id) state.open.version = now.version; // whoever goes on has been told
    state.open.key = "";
    say(outcome.message);
  }

  /** No answer to what the open form sent: nobody knows whether it arrived. The next answer settles it. */
  function doubted(intent) {
    if (state.open && state.open.key === intent.key) say("没有答复，不知是否送达；填写的内容都在，接通后自动核对");
  }

  function say(words) {
    cloud.dom.text(cloud.desk.part("form").querySelector(".sheet-message"), words);
  }

  function close() {
    state.open = null;
    const sheet = cloud.desk.part("form");
    if (sheet && sheet.open) sheet.close();
  }

  /** A draft is of one action on one case or assisting order; an offer tells the order in its details. */
  function name({ case_id, action, details, fields }) {
    return [case_id, action, (details || fields).order_id].join("-");
  }

  function drafts() {
    return cloud.kept.take(KEPT, {});
  }

  function draft(offer) {
    return drafts()[name(offer)] || {};
  }

  function keep(offer, typed) {
    cloud.kept.put(KEPT, { ...drafts(), [name(offer)]: typed });
  }

  function forget(offer) {
    const { [name(offer)]: done, ...rest } = drafts();
    if (done) cloud.kept.put(KEPT, rest);
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]");
    const isSecond = event.detail > 1; // of a double click: by now the button may offer the next step
    if (button && !isSecond && cloud.desk.isHere()) run(button);
  });

  cloud.deskForms = { state, subject, run, answered, doubted, close };
})((window.cloud = window.cloud || {}));
