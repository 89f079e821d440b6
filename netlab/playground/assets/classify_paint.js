// Colours, numbers and maps: what is drawn, but not where.

import { saidAt } from "netlab/playground/classify_net";

const sized = (value, figures = 2) => {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "?" : value > 0 ? "∞" : "−∞";
  const number = Number(Math.abs(value).toPrecision(figures));
  const text = number !== 0 && (number < 1e-3 || number >= 1e5) ? number.toExponential(figures - 1).replace("e+", "·10^").replace("e-", "·10^−") : String(number);
  return text.replace(/\^(−?)(\d+)/, (_, sign, digits) => (sign ? "⁻" : "") + [...digits].map((digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit]).join(""));
};
export const plain = (value, figures = 2) => (value < 0 && Number(value.toPrecision(figures)) !== 0 ? "−" : "") + sized(value, figures);
export const signedNumber = (value, figures = 2) => (value > 0 ? "+" : "") + plain(value, figures);

export function percentOf(part) {
  if (Number.isNaN(part)) return "?";
  const written = (100 * part).toFixed(1);
  if (part < 1 && Number(written) >= 100) return "more than 99.9 %";
  if (part > 0 && Number(written) === 0) return "less than 0.1 %";
  return `${written} %`;
}

function rgb(colour) {
  const pen = document.createElement("canvas").getContext("2d");
  pen.fillStyle = colour;
  return [1, 3, 5].map((place) => parseInt(pen.fillStyle.slice(place, place + 2), 16));
}

const blend = (from, to, part) => from.map((value, k) => Math.round(value + part * (to[k] - value)));
const packedColour = ([r, g, b]) => (255 << 24) | (b << 16) | (g << 8) | r;

// Class A is the colour of minus, class B that of plus; a third has its own. In between lies the page's own paper.
// ``before`` is what this returned last: it holds as long as the theme does.
export function colours(root, palette, before) {
  const style = getComputedStyle(root);
  const theme = ["--st-background-color", "--st-text-color"].map((name) => style.getPropertyValue(name).trim() || "#888888");
  if (before?.theme === theme.join()) return before;
  const [paper, ink] = theme.map(rgb);
  const dark = paper[0] + paper[1] + paper[2] < 380;
  const classes = (dark ? [palette.orange, palette.sky, palette.green] : [palette.vermilion, palette.blue, palette.green]).map(rgb);
  const table = new Uint32Array(255);
  for (let place = -127; place <= 127; place += 1) table[place + 127] = packedColour(blend(paper, classes[place < 0 ? 0 : 1], 0.85 * (Math.abs(place) / 127) ** 0.8));
  const css = (colour) => `rgb(${colour})`;
  return {
    theme: theme.join(), family: style.fontFamily, paper, ink, dark, classes, table,
    css: { paper: css(paper), ink: css(ink), faint: css(blend(paper, ink, 0.3)), half: css(blend(paper, ink, 0.6)), minus: css(classes[0]), plus: css(classes[1]), classes: classes.map(css) },
    held: css(dark ? rgb(palette.orange) : rgb(palette.vermilion)), taught: css(dark ? rgb(palette.sky) : rgb(palette.blue)),
  };
}

export function gridOf(side, reach) {
  const xs = new Float64Array(side * side);
  const ys = new Float64Array(side * side);
  for (let row = 0; row < side; row += 1)
    for (let column = 0; column < side; column += 1) {
      xs[row * side + column] = ((column + 0.5) / side) * 2 * reach - reach;
      ys[row * side + column] = reach - ((row + 0.5) / side) * 2 * reach;
    }
  return { side, xs, ys };
}

// A canvas for a map of so many squares a side, kept for the next time.
function sheet(store, key, side) {
  const canvas = (store[key] ??= document.createElement("canvas"));
  if (canvas.width !== side) {
    canvas.width = canvas.height = side;
    canvas.image = canvas.getContext("2d").createImageData(side, side);
    canvas.words = new Uint32Array(canvas.image.data.buffer);
  }
  return canvas;
}

// A unit's answers over the plane: from minus over the paper's colour (0) to plus, and the scale in numbers.
export function unitMap(store, key, side, answers, table) {
  let low = Infinity;
  let high = -Infinity;
  for (const value of answers) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const most = Math.max(Math.abs(low), Math.abs(high));
  const times = most > 0 && Number.isFinite(most) ? 127 / most : 0;
  const canvas = sheet(store, key, side);
  for (let at = 0; at < answers.length; at += 1) canvas.words[at] = table[127 + (Number.isFinite(answers[at]) ? Math.round(answers[at] * times) : 0)];
  canvas.getContext("2d").putImageData(canvas.image, 0, 0);
  return { canvas, low, high };
}

// What the whole network says: softly, by how sure it is; or hard, by the class alone.
export function decisionMap(store, key, side, net, { layers, sums }, look, hard) {
  const canvas = sheet(store, key, side);
  const outputs = layers[layers.length - 1];
  const linear = net.activations[net.activations.length - 1] === "linear";
  const broken = packedColour(blend(look.paper, look.ink, 0.25));
  const classes = look.classes.map((colour) => packedColour(blend(look.paper, colour, 0.5)));
  const mixed = [0, 0, 0];
  for (let at = 0; at < side * side; at += 1) {
    if (!Number.isFinite(sums[0][at])) {
      canvas.words[at] = broken;
    } else if (hard) {
      canvas.words[at] = classes[saidAt(sums, at)];
    } else if (outputs.length === 1) {
      const value = linear ? outputs[0][at] : 2 * outputs[0][at] - 1;
      canvas.words[at] = look.table[127 + Math.round(100 * Math.max(-1, Math.min(1, value)))];
    } else {
      let total = 0;
      for (const unit of outputs) total += Math.max(0, unit[at]);
      for (let k = 0; k < 3; k += 1) {
        let sum = 0;
        for (let label = 0; label < outputs.length; label += 1) sum += (Math.max(0, outputs[label][at]) / (total || 1)) * look.classes[label][k];
        mixed[k] = Math.round(look.paper[k] + 0.65 * (sum - look.paper[k]));
      }
      canvas.words[at] = packedColour(mixed);
    }
  }
  canvas.getContext("2d").putImageData(canvas.image, 0, 0);
  return canvas;
}

// A point's sign: a circle, a square or a triangle by its class, so that no colour is needed.
export function mark(pen, label, x, y, size) {
  pen.beginPath();
  if (label === 0) pen.arc(x, y, size, 0, 2 * Math.PI);
  else if (label === 1) pen.rect(x - 0.85 * size, y - 0.85 * size, 1.7 * size, 1.7 * size);
  else {
    pen.moveTo(x, y - 1.15 * size);
    pen.lineTo(x + 1.1 * size, y + 0.8 * size);
    pen.lineTo(x - 1.1 * size, y + 0.8 * size);
    pen.closePath();
  }
}

// A canvas as sharp as the screen; gives its pen and size in the page's pixels.
export function ready(canvas) {
  const ratio = Math.min(2, window.devicePixelRatio || 1);
  const [wide, high] = [canvas.clientWidth, canvas.clientHeight];
  const [w, h] = [Math.round(wide * ratio), Math.round(high * ratio)];
  if (canvas.width !== w || canvas.height !== h) [canvas.width, canvas.height] = [w, h];
  const pen = canvas.getContext("2d");
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, wide, high);
  return { pen, wide, high };
}
