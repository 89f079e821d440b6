// A Plotly picture on which a click anywhere means a place: it comes back as `clicked`, in units of the axes.
//
// A coarse picture may carry the name of a finer one in `data.finer`; once the coarse one is on the screen, that
// name is sent back as `finer`, and the server, which has answered already, takes its time for the fine one.

function themed(layout, element) {
  const style = getComputedStyle(element);
  const read = (name) => style.getPropertyValue(name).trim();
  const text = read("--st-text-color") || "#222";
  const grid = read("--st-border-color") || "#ddd";
  const dress = (axis) => ({ ...axis, gridcolor: grid, linecolor: grid, color: text });
  const font = { color: text, family: read("--st-font") || "sans-serif", size: 13 };
  const clear = { paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)" };
  return { ...layout, ...clear, font, xaxis: dress(layout.xaxis), yaxis: dress(layout.yaxis) };
}

function placeOf(element, event) {
  const { xaxis, yaxis } = element._fullLayout;
  const box = element.querySelector(".nsewdrag").getBoundingClientRect();
  const place = [xaxis.p2d(event.clientX - box.left), yaxis.p2d(event.clientY - box.top)];
  return place.map((value) => Number(value.toPrecision(5)));
}

export default function ({ parentElement, data, setStateValue }) {
  const element = parentElement.querySelector(".race-map");
  element.style.height = `${data.layout.height}px`;
  element.setAttribute("aria-label", data.alt);
  plotly(data.file)
    .then(() =>
      window.Plotly.react(element, data.traces, themed(data.layout, element), {
        responsive: true, displaylogo: false, displayModeBar: false,
      }),
    )
    .then(() => {
      element.removeAllListeners("plotly_click");
      element.on("plotly_click", ({ event }) => {
        const place = placeOf(element, event);
        if (place.every(Number.isFinite)) setStateValue("clicked", place);
      });
      element.dataset.updates = String(Number(element.dataset.updates ?? 0) + 1);
      element.dataset.fine = String(!data.finer);
      if (data.finer && element.asked !== data.finer) {
        element.asked = data.finer;
        setStateValue("finer", data.finer);
      }
    })
    .catch((error) => {
      element.textContent = `The figure could not be drawn (${error}). Reload the page.`;
    });
  return () => window.Plotly?.purge(element);
}
