// A drawing on its way to the network, as netlab/drawing/framing.py frames it: crop, pen, scale, centre.

import { quantile } from "netlab/drawing/ink";
import { above, distances, largest } from "netlab/drawing/regions";
import { bicubic, boxed, picture, round } from "netlab/drawing/resize";

const f = Math.fround;
const [SIDE, BOX, FINE, LIGHTEST, HEAVIEST] = [28, 20, 4, 1.5, 3.8];

function cut({ width, values }, top, left, height, across) {
  const result = picture(height, across);
  for (let y = 0; y < height; y += 1) result.values.set(values.subarray((top + y) * width + left, (top + y) * width + left + across), y * across);
  return result;
}

function padded({ height, width, values }, margin) {
  const result = picture(height + 2 * margin, width + 2 * margin);
  for (let y = 0; y < height; y += 1) result.values.set(values.subarray(y * width, (y + 1) * width), (y + margin) * result.width + margin);
  return result;
}

// Cut to the ink; null if there is none.
function cropped(shape) {
  let [top, left, bottom, right] = [shape.height, shape.width, -1, -1];
  for (let y = 0; y < shape.height; y += 1) {
    for (let x = 0; x < shape.width; x += 1) {
      if (shape.values[y * shape.width + x] <= f(0.15)) continue;
      top = Math.min(top, y);
      bottom = y;
      left = Math.min(left, x);
      right = Math.max(right, x);
    }
  }
  return bottom < 0 ? null : cut(shape, top, left, bottom - top + 1, right - left + 1);
}

function resized(shape, longest) {
  const most = Math.max(shape.height, shape.width);
  const [height, width] = [shape.height, shape.width].map((length) => Math.max(1, round((length * longest) / most)));
  const result = (longest <= most ? boxed : bicubic)(shape, height, width);
  return picture(height, width, result.values.map((value) => Math.min(1, Math.max(0, value))));
}

// Distance of every ink pixel's middle to the edge of the ink.
function depth(shape) {
  const wide = padded(shape, 1);
  const far = distances(above(wide.values, 0.5), wide.height, wide.width);
  const deep = picture(wide.height, wide.width, Float32Array.from(far, (value) => Math.max(value - 0.5, 0)));
  return cut(deep, 1, 1, shape.height, shape.width);
}

// Heights of the ridge that runs along the middle of every stroke, from low to high.
function ridge(shape) {
  const half = depth(shape);
  const most = largest(half.values, half.height, half.width, 1);
  return half.values.filter((value, at) => value > 0 && value >= most[at]).sort();
}

function strokeWidth(shape) {
  const found = ridge(shape);
  return found.length ? (2 * quantile(found, 0.5)) / FINE : 0;
}

function reweighted(shape, width, wanted) {
  const side = BOX * FINE;
  let growth = (side * FINE * (wanted - width)) / (2 * (side - FINE * wanted));
  const wide = padded(shape, Math.ceil(Math.max(growth, 0)) + 1);
  if (growth < 0) {
    const found = ridge(wide);
    growth = Math.max(growth, -0.7 * (found.length ? quantile(found, 0.2) : 0));
  }
  const deep = depth(wide).values;
  const outside = distances(above(wide.values, 0.5).map((ink) => 1 - ink), wide.height, wide.width);
  const values = deep.map((inside, at) => Math.min(1, Math.max(0, 0.5 + inside - Math.max(outside[at] - 0.5, 0) + growth)));
  return picture(wide.height, wide.width, values);
}

// The middle of mass on pixel (14, 14), to the nearest pixel, and all ink inside.
function placed(shape) {
  let [mass, down, across] = [0, 0, 0];
  shape.values.forEach((value, at) => {
    mass += value;
    down += value * Math.floor(at / shape.width);
    across += value * (at % shape.width);
  });
  const [top, left] = [[down, shape.height], [across, shape.width]].map(([sum, length]) =>
    Math.min(SIDE - length, Math.max(0, round(SIDE / 2 - sum / mass))));
  const result = picture(SIDE, SIDE);
  for (let y = 0; y < shape.height; y += 1) result.values.set(shape.values.subarray(y * shape.width, (y + 1) * shape.width), (top + y) * SIDE + left);
  return result;
}

// The 28×28 picture that a network receives of ink; null if there is none.
export function framed(ink) {
  const drawn = cropped(ink);
  if (!drawn) return null;
  const fine = resized(drawn, BOX * FINE);
  const width = strokeWidth(fine);
  const wanted = width ? Math.min(HEAVIEST, Math.max(LIGHTEST, width)) : width; // ink too faint to have an edge
  const weighted = wanted === width ? fine : cropped(reweighted(fine, width, wanted));
  if (!weighted) return null;
  const untouched = wanted === width && Math.max(drawn.height, drawn.width) === BOX;
  return placed(untouched ? drawn : resized(weighted, BOX));
}
