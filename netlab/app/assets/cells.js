// A grid of numbers as a picture: grey from black to white, or signed, where the page shows through at 0. The number
// under the pointer is told; where they may be chosen, a click or the arrow keys choose one.

const minus = (text) => text.replace("-", "−");
const plain = (value) => {
  const size = Math.abs(value);
  if (size && (size < 1e-3 || size >= 1e5)) {
    const [mantissa, power] = value.toExponential(2).split("e");
    const raised = String(Number(power)).replace(/./g, (sign) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(sign)]);
    return `${minus(String(Number(mantissa)))}·10${raised}`;
  }
  return minus(String(Number(value.toPrecision(4))));
};

const rgb = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));

export default function ({ parentElement, data, setTriggerValue }) {
  const root = parentElement.querySelector(".cells");
  if (!root.isConnected) return undefined; // it has gone already, and has no colours
  const canvas = root.querySelector("canvas");
  const says = root.querySelector(".says");
  const mark = root.querySelector(".mark");
  const { values, columns } = data;
  const rows = Math.ceil(values.length / columns);
  root.style.setProperty("--columns", columns);
  root.style.setProperty("--rows", rows);
  root.style.setProperty("--width", `${data.width}px`);
  root.classList.toggle("picks", data.picks);
  const dark = getComputedStyle(root).colorScheme.includes("dark") || luma(getComputedStyle(root).color) > 128;
  const [low, high] = dark ? [rgb(PALETTE.orange), rgb(PALETTE.sky)] : [rgb(PALETTE.vermilion), rgb(PALETTE.blue)];
  const most = data.most || Math.max(...values.map(Math.abs), 0) || 1;

  canvas.width = columns;
  canvas.height = rows;
  const pen = canvas.getContext("2d");
  const picture = pen.createImageData(columns, rows);
  values.forEach((value, at) => {
    const share = Math.min(Math.abs(value) / most, 1);
    const colour = data.signed ? (value < 0 ? low : high) : Array(3).fill(Math.round(255 * (value > 0 ? share : 0)));
    picture.data.set([...colour, data.signed ? Math.round(255 * share) : 255], 4 * at);
  });
  pen.putImageData(picture, 0, 0);
  canvas.setAttribute("role", data.picks ? "application" : "img");
  canvas.tabIndex = data.picks ? 0 : -1;
  canvas.setAttribute("aria-label", data.alt);

  const words = (at) => `${data.noun} ${data.names ? data.names[at] : at}: ${plain(values[at])}`;
  const show = (at) => {
    mark.hidden = at < 0;
    mark.style.left = `${((at % columns) / columns) * 100}%`;
    mark.style.top = `${(Math.floor(at / columns) / rows) * 100}%`;
    says.textContent = at < 0 ? data.hint : words(at);
  };
  const under = (event) => {
    const box = canvas.getBoundingClientRect();
    const at = Math.floor(((event.clientY - box.top) / box.height) * rows) * columns
      + Math.floor(((event.clientX - box.left) / box.width) * columns);
    return at >= 0 && at < values.length ? at : -1;
  };
  show(data.chosen);
  canvas.onpointermove = (event) => show(under(event));
  canvas.onpointerleave = () => show(data.chosen);
  canvas.onclick = (event) => {
    const at = under(event);
    if (data.picks && at >= 0) setTriggerValue("picked", at);
  };
  const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns };
  canvas.onkeydown = (event) => {
    const at = data.chosen + steps[event.key];
    if (!data.picks || !(at >= 0 && at < values.length)) return;
    event.preventDefault();
    setTriggerValue("picked", at);
  };
}

function luma(colour) {
  const [red, green, blue] = colour.match(/[\d.]+/g).map(Number);
  return 0.3 * red + 0.59 * green + 0.11 * blue;
}
