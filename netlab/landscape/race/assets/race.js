// A Plotly picture on which a click anywhere means a place: it comes back as `clicked`, in units of the axes.
//
// A coarse picture may carry the name of a finer one in `data.finer`; once the coarse one is on the screen, that
// name is sent back as `finer`, and the server, which has answered already, takes its time for the fine one.

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
  return drawFigure(element, data, { displayModeBar: false }, () => {
    element.removeAllListeners("plotly_click");
    element.on("plotly_click", ({ event }) => {
      const place = placeOf(element, event);
      if (place.every(Number.isFinite)) setStateValue("clicked", place);
    });
    element.dataset.fine = String(!data.finer);
    if (data.finer && element.asked !== data.finer) {
      element.asked = data.finer;
      setStateValue("finer", data.finer);
    }
  });
}
