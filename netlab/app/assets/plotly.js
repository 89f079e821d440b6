// Before the script of a component that draws with Plotly: load the copy that Streamlit serves, once a page, and
// dress figures in the page's theme. The file's name is found by the server.

let loading;

function plotly(file) {
  if (window.Plotly) return Promise.resolve();
  loading ??= import(new URL(`static/js/${file}`, document.baseURI).href);
  return loading;
}

// How every figure is drawn. Nothing leaves the machine: Plotly itself would offer to upload a figure. A finger cannot
// hover: there a tool bar would stand on the legend for good.
const UNUSED = ["select2d", "lasso2d", "zoomIn2d", "zoomOut2d", "autoScale2d", "tableRotation", "resetCameraLastSave3d", "hoverClosest3d"];

function configured({ without = [], ...other } = {}) {
  return {
    responsive: true,
    displaylogo: false,
    showSendToCloud: false,
    plotlyServerURL: "",
    displayModeBar: matchMedia("(hover: none)").matches ? false : "hover",
    modeBarButtonsToRemove: [...UNUSED, ...without],
    ...other,
  };
}

const TROUBLE = "This figure could not be drawn. Reload the page; if that does not help, move a control.";

// What went wrong is for those who look into the browser's console.
function trouble(error) {
  console.warn(error);
  return TROUBLE;
}

const NARROW = 520; // pixels: too few for a plot and a legend at its right
const BELOW = { x: 0, xanchor: "left", y: -0.14, yanchor: "top" };

// A copy of a layout in the colours of the theme; Plotly writes a reader's zoom into the layout that it is given.
function themed(sent, element, size = 13) {
  const layout = structuredClone(sent);
  const style = getComputedStyle(element);
  const read = (name, other) => style.getPropertyValue(name).trim() || other;
  const text = read("--st-text-color", "#222222");
  const grid = read("--st-border-color", "#ddd");
  const dress = (axis, lines) => Object.assign(axis, { gridcolor: lines, linecolor: lines, zerolinecolor: lines, color: text });
  for (const key of Object.keys(layout).filter((name) => /^[xy]axis\d*$/.test(name))) dress(layout[key], grid);
  const solid = blended(text, read("--st-background-color", "#ffffff"), 0.2); // a scene knows no half-clear lines
  for (const name of layout.scene ? ["xaxis", "yaxis", "zaxis"] : []) dress(layout.scene[name], solid);
  if (layout.legend?.x > 1 && element.clientWidth < NARROW) layout.legend = { ...layout.legend, orientation: "h", ...BELOW };
  const font = { color: text, family: read("--st-font", "sans-serif"), size };
  return { ...layout, font, paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)" };
}

function blended(one, other, share) {
  const parts = (colour) => [1, 3, 5].map((place) => parseInt(colour.slice(place, place + 2), 16));
  const [a, b] = [parts(one), parts(other)];
  return [...a, ...b].some(Number.isNaN) ? one : `rgb(${a.map((part, i) => Math.round(share * part + (1 - share) * b[i]))})`;
}

// Draw a whole figure into an element, in place, and call `after`; an error is told above it until it draws again.
function drawFigure(element, data, config, after) {
  const mark = {};
  element.drawing = mark; // a figure that was left meanwhile, or that got newer data, has nothing to say
  const told = (text) => {
    element.parentElement.querySelector(".figure-trouble")?.remove();
    if (!text) return;
    const line = document.createElement("p");
    line.className = "figure-trouble";
    line.textContent = text;
    element.before(line);
  };
  plotly(data.file)
    .then(() => {
      if (element.drawing !== mark) return undefined;
      const dressed = themed(data.layout, element);
      return window.Plotly.react(element, data.traces, dressed, configured(config));
    })
    .then(() => {
      if (!element.drawing) return;
      told("");
      element.dataset.updates = String(Number(element.dataset.updates ?? 0) + 1);
      after?.();
    })
    .catch((error) => {
      if (element.drawing === mark) told(trouble(error));
    });
  return () => {
    element.drawing = null;
    window.Plotly?.purge(element);
  };
}

