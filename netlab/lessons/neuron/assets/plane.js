// The plane of a neuron with two inputs: its line z = 0, the arrow of its weights that stands on the line, its input.
// All three can be held and moved, by pointer, finger and keyboard; the numbers follow at once.
//
// The line slides across itself, which is the bias. The arrow turns about the place where it stands: its direction and
// length are the weights, and the bias keeps that place on the line. Numbers move in the steps of the sliders beside.

import { fixed } from "netlab/app/written";

export const REACH = 2;
export const CORNERS = [[0, 0], [0, 1], [1, 0], [1, 1]];
const MOST = 4; // of a weight and of the bias
const STEP = 0.05;
const ARROW = 0.35; // length of the arrow of a weight of 1
const EDGE = 1.93; // beyond it nothing is drawn that is to be held
const GRID = 101;
const PAUSE = 400; // milliseconds without a key until the page is told
const NEAR = matchMedia("(pointer: coarse)").matches ? 30 : 18; // pixels: a finger is wider than a pointer
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const INK = "#222222"; // the plane is light in both themes

export const sum = ({ w, b }, [x, y]) => Math.round((w[0] * x + w[1] * y + b) * 1e9) / 1e9;
const stepped = (value, most) => Math.round(Math.min(most, Math.max(-most, Math.round(value / STEP) * STEP)) * 100) / 100 + 0;
const px = (x) => 100 * (x + REACH);
const py = (y) => 100 * (REACH - y);
const within = (place) => place.every((value) => Math.abs(value) <= EDGE);

// Where the line crosses the edges of the square; null if it does not.
export function lineSeen({ w: [w1, w2], b }) {
  const found = [];
  const add = (x, y) => {
    const new_ = !found.some(([a, c]) => Math.hypot(a - x, c - y) < 1e-9);
    if (Math.abs(x) <= REACH && Math.abs(y) <= REACH && new_) found.push([x, y]);
  };
  for (const edge of [-REACH, REACH]) {
    if (w2 !== 0) add(edge, -(b + w1 * edge) / w2);
    if (w1 !== 0) add(-(b + w2 * edge) / w1, edge);
  }
  return found.length < 2 ? null : found.slice(0, 2);
}

// The place on the line where the arrow stands: next to where it stood, and always in sight.
function standing(P) {
  const seen = lineSeen(P.now);
  if (!seen) return null;
  const { w: [w1, w2], b } = P.now;
  const [x, y] = P.stood ?? [0, 0];
  const far = (w1 * x + w2 * y + b) / (w1 * w1 + w2 * w2);
  const at = [x - far * w1, y - far * w2];
  P.stood = within(at) ? at : [0, 1].map((axis) => (seen[0][axis] + seen[1][axis]) / 2);
  return P.stood;
}

// Foot and tip of the arrow, cut where it would leave the square.
function arrow(P) {
  const foot = standing(P) ?? [0, 0];
  const rise = P.now.w.map((weight) => weight * ARROW);
  const room = rise.map((part, axis) => (part === 0 ? 1 : (Math.sign(part) * EDGE - foot[axis]) / part));
  const share = Math.max(0, Math.min(1, ...room));
  return { foot, tip: foot.map((value, axis) => value + share * rise[axis]) };
}

const SHAPES = `
<style>
  .square { position: relative; width: 100%; max-width: 340px; aspect-ratio: 1; border: 1px solid var(--st-border-color); box-sizing: border-box; }
  .square canvas, .square svg { position: absolute; inset: 0; width: 100%; height: 100%; }
  .square svg { font: 13px var(--st-font); user-select: none; }
  .held { outline: none; cursor: grab; }
  .held:focus-visible .ring { stroke: var(--netlab-vermilion); }
</style>
<canvas width="${GRID}" height="${GRID}"></canvas>
<svg role="group" viewBox="0 0 400 400">
  <path d="M200 0V400M0 200H400M300 195V205M100 195V205M195 100H205M195 300H205" stroke="${INK}" stroke-opacity="0.35" fill="none" />
  <g fill="${INK}" fill-opacity="0.75"><text x="296" y="219">1</text><text x="93" y="219">−1</text><text x="183" y="104">1</text>
  <text x="378" y="192">x₁</text><text x="206" y="14">x₂</text></g>
  <g class="corners"></g>
  <g class="held line" tabindex="0" role="slider" aria-valuemin="-4" aria-valuemax="4">
    <line class="ring" stroke="transparent" stroke-width="12" /><line class="seen" stroke="${INK}" stroke-width="3.5" />
  </g>
  <g class="held arrow" tabindex="0" role="slider" aria-valuemin="-180" aria-valuemax="180">
    <path class="shaft" stroke="${INK}" stroke-width="3" fill="none" /><circle class="ring" r="11" fill="transparent" stroke="transparent" stroke-width="4" />
    <path class="head" d="M2,0L-13,-7.5L-9,0L-13,7.5Z" fill="${INK}" />
  </g>
  <g class="held input" tabindex="0" role="slider" aria-valuemin="-2" aria-valuemax="2">
    <circle class="ring" r="14" fill="transparent" stroke="transparent" stroke-width="4" />
    <path d="M0,-10L10,0L0,10L-10,0Z" fill="var(--netlab-green)" stroke="#fff" stroke-width="2" />
  </g>
</svg>`;

export function cornersMarkup(wanted) {
  if (!wanted) return "";
  return CORNERS.map(([x, y], at) => `<circle cx="${px(x)}" cy="${py(y)}" r="8" stroke="${INK}" stroke-width="3" fill="${wanted[at] ? INK : "#fff"}" />`).join("");
}

export function lineMarkup(neuron) {
  const seen = lineSeen(neuron);
  return seen ? `<path d="M${px(seen[0][0])} ${py(seen[0][1])}L${px(seen[1][0])} ${py(seen[1][1])}" stroke="${INK}" stroke-width="3.5" />` : "";
}

const rgb = (colour) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));

// What is answered everywhere, the largest in size in its full colour: blue above 0, orange below, light grey at 0.
export function paintAnswers(canvas, answer, palette) {
  const [low, high, middle] = [rgb(palette.orange), rgb(palette.blue), [244, 244, 244]];
  const side = canvas.width;
  const answers = [];
  for (let row = 0; row < side; row += 1) {
    for (let column = 0; column < side; column += 1) {
      answers.push(answer([((column + 0.5) / side) * 2 * REACH - REACH, REACH - ((row + 0.5) / side) * 2 * REACH]));
    }
  }
  const most = answers.reduce((so, value) => Math.max(so, Math.abs(value)), 1e-9);
  const pen = canvas.getContext("2d");
  const picture = pen.createImageData(side, side);
  answers.forEach((value, at) => {
    const share = (0.75 * Math.abs(value)) / most;
    const end = value < 0 ? low : high;
    picture.data.set([...middle.map((part, k) => part + share * (end[k] - part)), 255], 4 * at);
  });
  pen.putImageData(picture, 0, 0);
}

function paint(P) {
  const { now, parts } = P;
  paintAnswers(P.canvas, (place) => now.answer(sum(now, place)), P.palette);
  const seen = lineSeen(now);
  for (const one of parts.line.querySelectorAll("line")) {
    const [[x1, y1], [x2, y2]] = seen ?? [[0, 0], [0, 0]];
    for (const [name, value] of [["x1", px(x1)], ["y1", py(y1)], ["x2", px(x2)], ["y2", py(y2)]]) one.setAttribute(name, value);
  }
  parts.line.style.display = seen ? "" : "none";
  const { foot, tip } = arrow(P);
  const turned = Math.atan2(now.w[1], now.w[0]);
  parts.arrow.querySelector(".shaft").setAttribute("d", `M${px(foot[0])} ${py(foot[1])}L${px(tip[0])} ${py(tip[1])}`);
  parts.arrow.querySelector(".ring").setAttribute("transform", `translate(${px(tip[0])} ${py(tip[1])})`);
  const head = parts.arrow.querySelector(".head");
  head.setAttribute("transform", `translate(${px(tip[0])} ${py(tip[1])}) rotate(${(-180 * turned) / Math.PI})`);
  parts.input.style.display = now.x ? "" : "none";
  if (now.x) parts.input.setAttribute("transform", `translate(${px(now.x[0])} ${py(now.x[1])})`);
  P.svg.querySelector(".corners").innerHTML = cornersMarkup(now.wanted);
  name(P, turned);
}

function name(P, turned) {
  const { now, parts } = P;
  const say = (part, label, value, text) => {
    for (const [key, word] of [["aria-label", label], ["aria-valuenow", value], ["aria-valuetext", text]]) part.setAttribute(key, word);
  };
  const of = now.name ? `${now.name}: ` : "";
  say(parts.line, `${of}the line z = 0`, now.b, `bias ${fixed(now.b, 2)}`);
  say(parts.arrow, `${of}the arrow`, Math.round((180 * turned) / Math.PI), `weights ${fixed(now.w[0], 2)} and ${fixed(now.w[1], 2)}`);
  if (now.x) say(parts.input, `${of}the input`, now.x[0], `x₁ = ${fixed(now.x[0], 2)}, x₂ = ${fixed(now.x[1], 2)}`);
}

// Move what is held by so much from where it was taken hold of.
function moved(P, kind, start, by) {
  const { now } = P;
  if (kind === "input") now.x = start.x.map((value, axis) => stepped(value + by[axis], REACH));
  else if (kind === "line") now.b = stepped(start.b - start.w[0] * by[0] - start.w[1] * by[1], MOST);
  else {
    now.w = start.w.map((weight, axis) => stepped(weight + by[axis] / ARROW, MOST));
    if (start.foot) now.b = stepped(-now.w[0] * start.foot[0] - now.w[1] * start.foot[1], MOST);
  }
  paint(P);
  P.told.changed();
}

const start = (P) => ({ w: [...P.now.w], b: P.now.b, x: P.now.x && [...P.now.x], foot: standing(P) });

function nearest(P, [x, y], pixel) {
  const { tip } = arrow(P);
  const near = NEAR * pixel;
  const far = { arrow: Math.hypot(tip[0] - x, tip[1] - y), input: P.now.x ? Math.hypot(P.now.x[0] - x, P.now.x[1] - y) : Infinity };
  const [kind, distance] = Object.entries(far).sort(([, one], [, other]) => one - other)[0];
  if (distance < near) return kind;
  const size = Math.hypot(...P.now.w);
  return lineSeen(P.now) && Math.abs(sum(P.now, [x, y])) / size < 0.8 * near ? "line" : null;
}

function listen(P) {
  const { svg } = P;
  const pixel = () => (2 * REACH) / svg.getBoundingClientRect().width;
  const place = (event) => {
    const box = svg.getBoundingClientRect();
    return [(event.clientX - box.left) * pixel() - REACH, REACH - (event.clientY - box.top) * pixel()];
  };
  svg.onpointerdown = (event) => {
    const kind = event.button ? null : nearest(P, place(event), pixel());
    if (!kind) return;
    event.preventDefault();
    svg.setPointerCapture(event.pointerId);
    P.parts[kind].focus({ preventScroll: true });
    P.held = { kind, from: place(event), start: start(P) };
  };
  svg.ontouchstart = (event) => {
    if (P.held) event.preventDefault(); // a finger beside what can be held scrolls the page
  };
  svg.onpointermove = (event) => {
    if (!P.held) {
      svg.style.cursor = nearest(P, place(event), pixel()) ? "grab" : "";
      return;
    }
    const at = place(event);
    moved(P, P.held.kind, P.held.start, at.map((value, axis) => value - P.held.from[axis]));
  };
  svg.onpointerup = svg.onpointercancel = () => {
    if (!P.held) return;
    P.held = null;
    P.told.done();
  };
  for (const [kind, part] of Object.entries(P.parts)) {
    part.onkeydown = (event) => {
      const way = KEYS[event.key]?.map((one) => one * (event.shiftKey ? 5 : 1) * STEP);
      if (!way) return;
      event.preventDefault();
      byKey(P, kind, way);
    };
    part.onblur = () => {
      P.anchor = null;
      flush(P);
    };
  }
}

// A key moves what a pointer would move, at least by one step; the arrow keeps its place on the line while keys follow.
function byKey(P, kind, way) {
  P.anchor ??= standing(P);
  const before = P.now.b;
  moved(P, kind, { ...start(P), foot: P.anchor }, kind === "arrow" ? way.map((one) => one * ARROW) : way);
  const across = P.now.w[0] * way[0] + P.now.w[1] * way[1];
  if (kind === "line" && P.now.b === before && Math.abs(across) > 1e-9) {
    P.now.b = stepped(before - Math.sign(across) * STEP, MOST);
    paint(P);
    P.told.changed();
  }
  clearTimeout(P.telling);
  P.telling = setTimeout(() => flush(P), PAUSE);
}

function flush(P) {
  if (!P.telling) return;
  clearTimeout(P.telling);
  P.telling = null;
  P.told.done();
}

// A plane in an element; `told.changed` is called at every move, `told.done` when it is over.
export function plane(box, told, palette) {
  if (!box.plane) {
    box.innerHTML = `<div class="square">${SHAPES}</div>`;
    const part = (name) => box.querySelector(name);
    const parts = { line: part(".line"), arrow: part(".arrow"), input: part(".input") };
    box.plane = { canvas: part("canvas"), svg: part("svg"), parts, held: null, telling: null };
    listen(box.plane);
  }
  return Object.assign(box.plane, { told, palette });
}

export const busy = (P) => P.held !== null || P.telling !== null;

export function show(P, neuron) {
  P.now = neuron;
  paint(P);
}
