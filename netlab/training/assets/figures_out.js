// Buttons that save a figure of the page as it is drawn now, for paper: dark on white, whatever the theme. The browser
// makes the file; nothing leaves the machine.

const INK = "#222222", LINES = "#dddddd", PAPER = "#ffffff";
const SIZE = { width: 900, height: 540 };

function onPaper(figure) {
  const layout = structuredClone({ ...figure.layout, template: undefined });
  for (const key of Object.keys(layout).filter((name) => /^[xy]axis\d*$/.test(name))) {
    Object.assign(layout[key], { color: INK, gridcolor: LINES, linecolor: LINES, zerolinecolor: LINES });
  }
  const font = { ...layout.font, color: INK };
  return { data: figure.data, layout: { ...layout, ...SIZE, autosize: false, font, paper_bgcolor: PAPER, plot_bgcolor: PAPER } };
}

export default function ({ parentElement, data }) {
  const box = parentElement.querySelector(".figures-out");
  box.setAttribute("aria-label", data.label);
  box.replaceChildren();
  for (const { key, title, file } of data.figures) {
    for (const format of ["png", "svg"]) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = `${title}, ${format.toUpperCase()}`;
      button.onclick = () => {
        const figure = document.querySelector(`.st-key-${key} .js-plotly-plot`);
        if (figure && window.Plotly) window.Plotly.downloadImage(onPaper(figure), { ...SIZE, format, filename: file, scale: format === "png" ? 2 : 1 });
      };
      box.append(button);
    }
  }
}
