// What a network reads on the pad while the pen is down, by the steps of netlab/drawing/on_pad.py, and what pad and
// answer show of it: the newest of the preview and the server's answers.

import { framed } from "netlab/drawing/framing";
import { allOnBlack, onBlack } from "netlab/drawing/ink";
import { answer } from "netlab/drawing/network";
import { picture } from "netlab/drawing/resize";
import { maybeSeveral } from "netlab/drawing/signs";

export const SIDE = 280;
export const WAITS = "waits"; // only the server can say

// Draw strokes as they are sent, white on black; each is x and y in turn.
export function draw(pen, strokes, brush) {
  pen.lineWidth = brush;
  pen.lineCap = pen.lineJoin = "round";
  pen.strokeStyle = "#fff";
  for (const points of strokes) {
    pen.beginPath();
    pen.moveTo(points[0], points[1]);
    if (points.length === 2) pen.lineTo(points[0] + 0.01, points[1]);
    for (let i = 2; i < points.length; i += 2) pen.lineTo(points[i], points[i + 1]);
    pen.stroke();
  }
}

// Grey levels of the pad's picture, 280×280 bytes.
export function levels(pen) {
  const { data } = pen.getImageData(0, 0, SIDE, SIDE);
  const grey = new Uint8Array(SIDE * SIDE);
  for (let at = 0; at < grey.length; at += 1) grey[at] = data[4 * at];
  return grey;
}

// Pairs of a level and how often it comes, as netlab/drawing/on_pad.py unpacks them.
export function packed(grey) {
  const pairs = [];
  for (let at = 0; at < grey.length; ) {
    let end = at + 1;
    while (end < grey.length && grey[end] === grey[at] && end - at < 255) end += 1;
    pairs.push(grey[at], end - at);
    at = end;
  }
  return Uint8Array.from(pairs);
}

// The picture for a network, 784 numbers; null if nothing is drawn; WAITS if it may be several digits.
export function seen(grey) {
  const ink = picture(SIDE, SIDE);
  for (let at = 0; at < grey.length; at += 1) if (grey[at]) ink.values[at] = grey[at] / 255;
  const image = framed(onBlack(ink));
  if (!image) return null;
  return maybeSeveral(allOnBlack(ink)) ? WAITS : image.values;
}

// The picture and the network's ten probabilities; null or WAITS as above.
export function read(network, grey) {
  const image = seen(grey);
  return image === null || image === WAITS ? image : { image, probabilities: answer(network, image) };
}

// As netlab/formatting.py writes a probability: below 1 always.
export function share(probability) {
  const written = (100 * probability).toFixed(1);
  if (Number(written) >= 100) return "more than 99.9\u00a0%";
  if (probability > 0 && Number(written) === 0) return "less than 0.1\u00a0%";
  return `${written}\u00a0%`;
}

export const short = (probability) => share(probability).replace("more than ", ">\u202f").replace("less than ", "<\u202f");

const one = (digit) => (digit === 8 ? "an 8" : `a ${digit}`);

// As netlab/drawing/view/answer.py sums ten probabilities up.
export function sentence(probabilities) {
  const [first, second] = [...probabilities.keys()].sort((a, b) => probabilities[b] - probabilities[a]);
  const text = `It reads ${one(first)} (${share(probabilities[first])} sure)`;
  if (probabilities[second] < 0.01) return `${text}.`;
  return `${text}; its second guess is ${one(second)} (${share(probabilities[second])}).`;
}

// What pad and answer of one key know of each other. ``stamp`` counts drawings; while a stroke is drawn it lies half-way
// to the next, so that an answer to an older drawing never replaces what is newer.
const channels = new Map();

export function channel(key) {
  if (!channels.has(key)) channels.set(key, { preview: null, answer: null, shows: new Map() });
  return channels.get(key);
}

// The newest of both: a preview or an answer, and whether it is of an older drawing than the one on the pad.
export function newest({ preview, answer: told }) {
  if (preview === null || (told !== null && told.stamp >= preview.stamp)) return { shown: told, old: false };
  return preview.waits ? { shown: preview.before, old: true } : { shown: preview, old: false };
}

// A pad begins anew: what was previewed on one before it, further on, is not of its drawings.
export function restarted(key, stamp) {
  const known = channel(key);
  if (known.preview !== null && known.preview.stamp > stamp) known.preview = null;
}

// Let a part (the pad, the answer) show the newest from now on; what is given back ends it.
export function show(key, part, how) {
  const { shows } = channel(key);
  shows.set(part, how);
  how(newest(channel(key)));
  return () => {
    if (shows.get(part) === how) shows.delete(part);
  };
}

function tellAll(known) {
  for (const how of known.shows.values()) how(newest(known));
}

// Tell what was read of a drawing in the browser: null for an empty pad, WAITS where the server is waited for.
export function preview(key, stamp, found) {
  const known = channel(key);
  const { shown } = newest(known);
  if (found === WAITS) known.preview = { stamp, waits: true, before: shown };
  else known.preview = { stamp, ...(found && { ...found, sentence: sentence(found.probabilities) }) };
  tellAll(known);
}

// Tell what the server read.
export function told(key, answered) {
  const known = channel(key);
  known.answer = answered;
  tellAll(known);
}
