// A Plotly figure that is updated in place, so that zoom, hover and hidden lines outlive every update.

export default function ({ parentElement, data }) {
  const element = parentElement.querySelector(".live-figure");
  if (!data.traces) {
    plotly(data.file);
    return undefined;
  }
  element.style.height = data.height ?? `${data.layout.height}px`;
  element.setAttribute("aria-label", data.alt);
  if (!data.height) return drawFigure(element, data);
  const { height, ...layout } = data.layout; // a figure that has none takes that of its element
  return drawFigure(element, { ...data, layout: { ...layout, autosize: true } });
}
