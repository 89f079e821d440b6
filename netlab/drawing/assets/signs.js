// Whether ink is one sign, as netlab/drawing/signs.py finds signs: then a preview of one answer tells no untruth.

import { masses } from "netlab/drawing/ink";
import { above, grown, pieces } from "netlab/drawing/regions";

const [INKED, SPECK, SHORTEST, OVERLAP, APART, TALLEST, WIDE] = [Math.fround(0.4), 0.16, 0.42, 0.4, 0.4, 1.5, 1.15];

const high = (box) => box.bottom - box.top;
const wide = (box) => box.right - box.left;
const around = (one, other) => ({
  top: Math.min(one.top, other.top), left: Math.min(one.left, other.left),
  bottom: Math.max(one.bottom, other.bottom), right: Math.max(one.right, other.right),
});

// The height of the piece in whose middle half of all ink lies, when pieces are laid from low to high.
function usualHeight(boxes, mass) {
  const order = boxes.map((_, k) => k).sort((i, j) => high(boxes[i]) - high(boxes[j]));
  const half = order.reduce((sum, k) => sum + mass[k + 1], 0) / 2;
  let soFar = 0;
  return high(boxes[order.find((k) => (soFar += mass[k + 1]) >= half) ?? order.at(-1)]);
}

function isInk(box, usual, height, width) {
  if (Math.max(high(box), wide(box)) < SPECK * usual) return false;
  const atEdge = box.top === 0 || box.left === 0 || box.bottom === height || box.right === width;
  return !(atEdge && (high(box) > TALLEST * usual || wide(box) > 3 * usual));
}

// How far apart two pieces of one sign are; null if they are two signs.
function belong(one, other, usual) {
  if (high(around(one.box, other.box)) > TALLEST * usual) return null;
  const across = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
  const down = Math.max(one.box.top, other.box.top) - Math.min(one.box.bottom, other.box.bottom);
  if (across >= OVERLAP * Math.min(wide(one.box), wide(other.box)) && down <= APART * usual) return Math.max(0, down);
  const lesser = one.ink > other.ink ? other.box : one.box;
  const small = Math.min(one.ink, other.ink) < 0.3 * Math.max(one.ink, other.ink);
  const gap = Math.max(-across, down);
  return small && Math.max(high(lesser), wide(lesser)) < 0.6 * usual && gap <= 0.12 * usual ? Math.max(0, gap) : null;
}

function joined(groups, usual) {
  for (;;) {
    let best = null;
    for (let i = 0; i < groups.length; i += 1) {
      for (let j = i + 1; j < groups.length; j += 1) {
        const far = belong(groups[i], groups[j], usual);
        if (far !== null && (best === null || far < best.far)) best = { far, i, j };
      }
    }
    if (best === null) return groups;
    const [other] = groups.splice(best.j, 1);
    const one = groups[best.i];
    groups[best.i] = { box: around(one.box, other.box), ink: one.ink + other.ink };
  }
}

// Whether all ink of the pad may be several digits, so that only the server's network can say.
export function maybeSeveral({ height, width, values }) {
  const inked = above(values, INKED);
  const reach = Math.max(1, Math.floor(Math.max(height, width) / 200));
  const { labels, boxes } = pieces(grown(inked, height, width, reach), height, width);
  if (!boxes.length) return false;
  const mass = masses(labels, boxes.length, values, inked);
  const usual = usualHeight(boxes, mass);
  const groups = boxes.map((box, k) => ({ box, ink: mass[k + 1] })).filter(({ box }) => isInk(box, usual, height, width));
  const signs = joined(groups, usual).filter(({ box }) => high(box) >= SHORTEST * usual);
  return signs.length > 1 || signs.some(({ box }) => wide(box) >= WIDE * high(box));
}
