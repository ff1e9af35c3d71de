/* The pieces of the sheet 登记案卷: inputs, and what the server answers, as nodes. Never markup from data. */
(function (cloud) {
  "use strict";

  function make({ input: key, kind, longest, hint }) {
    const tag = kind === "select" || kind === "textarea" ? kind : "input";
    const node = document.createElement(tag);
    node.id = `nc-${key}`;
    node.dataset.field = key;
    if (tag === "input") node.type = key === "told_110" ? "checkbox" : kind === "time" ? "text" : kind;
    if (longest) node.maxLength = Number(longest);
    if (hint && tag !== "select") node.placeholder = hint;
    if (tag === "textarea") node.rows = 3;
    node.autocomplete = "off";
    return node;
  }

  /** Out of sight, because the browser's own words on it may be of any language; its label is the button. */
  function photoInput(taken) {
    const node = document.createElement("input");
    Object.assign(node, { type: "file", multiple: true, accept: "image/jpeg,image/png,image/webp", id: "nc-photos" });
    node.setAttribute("aria-label", "照片");
    node.className = "photo-input";
    node.addEventListener("change", () => taken([...node.files]));
    return node;
  }

  function photoWords(files) {
    if (!files.length) return "未选择，可选多张";
    return `已选 ${files.length} 张：${files.map((file) => file.name).join("、")}`;
  }

  function fillSelect(node, rows, first) {
    if (node.options.length) return;
    node.append(new Option(first, ""));
    const groups = new Map();
    for (const row of rows) {
      let home = node;
      if (row.group) {
        if (!groups.has(row.group)) {
          const group = document.createElement("optgroup");
          group.label = row.group;
          groups.set(row.group, group);
          node.append(group);
        }
        home = groups.get(row.group);
      }
      home.append(new Option(row.label, row.value));
    }
  }

  /** Bands and no share: what the model reckons as 100 % is right much less often; the note tells how often. */
  function suggestions({ choices, note: words, top3_hit_rate: rate, likely_hit_rate: likely }) {
    const nodes = choices.map((row) => {
      const node = cloud.dom.make("button", "suggestion");
      node.dataset.suggest = row.code;
      node.append(cloud.dom.make("b", "", row.name), band(row));
      node.append(cloud.dom.make("span", "words", row.words.join("、")));
      return node;
    });
    if (!words) return nodes;
    return [...nodes, cloud.dom.make("p", "advice-note", [words, ...measured(choices, rate, likely)].join("；"))];
  }

  function band(row) {
    const node = cloud.dom.make("span", "share", row.is_likely ? "较可能" : "可能");
    node.dataset.band = row.is_likely ? "likely" : "possible";
    return node;
  }

  /** How often suggestions were right on cases that the model had not seen. */
  function measured(choices, rate, likely) {
    const percent = (share) => `${Math.round(share * 100)}%`;
    const isKnown = (share) => share !== null && share !== undefined;
    if (!choices.length || !isKnown(rate)) return [];
    const band = choices.some((row) => row.is_likely) && isKnown(likely) ? [`标“较可能”的 ${percent(likely)} 正确`] : [];
    return [`在没学过的案卷上，前三个里有正确类别的占 ${percent(rate)}`, ...band];
  }

  /** A grade's words; a vague place is told in another colour. */
  function graded(tag, grade, words) {
    const node = cloud.dom.make(tag, "grade", words);
    if (!["A", "B"].includes(grade)) node.dataset.tone = "soon";
    return node;
  }

  function hitNode(row, isNext) {
    const node = cloud.dom.make("button", "hit");
    node.dataset.place = row.key;
    node.dataset.name = row.name;
    cloud.dom.attribute(node, "aria-current", isNext ? "true" : null);
    node.append(cloud.dom.make("b", "", row.name), cloud.dom.make("span", "words", [row.kind, row.hint].filter(Boolean).join(" · ")));
    node.append(graded("span", row.grade, `${row.grade} 级`));
    return node;
  }

  function spotNodes(spot) {
    if (spot.error) return [cloud.dom.make("p", "field-error", spot.error)];
    const plain = (word, name) => (name.startsWith(`${word}·`) ? name.slice(word.length + 1) : name);
    const names = ["综合", "警务", "专业"].map((word, index) => `${word} ${plain(word, spot.grids[index] || "无")}`);
    const nodes = [cloud.dom.make("span", "", names.join(" · ")), graded("b", spot.grade, `${spot.grade} 级 ${spot.grade_label}`)];
    const unpick = cloud.dom.make("button", "link-button", "取消选点");
    unpick.dataset.newCase = "unpick";
    if (spot.is_edge) nodes.push(cloud.dom.make("b", "edge", `距邻格不足 ${spot.edge_m} 米，请核对`));
    return [...nodes, unpick];
  }

  function questionNode(question, given) {
    const label = cloud.dom.make("label", "question");
    const node = document.createElement(question.choices.length ? "select" : "input");
    node.dataset.answer = question.key;
    label.append(cloud.dom.make("span", "", question.words + (question.required ? "（必答）" : "")), node);
    if (question.choices.length) {
      node.append(new Option("请选择", ""), ...question.choices.map((word) => new Option(word, word)));
    } else node.maxLength = 200;
    const words = cloud.dom.make("p", "field-error", "");
    words.dataset.error = `answers.${question.key}`;
    label.append(words);
    node.value = given || "";
    return label;
  }

  function duplicateNode(row) {
    const node = cloud.dom.make("button", "duplicate");
    node.dataset.case = row.id;
    node.append(cloud.dom.make("b", "", row.title));
    node.append(cloud.dom.make("span", "words", [...row.reasons, row.number].join(" · ")));
    return node;
  }

  cloud.newCaseParts = { make, photoInput, photoWords, fillSelect, suggestions, hitNode, spotNodes, questionNode, duplicateNode };
})((window.cloud = window.cloud || {}));
