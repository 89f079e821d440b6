// What a hidden layer does to the plane: the answers of two of its units are the coordinates, and a grid of straight lines
// of the plane is drawn where the layer puts it.

import { from, inputsAt, starts, strongestTwo, turningLines, walk, warpedAt } from "netlab/playground/classify_net";
import { decisionMap, mark, plain, ready } from "netlab/playground/classify_paint";
import { GRID } from "netlab/playground/classify_draw";

const LINES = 13; // of the grid, each way
const ALONG = 61; // places on each of them
const WARP_MARGIN = 34; // pixels beside and below, for the numbers

const layersOfTwo = (net) => net.sizes.map((_, layer) => layer).filter((layer) => layer > 0 && layer < net.sizes.length - 1 && net.sizes[layer] > 1);
const warpKey = (S) => (S.warp && S.warpOpen ? [S.warp.layer, S.warp.across, S.warp.up].join() : "");

// What the server is asked besides: a sentence on this plane, and where the reader has pressed two numbers.
export function besides(S) {
  S.warpAsked = S.playing ? "" : warpKey(S);
  return { plane: S.warpAsked ? [S.warp.layer, S.warp.across, S.warp.up] : null, pair: S.pair?.length === 2 ? S.pair : null };
}

// Whether something is still to be asked, now that nothing moves.
export const untold = (S) => {
  const told = S.warpTold;
  const key = warpKey(S);
  return (key && (told?.at !== S.at || told.version !== S.version || told.key !== key)) || String(S.pair) !== S.pairAsked;
};

export function takeBesides(S, data) {
  if (data.asked !== S.number || data.looked === undefined) return;
  S.warpTold = { at: data.looked, version: data.version, key: S.warpAsked, words: data.warped ?? "" };
}

// The last two numbers that were chosen span the landscape.
export function pairWith(S, place) {
  const last = S.pair?.[S.pair.length - 1];
  if (place !== null && place !== last) S.pair = last === undefined ? [place] : [last, place];
}

// Choose the two strongest units anew: in another network, and where playing stops.
function settleWarp(S, numbers) {
  const key = `${S.game}|${S.net.sizes}`;
  const eligible = layersOfTwo(S.net);
  const stopped = S.warpPlayed && !S.playing;
  S.warpPlayed = S.playing;
  if (S.warpFor !== key) {
    const kept = S.warpFor?.split("|")[1] === String(S.net.sizes) && S.warp && !S.warp.strongest;
    S.warpFor = key;
    S.pair = undefined;
    if (!kept) S.warp = eligible.length ? { ...strongestTwo(S.net, numbers, eligible[eligible.length - 1]), strongest: true } : null;
  } else if (stopped && S.warp?.strongest) S.warp = { ...strongestTwo(S.net, numbers, S.warp.layer), strongest: true };
}

function warpMenus(S) {
  const find = (name) => S.root.querySelector(`.${name}`);
  const shows = `${S.net.sizes}|${S.warp && `${S.warp.layer},${S.warp.across},${S.warp.up}`}`;
  const box = find("warp-fold");
  if (box.shows === shows) return;
  box.shows = shows;
  find("warp-choice").hidden = find("warped").hidden = !S.warp;
  if (!S.warp) return;
  const fill = (name, options, value) => {
    find(name).replaceChildren(...options.map(([key, words]) => new Option(words, key)));
    find(name).value = value;
  };
  fill("warp-layer", layersOfTwo(S.net).map((layer) => [layer, `layer ${layer}`]), S.warp.layer);
  const units = Array.from({ length: S.net.sizes[S.warp.layer] }, (_, unit) => [unit, `unit ${unit + 1}`]);
  fill("warp-across", units, S.warp.across);
  fill("warp-up", units, S.warp.up);
}

// The window: all that the activation can answer, or all that the points come to (the grid, where there are none).
function windowOf(bend, values) {
  const known = { tanh: [-1, 1], sigmoid: [0, 1], hard_sigmoid: [0, 1], step: [0, 1] }[bend];
  let [low, high] = known ?? [Infinity, -Infinity];
  if (!known)
    for (const list of values)
      for (const value of list)
        if (Number.isFinite(value)) {
          if (value < low) low = value;
          if (value > high) high = value;
        }
  if (!(low < high)) [low, high] = Number.isFinite(low) ? [low - 1, low + 1] : [-1, 1];
  const pad = 0.05 * (high - low);
  return [low - pad, high + pad];
}

function gridLines(S) {
  const key = `${S.net.features}|${S.net.reach}`;
  if (S.gridLinesKey !== key) {
    S.gridLinesKey = key;
    const { reach } = S.net;
    const place = (at, of) => (2 * reach * at) / (of - 1) - reach;
    const xs = [];
    const ys = [];
    for (let line = 0; line < LINES; line += 1) for (let at = 0; at < ALONG; at += 1) xs.push(place(line, LINES)), ys.push(place(at, ALONG));
    for (let line = 0; line < LINES; line += 1) for (let at = 0; at < ALONG; at += 1) xs.push(place(at, ALONG)), ys.push(place(line, LINES));
    S.gridInputs = inputsAt(S.net.features, xs, ys);
  }
  return S.gridInputs;
}

export function drawWarp(S, numbers, atPoints) {
  settleWarp(S, numbers);
  warpMenus(S);
  S.warpOpen = S.root.querySelector(".warp-fold").open;
  if (S.warpOpen && S.warp) paintWarp(S, numbers, atPoints);
  if (S.warpOpen) warpWords(S);
}

export function paintWarp(S, numbers, atPoints) {
  const { net, look, points, warp } = S;
  const { pen, wide, high } = ready(S.warped);
  const [left, top, right, foot] = [WARP_MARGIN, 8, wide - 8, high - WARP_MARGIN + 6];
  const grid = warpedAt(net, numbers, gridLines(S), warp, S.rooms.lines);
  const places = atPoints ? [atPoints.layers[warp.layer][warp.across], atPoints.layers[warp.layer][warp.up]] : [[], []];
  const spans = [0, 1].map((axis) => windowOf(net.activations[warp.layer - 1], [places[axis].length ? places[axis] : grid[axis]]));
  const at = [(value) => left + ((value - spans[0][0]) / (spans[0][1] - spans[0][0])) * (right - left), (value) => foot - ((value - spans[1][0]) / (spans[1][1] - spans[1][0])) * (foot - top)];
  S.warpPlaces = { places, at };
  const alone = net.sizes[warp.layer] === 2;
  if (alone) {
    const side = GRID;
    const [xs, ys] = [new Float64Array(side * side), new Float64Array(side * side)];
    for (let row = 0; row < side; row += 1)
      for (let column = 0; column < side; column += 1) {
        xs[row * side + column] = spans[0][0] + ((column + 0.5) / side) * (spans[0][1] - spans[0][0]);
        ys[row * side + column] = spans[1][1] - ((row + 0.5) / side) * (spans[1][1] - spans[1][0]);
      }
    const rest = walk(from(net, warp.layer), numbers.subarray(starts(net.sizes)[warp.layer].weights), warp.across === 0 ? [xs, ys] : [ys, xs], S.rooms.rest);
    pen.imageSmoothingEnabled = !S.hard;
    pen.drawImage(decisionMap(S.sheets, "warped", side, net, rest, look, S.hard), left, top, right - left, foot - top);
  }
  pen.strokeStyle = look.css.half;
  pen.lineWidth = 0.7;
  pen.globalAlpha = 0.7;
  pen.beginPath();
  for (let line = 0; line < 2 * LINES; line += 1) {
    let begun = false;
    for (let k = line * ALONG; k < (line + 1) * ALONG; k += 1) {
      const [x, y] = [at[0](grid[0][k]), at[1](grid[1][k])];
      if (!(x >= left && x <= right && y >= top && y <= foot)) begun = false;
      else if (begun) pen.lineTo(x, y);
      else pen.moveTo(x, y), (begun = true);
    }
  }
  pen.stroke();
  pen.globalAlpha = 1;
  drawTurning(S, pen, numbers, spans, at);
  if (points) drawWarpedPoints(S, pen, places, at, atPoints);
  pen.strokeStyle = look.css.half;
  pen.lineWidth = 1;
  pen.strokeRect(left, top, right - left, foot - top);
  pen.fillStyle = look.css.ink;
  pen.font = `10px ${getComputedStyle(S.root).fontFamily}`;
  pen.textAlign = "left";
  pen.fillText(plain(spans[0][0]), left, foot + 12);
  pen.textAlign = "right";
  pen.fillText(plain(spans[0][1]), right, foot + 12);
  pen.fillText(plain(spans[1][0]), left - 3, foot);
  pen.fillText(plain(spans[1][1]), left - 3, top + 9);
  pen.textAlign = "center";
  pen.fillText(`unit ${warp.across + 1} →`, (left + right) / 2, foot + 12);
  pen.fillText(`unit ${warp.up + 1} ↑`, left - 14, (top + foot) / 2 - 4 > top + 24 ? (top + foot) / 2 : top + 24);
}

// Each line within the window, and of several outputs only where the two are the likeliest.
function drawTurning(S, pen, numbers, spans, at) {
  const { net, look, warp } = S;
  const outputs = warp.layer === net.sizes.length - 2 && net.sizes[warp.layer + 1] > 2;
  const all = outputs && starts(net.sizes)[warp.layer];
  const units = net.sizes[warp.layer + 1];
  const sum = (unit, x, y) => numbers[all.weights + warp.across * units + unit] * x + numbers[all.weights + warp.up * units + unit] * y + numbers[all.biases + unit];
  pen.strokeStyle = look.css.ink;
  pen.lineWidth = 2;
  for (const { values, units: between } of turningLines(net, numbers, warp)) {
    const ends = endsWithin(values, spans);
    if (!ends) continue;
    const place = (part) => [0, 1].map((axis) => ends[0][axis] + part * (ends[1][axis] - ends[0][axis]));
    const shown = (part) => !outputs || Array.from({ length: units }, (_, unit) => unit).every((unit) => between.includes(unit) || sum(unit, ...place(part)) <= sum(between[0], ...place(part)));
    pen.beginPath();
    const steps = outputs ? 100 : 1;
    for (let step = 0; step < steps; step += 1) {
      if (!shown((step + 0.5) / steps)) continue;
      const [one, other] = [place(step / steps), place((step + 1) / steps)];
      pen.moveTo(at[0](one[0]), at[1](one[1]));
      pen.lineTo(at[0](other[0]), at[1](other[1]));
    }
    pen.stroke();
  }
}

// The two places where a line enters and leaves a window.
function endsWithin([a, b, c], [[x0, x1], [y0, y1]]) {
  const found = [];
  const take = (x, y) => {
    if (x >= x0 && x <= x1 && y >= y0 && y <= y1 && !found.some((one) => one[0] === x && one[1] === y)) found.push([x, y]);
  };
  if (b !== 0) for (const x of [x0, x1]) take(x, -(a * x + c) / b);
  if (a !== 0) for (const y of [y0, y1]) take(-(b * y + c) / a, y);
  return found.length >= 2 ? [found[0], found[found.length - 1]] : null;
}

function drawWarpedPoints(S, pen, places, at, atPoints) {
  const { look, points } = S;
  const size = points.x.length > 600 ? 2.2 : 3;
  for (let k = 0; k < points.x.length; k += 1) {
    const [x, y] = [at[0](places[0][k]), at[1](places[1][k])];
    if (!Number.isFinite(x + y)) continue;
    const label = points.label[k];
    mark(pen, label, x, y, size);
    pen.lineWidth = 1.1;
    pen.strokeStyle = points.held[k] ? look.css.classes[label] : look.css.paper;
    pen.fillStyle = points.held[k] ? look.css.paper : look.css.classes[label];
    pen.fill();
    pen.stroke();
    if (k === S.point) {
      pen.strokeStyle = look.css.ink;
      pen.lineWidth = 3;
      pen.strokeRect(x - size - 6, y - size - 6, 2 * size + 12, 2 * size + 12);
    }
  }
}

function warpWords(S) {
  const { net, warp } = S;
  const line = S.root.querySelector(".warp-says");
  const told = S.warpTold;
  const current = !S.playing && told && told.at === S.at && told.version === S.version && told.key === warpKey(S) ? told.words : "";
  let words = "No hidden layer here has two units, so there is no plane to draw.";
  if (warp) {
    const more = net.sizes[warp.layer] - 2;
    const last = warp.layer === net.sizes.length - 2;
    const lines = more
      ? `${more === 1 ? "Another unit" : `${more} other units`} of this layer ${more === 1 ? "is" : "are"} left out, and what follows depends on ${more === 1 ? "it" : "them"} too: no line of the next layer can be drawn here.`
      : last
        ? net.sizes[warp.layer + 1] > 2
          ? "The straight lines are where the output turns from one class to another: they alone decide."
          : "The straight line is where the output turns: it alone decides."
        : "Each straight line is where one unit of the next layer turns; the colours are what the whole network makes of this plane.";
    words = `The grid is the plane's own, bent as this layer sees it. ${lines} ${current}`.trim();
  }
  line.setAttribute("aria-live", S.playing ? "off" : "polite");
  if (line.textContent !== words) line.textContent = words;
  if (warp) S.warped.setAttribute("aria-label", `The points as layer ${warp.layer} sees them: across the answer of unit ${warp.across + 1}, up that of unit ${warp.up + 1}, at epoch ${S.moments[S.at].epoch}. ${words}`);
}
