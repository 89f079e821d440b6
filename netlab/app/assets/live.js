// A Plotly figure that is updated in place, so that zoom, hover and hidden lines outlive every update. It may have a
// worked example, whose moments are shown in its place for a while.

import { worked } from "netlab/app/example";

export default function ({ parentElement, data, setTriggerValue }) {
  const element = parentElement.querySelector(".live-figure");
  if (!data.traces) {
    plotly(data.file);
    return undefined;
  }
  element.style.height = data.height ?? `${data.layout.height}px`;
  element.setAttribute("aria-label", data.alt);
  element.tell = (value) => setTriggerValue("pressed", value);
  element.sent = data;
  if (!data.example) return draw(element);
  const show = (moment) => {
    element.moment = moment;
    draw(element);
  };
  const leave = worked(element, { ...data.example, show, rest: () => show(null) });
  const over = draw(element);
  return () => {
    leave();
    over();
  };
}

function draw(element) {
  const data = { ...element.sent, ...element.moment };
  const after = data.presses ? () => listen(element) : undefined;
  if (!data.height) return drawFigure(element, data, undefined, after);
  const { height, ...layout } = data.layout; // a figure that has none takes that of its element
  for (const name of ["xaxis", "yaxis"]) layout[name] = zoomed(element, name, layout[name]);
  return drawFigure(element, { ...data, layout: { ...layout, autosize: true } }, undefined, after);
}

// A press on a point tells its customdata. A figure that Plotly has purged has lost its listeners.
function listen(element) {
  element.removeAllListeners("plotly_click");
  element.on("plotly_click", ({ points }) => {
    const told = points.find((point) => point.customdata !== undefined)?.customdata;
    if (told !== undefined) element.tell(told);
  });
}

// An axis with its reader's zoom, if there is one. Plotly forgets it when the limits that it was sent change, and those
// of a figure that grows do. Limits as they were sent first are those to which Plotly resets an axis.
function zoomed(element, name, axis) {
  const before = (element.limits ??= {})[name];
  const now = element.layout?.[name];
  const same = before?.revision === axis.uirevision;
  const differs = (limits) => now.range.some((end, place) => end !== limits[place]);
  if (same && now?.range && !now.autorange && differs(before.last) && differs(before.first)) {
    return { ...axis, range: [...now.range] };
  }
  element.limits[name] = { revision: axis.uirevision, first: same ? before.first : axis.range, last: axis.range };
  return axis;
}
