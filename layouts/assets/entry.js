/* The functions that Dash calls by name. */
(function (cloud) {
  "use strict";
  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.cloud = {
    receive: (message) => cloud.feed.receive(message),
    know: (directory) => cloud.screen.know(directory),
    newCase: (answer) => cloud.newCase.hear(answer),
    alarms: (answer) => cloud.alarms.hear(answer),
    layers: (layers, base) => cloud.layers.hear(layers, base),
    figure: (base) => cloud.map.first(base),
    seated: (answer) => cloud.desk.seated(answer),
    drawn: () => cloud.desk.drawn(),
    settle: (outcomes) => cloud.deskPress.settle(outcomes),
    batch: (answer) => cloud.deskBatch.proposed(answer),
    views: (answer) => cloud.deskViews.known(answer),
  };
})((window.cloud = window.cloud || {}));
