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

  function planned() {
    const box = document.querySelector("#desk-drawer [data-main-unit]");
    return box ? box.dataset.mainUnit : "";
  }

  /** The unit in charge: as it was changed here, else as the plan has it. */
  function mainUnit(changed) {
    return changed.main || planned();
  }

  /** The unit in charge always goes; whoever it took the place of stays behind, unless ticked again. */
  function isKept(box, changed) {
    const { responder, proposed } = box.dataset;
    if (responder === `unit:${mainUnit(changed)}`) return true;
    const isWanted = proposed === "true" && responder !== `unit:${planned()}`;
    return isWanted !== changed.flipped.has(responder);
  }

  function count(changed) {
    const main = `unit:${mainUnit(changed)}`;
    const others = boxes().filter((box) => box.dataset.responder !== main && isKept(box, changed));
    return others.length + (mainUnit(changed) ? 1 : 0);
  }

  /** Write the changes into the drawer that has just been drawn, and what the button will do. */
  function apply() {
    const subject = cloud.deskForms.subject();
    if (!subject) return;
    const changed = changes(subject.case_id);
    const main = document.querySelector("#desk-drawer [data-main-unit]");
    if (main && changed.main) main.value = changed.main;
    for (const box of boxes()) {
      const kept = isKept(box, changed);
      cloud.dom.attribute(box, "aria-checked", String(kept));
      cloud.dom.flag(box.closest(".responder"), "is-left-out", !kept);
    }
    for (const node of document.querySelectorAll("[data-kept-count]")) cloud.dom.text(node, `${count(changed)} 个对象`);
    for (const button of document.querySelectorAll('#desk-drawer .primary[data-plan]')) button.disabled = !mainUnit(changed);
  }

  /** What a press says of the plan: whom this screen shows, so that what was seen is what is sent. */
  function chosen(caseId) {
    const changed = changes(caseId);
    const responders = boxes().filter((box) => isKept(box, changed)).map((box) => box.dataset.responder);
    return { responders, main_unit: mainUnit(changed) || null };
  }

  function flip(box) {
    const subject = cloud.deskForms.subject();
    if (!subject) return;
    const changed = changes(subject.case_id);
    const key = box.dataset.responder;
    if (key === `unit:${mainUnit(changed)}`) return;
    if (!changed.flipped.delete(key)) changed.flipped.add(key);
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
    if (!subject) return;
    changes(subject.case_id).main = event.target.value;
    apply();
  });

  cloud.deskPlan = { state, apply, chosen, answered };
})((window.cloud = window.cloud || {}));
