/* The operator's changes to a proposed plan: who is kept and who leads; remembered per case until it is sent. */
(function (cloud) {
  "use strict";
  const state = { changes: new Map() };

  function changes(caseId) {
    const key = String(caseId);
    if (!state.changes.has(key)) state.changes.set(key, { flipped: new Set(), main: "" });
    return state.changes.get(key);
  }

  function boxes() {
    return [...document.querySelectorAll("#desk-drawer [data-responder]")];
  }

  function isKept(box, changed) {
    return (box.dataset.proposed === "true") !== changed.flipped.has(box.dataset.responder);
  }

  /** Write the changes into the drawer that has just been drawn, and what the button will do. */
  function apply() {
    const subject = cloud.deskForms.subject();
    if (!subject) return;
    const changed = changes(subject.case_id);
    let count = 0;
    for (const box of boxes()) {
      const kept = isKept(box, changed);
      count += kept ? 1 : 0;
      cloud.dom.attribute(box, "aria-checked", String(kept));
      cloud.dom.flag(box.closest(".responder"), "is-left-out", !kept);
    }
    for (const node of document.querySelectorAll("[data-kept-count]")) cloud.dom.text(node, `${count} 个对象`);
    const main = document.querySelector("#desk-drawer [data-main-unit]");
    if (main && changed.main) main.value = changed.main;
    for (const button of document.querySelectorAll('#desk-drawer .primary[data-plan]')) button.disabled = count === 0;
  }

  /** What a press says of the plan: whom this screen shows, so that what was seen is what is sent. */
  function chosen(caseId) {
    const changed = changes(caseId);
    const main = document.querySelector("#desk-drawer [data-main-unit]");
    const responders = boxes().filter((box) => isKept(box, changed)).map((box) => box.dataset.responder);
    return { responders, main_unit: changed.main || (main && main.dataset.mainUnit) || null };
  }

  function flip(box) {
    const subject = cloud.deskForms.subject();
    if (!subject) return;
    const { flipped } = changes(subject.case_id);
    const key = box.dataset.responder;
    if (!flipped.delete(key)) flipped.add(key);
    apply();
  }

  /** A dispatch that was sent needs its changes no longer; a refused one keeps them. */
  function answered(intent, outcome) {
    if (intent.action === "dispatch" && outcome.ok) state.changes.delete(String(intent.case_id));
  }

  document.addEventListener("click", (event) => {
    const box = event.target.closest("#desk-drawer [data-responder]");
    if (box) flip(box);
  });
  document.addEventListener("change", (event) => {
    const subject = event.target.closest("#desk-drawer [data-main-unit]") && cloud.deskForms.subject();
    if (subject) changes(subject.case_id).main = event.target.value;
  });

  cloud.deskPlan = { state, apply, chosen, answered };
})((window.cloud = window.cloud || {}));
