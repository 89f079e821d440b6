// Ink of the pad, as netlab/drawing/ink.py finds it on paper that is exactly black (on_black, all_on_black): the same
// steps in the same order, with the same bounds.

import { boxed, picture } from "netlab/drawing/resize";
import { above, grown, pieces } from "netlab/drawing/regions";

const f = Math.fround;
const [WORKING_SIDE, BINS, FAINTEST, ALONG] = [224, 128, 0.03, 0.3];

// The threshold that parts values into two classes of least variance (Otsu, 1979).
function otsu(values) {
  let top = 1e-6;
  for (let at = 0; at < values.length; at += 1) if (values[at] > top) top = values[at];
  const factor = f(BINS / top);
  const counts = new Float64Array(BINS);
  for (let at = 0; at < values.length; at += 1) counts[Math.min(BINS - 1, Math.trunc(f(values[at] * factor)))] += 1;
  const total = counts.reduce((sum, count, bin) => sum + count * (bin + 0.5), 0);
  let [below, sums, most, best] = [0, 0, -1, []];
  for (let bin = 0; bin < BINS - 1; bin += 1) {
    below += counts[bin];
    sums += counts[bin] * (bin + 0.5);
    const share = below / values.length;
    const between = (total * share - sums) ** 2 / Math.max(share * (1 - share), 1e-9);
    if (between > most) [most, best] = [between, [bin]];
    else if (between === most) best.push(bin);
  }
  return (top * (best[Math.floor(best.length / 2)] + 1)) / BINS;
}

// The value below which so great a share of sorted values lies, between two of them in proportion.
export function quantile(sorted, share) {
  const place = (sorted.length - 1) * share;
  const low = Math.floor(place);
  const high = Math.min(low + 1, sorted.length - 1);
  return f(sorted[low] + (sorted[high] - sorted[low]) * (place - low));
}

// Paper at 0, the pen's usual depth at 1; all zeros where there is no pen.
function stretched({ height, width, values }) {
  const cut = f(otsu(values));
  const result = picture(height, width);
  const inked = new Float32Array(values.length);
  let [count, sum] = [0, 0];
  for (let at = 0; at < values.length; at += 1) {
    if (values[at] <= cut) continue;
    inked[count++] = values[at];
    sum += values[at];
  }
  if (!count || sum / count < FAINTEST) return result;
  const full = quantile(inked.subarray(0, count).sort(), 0.75);
  for (let at = 0; at < values.length; at += 1) if (values[at]) result.values[at] = Math.min(1, values[at] / full);
  return result;
}

// Thin bands of rows (of columns, where they are turned) that are ink nearly from side to side.
function rules({ height, width, values }, turned) {
  const [lines, across] = turned ? [width, height] : [height, width];
  const bands = [];
  let start = -1;
  for (let line = 0; line <= lines; line += 1) {
    let ink = 0;
    for (let k = 0; line < lines && k < across; k += 1) ink += values[turned ? k * width + line : line * width + k] > f(0.3);
    if (ink / across > 0.92) {
      if (start < 0) start = line;
    } else if (start >= 0) {
      if (line - start <= 0.03 * Math.max(height, width)) bands.push([start, line]);
      start = -1;
    }
  }
  return bands;
}

function withoutRules(strength) {
  const { height, width } = strength;
  if (Math.min(height, width) < 64) return strength;
  const found = [false, true].map((turned) => [turned, rules(strength, turned)]);
  const values = strength.values.slice();
  for (const [turned, bands] of found) {
    const [lines, across] = turned ? [width, height] : [height, width];
    const place = (line, k) => (turned ? k * width + line : line * width + k);
    for (const [start, stop] of bands) {
      const [top, bottom] = [start - 1, stop + 1];
      for (let k = 0; k < across; k += 1) {
        const above = top > 0 ? values[place(top - 1, k)] : 0;
        const below = bottom < lines ? values[place(bottom, k)] : 0;
        if (Math.min(above, below) > f(0.4)) continue;
        for (let line = Math.max(top, 0); line < Math.min(bottom, lines); line += 1) values[place(line, k)] = 0;
      }
    }
  }
  return picture(height, width, values);
}

// Which pieces belong to the main sign, from 1 on.
function strokes(boxes, mass, height, width) {
  const about = boxes.map((box, k) => {
    const [down, across] = [(box.bottom - box.top) / height, (box.right - box.left) / width];
    const [lies, stands] = [box.top === 0 || box.bottom === height, box.left === 0 || box.right === width];
    const along = (lies && across > ALONG) || (stands && down > ALONG);
    return { cutOff: lies || stands, worth: (along ? 0.02 : lies || stands ? 0.1 : 1) * mass[k + 1] };
  });
  const first = about.reduce((best, one, k) => (one.worth > about[best].worth ? k : best), 0);
  const main = boxes[first];
  const reach = 0.25 * Math.max(main.bottom - main.top, main.right - main.left);
  return boxes.map((box, k) => {
    const gap = Math.max(box.top - main.bottom, main.top - box.bottom, box.left - main.right, main.left - box.right);
    const share = mass[k + 1] / mass[first + 1];
    return gap <= reach ? share >= 0.025 : share >= 0.2 && gap <= 4 * reach && !about[k].cutOff;
  });
}

// How much ink each piece has, from 1 on.
export function masses(labels, count, strength, inked) {
  const mass = new Float64Array(count + 1);
  for (let at = 0; at < labels.length; at += 1) if (inked[at]) mass[labels[at]] += strength[at];
  return mass;
}

function withoutDirt(found) {
  const { height, width, values } = withoutRules(found);
  const reach = Math.floor(Math.max(height, width) / 60);
  const inked = above(values, f(0.4));
  const { labels, boxes } = pieces(grown(inked, height, width, reach), height, width);
  if (!boxes.length) return picture(height, width);
  const kept = strokes(boxes, masses(labels, boxes.length, values, inked), height, width);
  for (let at = 0; at < inked.length; at += 1) if (inked[at] && !kept[labels[at] - 1]) inked[at] = 0;
  const near = grown(inked, height, width, 1 + reach);
  const result = picture(height, width);
  for (let at = 0; at < values.length; at += 1) if (near[at]) result.values[at] = values[at];
  return result;
}

function shrunk(grey) {
  const longest = Math.max(grey.height, grey.width);
  return longest <= WORKING_SIDE ? grey : boxed(grey, WORKING_SIDE, WORKING_SIDE); // the pad is square
}

export const onBlack = (grey) => withoutDirt(stretched(shrunk(grey)));
export const allOnBlack = (grey) => withoutRules(stretched(grey));
