/* Photos of the chosen case: a button opens the file dialog, each picture is sent over REST, a refusal is shown. */
(function (cloud) {
  "use strict";

  function choose(kind) {
    const about = cloud.deskForms.subject();
    if (!about) return;
    const node = document.createElement("input");
    Object.assign(node, { type: "file", multiple: true, accept: "image/jpeg,image/png,image/webp" });
    node.addEventListener("change", () => send(about, kind, [...node.files]));
    node.click();
  }

  /** Send one after another; those that arrived show at once, whatever becomes of the others. */
  async function send(about, kind, files) {
    for (const file of files) {
      const why = await sendOne(about, kind, file);
      if (why) cloud.deskStrips.refuse(`照片 ${file.name} 没有上传：${why}`, about);
    }
    cloud.desk.refresh();
  }

  async function sendOne(about, kind, file) {
    const body = new FormData();
    body.append("kind", kind);
    body.append("file", file);
    const answer = await fetch(`/api/v1/cases/${about.case_id}/photos`, { method: "POST", body }).catch(() => null);
    if (!answer) return "没有收到答复，请检查网络后重试";
    if (answer.ok) return "";
    const problem = await answer.json().catch(() => ({}));
    const [detail] = problem.errors || [];
    return [problem.title, detail && detail.cure].filter(Boolean).join("；") || "服务器没有收下";
  }

  document.addEventListener("click", (event) => {
    const node = event.target.closest("#desk-drawer [data-photo]");
    if (node) choose(node.dataset.photo);
  });

  cloud.deskPhotos = { sendOne };
})((window.cloud = window.cloud || {}));
