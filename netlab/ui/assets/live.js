// A Plotly figure that is updated in place, so that zoom, hover and hidden lines outlive every update.

function themed(layout, element) {
  const style = getComputedStyle(element);
  const read = (name) => style.getPropertyValue(name).trim();
  const text = read("--st-text-color") || "#222";
  const grid = read("--st-border-color") || "#ddd";
  const axes = Object.keys(layout).filter((key) => /^[xy]axis\d*$/.test(key));
  const colours = Object.fromEntries(
    axes.map((key) => [key, { ...layout[key], gridcolor: grid, linecolor: grid, zerolinecolor: grid, color: text }]),
  );
  const font = { color: text, family: read("--st-font") || "sans-serif", size: 13 };
  return { ...layout, ...colours, font, paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)" };
}

export default function ({ parentElement, data }) {
  const element = parentElement.querySelector(".live-figure");
  if (!data.traces) {
    plotly(data.file);
    return;
  }
  element.style.height = `${data.layout.height}px`;
  element.setAttribute("aria-label", data.alt);
  plotly(data.file)
    .then(() =>
      window.Plotly.react(element, data.traces, themed(data.layout, element), {
        responsive: true,
        displaylogo: false,
        modeBarButtonsToRemove: ["select2d", "lasso2d"],
      }),
    )
    .then(() => {
      element.dataset.updates = String(Number(element.dataset.updates ?? 0) + 1);
    })
    .catch((error) => {
      element.textContent = `The figure could not be drawn (${error}). Reload the page.`;
    });
  return () => window.Plotly?.purge(element);
}
