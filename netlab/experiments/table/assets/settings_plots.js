// Two views of the same runs. Stretches marked on the axes of the parallel coordinates, or points marked in the scatter,
// choose runs: their ids come back as `chosen`. Which runs are chosen is sent with the figures, whoever chose them.

const SCATTER = { modeBarButtonsToAdd: ["select2d", "lasso2d"] };

// The stretches that are marked on each axis, by the axis' name.
function stretches(element) {
  const dimensions = element._fullData?.[0]?.dimensions ?? [];
  const marked = dimensions.filter((one) => one.constraintrange?.length);
  return Object.fromEntries(marked.map((one) => [one.label, structuredClone(one.constraintrange)]));
}

// A stretch ends at a value but for what its rounding has lost.
function within(value, stretch, [first, last]) {
  const parts = Array.isArray(stretch[0]) ? stretch : [stretch];
  const lost = 1e-9 * (last - first);
  return parts.some(([low, high]) => low - lost <= value && value <= high + lost);
}

// The runs that go through every marked stretch; null if none is marked.
function through(dimensions, marked, ids) {
  const bounds = dimensions.filter((one) => marked[one.label]);
  if (!bounds.length) return null;
  return ids.filter((_, place) => bounds.every((one) => within(one.values[place], marked[one.label], one.range)));
}

const alike = (one, other) => one.length === other.length && one.every((id) => other.includes(id));

// Far below what is seen first, and heavy with thousands of runs: drawn once they come near the window.
export default function ({ parentElement, data, setStateValue }) {
  const root = parentElement.querySelector(".settings-plots");
  root.dataset.chosen = String(data.chosen.length);
  let leave = () => {};
  const show = () => {
    root.near = true;
    leave = draw(root, data, setStateValue);
  };
  const watch = new IntersectionObserver((seen) => {
    if (!seen.some((one) => one.isIntersecting)) return;
    watch.disconnect();
    show();
  }, { rootMargin: "150px" });
  root.watch?.disconnect(); // it would draw what was sent before
  root.watch = watch;
  if (root.near) show();
  else watch.observe(root);
  return () => {
    watch.disconnect();
    leave();
  };
}

function draw(root, data, setStateValue) {
  const [lines, points] = ["parallel", "scatter"].map((name) => root.querySelector(`.runs-${name}`));
  const { ids, parallel, scatter } = data;
  const choose = (chosen) => {
    root.sent = chosen;
    root.turn = (root.turn ?? Date.now()) + 1; // the same choice twice is two choices
    setStateValue("chosen", { ids: chosen, turn: root.turn });
  };
  lines.style.setProperty("--axes", parallel.traces[0].dimensions.length); // so many keep their names apart, and scroll on a phone
  for (const [element, figure] of [[lines, parallel], [points, scatter]]) {
    element.style.height = `${figure.layout.height}px`;
    element.setAttribute("aria-label", figure.alt);
  }

  // Stretches and boxes stay as long as what is chosen is what they chose.
  const own = root.sent && alike(root.sent, data.chosen);
  if (!own) root.marked = null;
  if (!own || root.marked) {
    points.revision = (points.revision ?? 0) + 1;
    scatter.layout.selections = [];
    for (const trace of scatter.traces) trace.selectedpoints = null;
  }
  scatter.layout.selectionrevision = points.revision ?? 0;
  const dimensions = parallel.traces[0].dimensions.map((one) => {
    const stretch = root.marked?.[one.label];
    return stretch ? { ...one, constraintrange: stretch } : one;
  });
  const leaveLines = drawFigure(lines, { file: data.file, layout: parallel.layout, traces: [{ ...parallel.traces[0], dimensions }] }, {}, () => {
    lines.removeAllListeners("plotly_restyle");
    lines.on("plotly_restyle", () => {
      const before = root.marked;
      root.marked = stretches(lines);
      const chosen = through(parallel.traces[0].dimensions, root.marked, ids);
      if (chosen) choose(chosen);
      else if (before) choose([]);
    });
  });
  const leavePoints = drawFigure(points, { file: data.file, ...scatter }, SCATTER, () => {
    for (const name of ["plotly_selected", "plotly_click", "plotly_doubleclick"]) points.removeAllListeners(name);
    const of = (event) => [...new Set((event?.points ?? []).filter((one) => one.curveNumber === 0).map((one) => ids[one.pointNumber]))];
    points.on("plotly_selected", (event) => {
      if (!event?.range && !event?.lassoPoints) return; // a click, or a box that the figure takes away
      root.marked = null;
      choose(of(event));
    });
    points.on("plotly_doubleclick", () => { // a figure that takes its box away says "deselect", too
      root.marked = null;
      choose([]);
    });
    points.on("plotly_click", (event) => {
      const [id] = of(event);
      if (!id) return;
      root.marked = null;
      choose(data.chosen.includes(id) ? data.chosen.filter((one) => one !== id) : [...data.chosen, id]);
    });
  });
  return () => {
    leaveLines();
    leavePoints();
  };
}
