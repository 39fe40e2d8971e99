// Draws each picture from the specification beside it, in the colours and the width of the page; what cannot be drawn says so.
(function () {
  "use strict";
  var dark = window.matchMedia("(prefers-color-scheme: dark)");
  function colour(name) { return getComputedStyle(document.documentElement).getPropertyValue(name).trim(); }
  function config() {
    // Of text and grid the style sheet is the master, so that a page drawn dark prints well; lines are grey for the same reason.
    var ink = colour("--ink"), line = colour("--line"), blue = dark.matches ? "#56b4e9" : "#0072b2", grey = "#7d8590";
    return {
      background: null, font: getComputedStyle(document.body).fontFamily, view: { stroke: null },
      axis: { labelColor: ink, titleColor: ink, gridColor: line, domainColor: line, tickColor: line, labelFontSize: 12, titleFontSize: 12, titleFontWeight: "normal" },
      axisX: { labelOverlap: true, tickCount: { signal: "max(3, ceil(width / 100))" } },
      legend: { labelColor: ink, titleColor: ink, labelFontSize: 12, labelLimit: 260 },
      mark: { color: blue }, rule: { color: grey }, line: { color: grey }, text: { color: ink }, geoshape: { stroke: line },
      range: { category: [blue, "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#8c8c8c"] }
    };
  }
  function fitted(spec, width) {
    delete spec.title; // stands above the picture already
    (spec.vconcat || [spec]).forEach(function (view) { view.width = spec.vconcat ? Math.max(160, width - 130) : width; });
    if (!spec.vconcat) spec.autosize = { type: "fit-x", contains: "padding" };
    return spec;
  }
  function draw(figure) {
    var plot = figure.querySelector(".plot"), spec = JSON.parse(figure.querySelector("script").textContent);
    return vegaEmbed(plot, fitted(spec, plot.clientWidth), { actions: false, renderer: "svg", logLevel: vega.Error, config: config(), formatLocale: window.headcountNumbers })
      .then(function () {
        var svg = plot.querySelector("svg");
        svg.setAttribute("role", "img");
        svg.setAttribute("aria-label", figure.querySelector("h3").textContent);
        svg.querySelectorAll("[aria-label], [role], [aria-roledescription]").forEach(function (part) {
          ["aria-label", "role", "aria-roledescription"].forEach(function (name) { part.removeAttribute(name); });
        });
        plot.setAttribute("data-drawn", "yes");
      })
      .catch(function (error) { plot.textContent = String(error); plot.setAttribute("data-drawn", "no"); });
  }
  function all() { return Promise.all(Array.prototype.map.call(document.querySelectorAll("figure"), draw)).then(function () { document.documentElement.setAttribute("data-drawn", "yes"); }); }
  if (!window.vegaEmbed) return;
  var width = document.documentElement.clientWidth, waiting;
  all();
  dark.addEventListener("change", all);
  window.addEventListener("resize", function () {
    if (document.documentElement.clientWidth === width) return;
    width = document.documentElement.clientWidth;
    clearTimeout(waiting);
    waiting = setTimeout(all, 200);
  });
})();
