// A unit's weights as a picture, held over a digit: each weight times the pixel under it, added up, is the unit's z.
//
// Shuffling lays pixels, or weights, or both in one other order, the same each time; the sum is made anew of what then
// lies on what.

import { fixed } from "netlab/app/written";

const SIDE = 28;
const COUNT = SIDE * SIDE;
const CELL = 10; // of the canvas, for a pixel
const KEYS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
const SAYS = {
  "": "In order: each weight lies on the pixel of the same place.",
  both: "Pixels and weights are shuffled in the same way: every pixel still lies under its own weight. The picture is gone, but z is the same.",
  digit: "Only the pixels are shuffled: they lie under weights that are not theirs, so z changes.",
  weights: "Only the weights are shuffled: they lie on pixels that are not theirs, so z changes.",
};

const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const rgb = (colour) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
export default function ({ parentElement, data }) {
  const root = parentElement.querySelector(".weights");
  const S = (root.S ??= { down: 0, right: 0, shuffled: "", held: null });
  Object.assign(S, {
    root, data, pixels: bytes(data.pixels), weights: new Float32Array(bytes(data.weights).buffer), order: new Uint16Array(bytes(data.order).buffer),
  });
  const held = root.querySelector(".held");
  const pixel = () => held.getBoundingClientRect().width / SIDE;
  held.onpointerdown = (event) => {
    if (event.button) return;
    held.setPointerCapture(event.pointerId);
    S.held = { x: event.clientX, y: event.clientY, down: S.down, right: S.right };
  };
  held.onpointermove = (event) => {
    if (!S.held) return;
    const by = [event.clientY - S.held.y, event.clientX - S.held.x].map((part) => Math.round(part / pixel()));
    move(S, S.held.down + by[0], S.held.right + by[1]);
  };
  held.onpointerup = held.onpointercancel = () => {
    S.held = null;
  };
  held.onkeydown = (event) => {
    const step = KEYS[event.key];
    if (event.key === "Home") move(S, 0, 0);
    else if (step) move(S, S.down + step[0], S.right + step[1]);
    else return;
    event.preventDefault();
  };
  for (const button of root.querySelectorAll("button")) {
    button.onclick = () => {
      S.shuffled = button.dataset.shuffle;
      move(S, 0, 0);
    };
  }
  paint(S);
}

function move(S, down, right) {
  const within = (value) => Math.min(SIDE, Math.max(-SIDE, value));
  [S.down, S.right] = [within(down), within(right)];
  paint(S);
}

const inOrder = (S, values, what) => (["both", what].includes(S.shuffled) ? values.map((_, at) => values[S.order[at]]) : values);

// Products by the place of the pixel, and their sum: what lies beside the digit meets no ink.
function added(S, pixels, weights) {
  const products = new Float64Array(COUNT);
  let sum = 0;
  for (let row = 0; row < SIDE; row += 1) {
    for (let column = 0; column < SIDE; column += 1) {
      const [r, c] = [row + S.down, column + S.right];
      if (r < 0 || r >= SIDE || c < 0 || c >= SIDE) continue;
      const product = weights[row * SIDE + column] * pixels[r * SIDE + c];
      products[r * SIDE + c] = product;
      sum += product;
    }
  }
  return { products, sum };
}

function tile(values, colour) {
  const small = new OffscreenCanvas(SIDE, SIDE);
  const pen = small.getContext("2d");
  const picture = pen.createImageData(SIDE, SIDE);
  values.forEach((value, at) => picture.data.set(colour(value), 4 * at));
  pen.putImageData(picture, 0, 0);
  return small;
}

function signed(values, strongest) {
  const [low, high] = [rgb(PALETTE.orange), rgb(PALETTE.sky)];
  const most = values.reduce((so, value) => Math.max(so, Math.abs(value)), 1e-12);
  return (value) => [...(value < 0 ? low : high), Math.round((strongest * Math.abs(value)) / most)];
}

function paint(S) {
  const { root, data } = S;
  const [pixels, weights] = [inOrder(S, S.pixels, "digit"), inOrder(S, S.weights, "weights")];
  const { products, sum } = added(S, pixels, weights);
  const z = sum / 255 + data.bias;
  const [held, below] = [".held", ".products"].map((name) => root.querySelector(name));
  const draw = (canvas, picture, right = 0, down = 0) => {
    const pen = canvas.getContext("2d");
    pen.imageSmoothingEnabled = false;
    pen.drawImage(picture, right * CELL, down * CELL, SIDE * CELL, SIDE * CELL);
    return pen;
  };
  held.getContext("2d").clearRect(0, 0, held.width, held.height);
  draw(held, tile(pixels, (value) => [value, value, value, 255]));
  const pen = draw(held, tile(weights, signed(weights, 215)), S.right, S.down);
  pen.strokeStyle = PALETTE.green;
  pen.lineWidth = 3;
  pen.strokeRect(S.right * CELL + 1.5, S.down * CELL + 1.5, SIDE * CELL - 3, SIDE * CELL - 3);
  below.getContext("2d").clearRect(0, 0, below.width, below.height);
  draw(below, tile(products, signed(products, 255)));
  root.dataset.z = z;
  root.querySelector("output").textContent = fixed(z, 4);
  const [more, less] = [1, -1].map((sign) => products.reduce((so, one) => so + (one * sign > 0 ? one : 0), 0) / 255);
  root.querySelector(".parts").textContent =
    `${fixed(more, 3)} (blue) − ${fixed(-less, 3)} (orange) ${data.bias < 0 ? "−" : "+"} ${fixed(Math.abs(data.bias), 3)} (the unit’s own number). ` +
    `Undivided, pixels from 0 to 255, the products would add up to ${fixed(sum, 1)}.`;
  const away = S.down || S.right;
  root.querySelector(".says").textContent = away ? movedSentence(S) : SAYS[S.shuffled];
  held.setAttribute("aria-label", `${data.alt} z = ${fixed(z, 4)}.`);
  below.setAttribute("aria-label", `The 784 products: together z = ${fixed(z, 4)}.`);
  for (const button of root.querySelectorAll("button")) button.setAttribute("aria-pressed", button.dataset.shuffle === S.shuffled);
}

function movedSentence({ down, right }) {
  return `The weights lie ${fixed(down, 0)} rows further down and ${fixed(right, 0)} columns further right than their place (a minus means up or left). ` +
    "Each meets another pixel, so z changes: the unit looks for its pattern in one place only.";
}
