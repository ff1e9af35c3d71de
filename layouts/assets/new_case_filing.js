/* Filing what the sheet 登记案卷 holds: sent under one key until the server has answered, also over a reload. */
(function (cloud) {
  "use strict";
  const ASK_MS = 700; // without an answer the server is asked whether it is there
  const WORRY_MS = 2500; // without an answer nobody knows, even where the server is there
  const AGAIN_MS = 4000; // between two sends
  const UNKNOWN = "没有收到答复，不知是否已登记；内容都在，接通后自动核对";
  const times = { pressedAt: 0, sentAt: 0 };

  const sheet = () => cloud.newCase.state;
  const press = () => document.querySelector('[data-new-case="press"]');
  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

  /** File what is typed; while an earlier press has no answer, that one is sent once more. */
  function submit() {
    if (sheet().sent) return send();
    cloud.newCaseNotes.clearErrors();
    window.clearTimeout(sheet().timer);
    again({ fields: structuredClone(sheet().fields), key: sheet().key });
  }

  /** Send what was pressed, now or before this page was loaded; it stays as it was sent, whatever is typed since. */
  function again(sent) {
    sheet().sent = sent;
    times.pressedAt = performance.now();
    cloud.newCaseNotes.note("正在登记…", "");
    press().disabled = true;
    cloud.newCase.save();
    send();
  }

  function send() {
    times.sentAt = performance.now();
    cloud.newCase.ask("submit", sheet().sent);
    window.setTimeout(doubt, ASK_MS);
  }

  async function doubt() {
    if (sheet().sent && !(await cloud.watchdog.answers("/healthz"))) unknown();
  }

  function unknown() {
    if (!sheet().sent) return;
    press().disabled = false;
    cloud.newCaseNotes.note(UNKNOWN, "bad");
  }

  /** Once a second: say what is not known, and ask again by the same key while the connection stands. */
  function beat() {
    if (!sheet().sent || !press()) return;
    const at = performance.now();
    if (at - times.pressedAt > WORRY_MS) unknown();
    if (document.documentElement.dataset.link === "live" && at - times.sentAt > AGAIN_MS) send();
  }

  /** The answer to what was sent; a second one to the same is old news. */
  function answered(answer) {
    const { sent, fields, files } = sheet();
    if (!sent) return;
    sheet().sent = null;
    press().disabled = false;
    if (answer.error || answer.errors) return refused(answer.errors || [answer.error]);
    const { receipt } = answer;
    if (!same(sent.fields, fields)) return overtaken(receipt);
    cloud.newCase.clear();
    cloud.newCaseNotes.note("", "");
    cloud.newCase.close();
    cloud.cards.choose({ case: String(receipt.id) });
    if (files.length) cloud.newCaseNotes.send(receipt, files, cloud.newCase.open);
  }

  /** What was typed after the press is not in the case: it stays in the sheet, and the operator is told. */
  function overtaken(receipt) {
    sheet().key = cloud.kept.newKey();
    cloud.newCase.save();
    cloud.newCaseNotes.note(`案卷 ${receipt.number} 已按先前填写的内容登记；之后的改动没有登记，只留在这里`, "bad");
  }

  /** Show every refusal beside its field, what belongs to none at the foot; the first field gets the keyboard. */
  function refused(problems) {
    cloud.newCase.open();
    cloud.newCaseNotes.note("", "");
    for (const { field, message, cure } of problems) {
      const words = [message, cure].filter(Boolean).join("；");
      if (!cloud.newCaseNotes.error(field, words)) cloud.newCaseNotes.note(words, "bad");
    }
    cloud.newCaseNotes.remaining();
    cloud.newCaseNotes.focusFirst();
    sheet().key = cloud.kept.newKey(); // nothing was written; what is corrected is another request
    cloud.newCase.save();
    cloud.newCase.soon(0);
  }

  window.setInterval(beat, 1000);
  cloud.newCaseFiling = { submit, again, answered };
})((window.cloud = window.cloud || {}));
