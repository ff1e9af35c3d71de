/* What this tab keeps over a reload, each thing for the account whose screen it was typed on and for no other. */
(function (cloud) {
  "use strict";

  /** The account this page was made for; "" for a visitor. */
  function account() {
    const shell = document.querySelector(".shell");
    return (shell && shell.dataset.account) || "";
  }

  function put(name, value) {
    sessionStorage.setItem(name, JSON.stringify({ account: account(), value }));
  }

  /** What was kept under a name; what another account left behind is thrown away. */
  function take(name, otherwise) {
    const kept = JSON.parse(sessionStorage.getItem(name) || "{}");
    if (kept.account === account()) return kept.value;
    drop(name);
    return otherwise;
  }

  function drop(name) {
    sessionStorage.removeItem(name);
  }

  /** A key that no other request has. */
  function newKey() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  cloud.kept = { account, put, take, drop, newKey };
})((window.cloud = window.cloud || {}));
