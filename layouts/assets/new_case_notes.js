/* What the sheet 登记案卷 says: errors beside their fields, the note at its foot, and photos that were not taken. */
(function (cloud) {
  "use strict";
  const part = (name) => document.querySelector(`[data-new-case="${name}"]`);

  function shownErrors() {
    return [...part("sheet").querySelectorAll("[data-error]")].filter((node) => node.textContent);
  }

  /** Say at the foot how many fields still have to be put right; nothing once none has. */
  function remaining() {
    const count = shownErrors().length;
    if (count) note(`有 ${count} 项需要改正，见红字`, "bad");
    else if (part("note").textContent.endsWith("见红字")) note("", "");
  }

  function clearErrors() {
    for (const node of part("sheet").querySelectorAll("[data-error]")) cloud.dom.text(node, "");
  }

  /** Bring the keyboard to the first field that has to be put right. */
  function focusFirst() {
    const [first] = shownErrors();
    const node = first && first.closest(".field, .question, .police-hint").querySelector("[data-field], [data-answer]");
    if (node) node.focus();
  }

  function error(field, words) {
    const at = { lon: "address", lat: "address", place: "address", crs: "address" }[field] || field;
    const node = document.querySelector(`[data-error="${at}"]`);
    cloud.dom.text(node, words);
    return Boolean(node);
  }

  function note(words, tone) {
    const node = part("note");
    cloud.dom.text(node, words);
    cloud.dom.attribute(node, "data-tone", tone || null);
  }

  /** 12345 and superior orders bring a number; the sheet asks for it as soon as the channel is chosen. */
  function sender(channel, choices) {
    const chosen = ((choices && choices.channels) || []).find((one) => one.value === channel);
    const isOwed = Boolean(chosen && chosen.brings_number);
    const label = document.querySelector('label[for="nc-external_number"]');
    if (label) cloud.dom.text(label.firstElementChild, isOwed ? "来单编号（必填）" : "来单编号");
    const due = document.querySelector('label[for="nc-external_due_at"]');
    if (due) cloud.dom.text(due.firstElementChild, isOwed ? "来单时限（来单上写的）" : "来单时限");
    if (!isOwed) error("external_number", "");
  }

  /** What the caller must hear of 110, and the words beside its tick. */
  function police(hint) {
    part("police").hidden = !hint;
    if (!hint) return;
    cloud.dom.text(part("police-words"), hint.words);
    cloud.dom.text(part("police-tick"), hint.tick);
  }

  /** Photos follow the case; one that is refused is named, the case stands. */
  async function send(receipt, files, open) {
    for (const file of files) {
      const body = new FormData();
      body.append("kind", "near");
      body.append("file", file);
      const answer = await fetch(`/api/v1/cases/${receipt.id}/photos`, { method: "POST", body }).catch(() => null);
      if (answer && answer.ok) continue;
      const problem = answer ? await answer.json().catch(() => ({})) : {};
      open();
      note(`案卷 ${receipt.number} 已登记；照片 ${file.name} 没有上传：${problem.title || "没有收到答复"}`, "bad");
    }
  }

  cloud.newCaseNotes = { note, error, remaining, clearErrors, focusFirst, sender, police, send };
})((window.cloud = window.cloud || {}));
