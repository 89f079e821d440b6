// A sum of hinges, steps or bumps over the curve that it imitates; its knots are held and moved in the picture itself.
//
// A hinge's knot lies on the line: moved, the line follows it and keeps all other knots, for which three hinges turn
// anew. A step's knot is the level behind it, a bump's its top. The sliders take the new numbers when the hand lets go.

import { worked } from "netlab/app/example";
import { tells } from "netlab/app/moved";
import { fixed } from "netlab/app/written";

const EDGE = { left: 40, right: 12, top: 10, bottom: 24 };
const GAP = 0.02; // two knots are never nearer than this
const REACH = matchMedia("(pointer: coarse)").matches ? 30 : 16; // pixels within which a knot is taken hold of
const MOST_OFFSET = 1.5;
const PLACE = 0.01; // of the sliders of places
const LIFT = 0.05; // by a key
const PAUSE = 400; // milliseconds without a key until the page is told
const KEYS = { ArrowLeft: [-PLACE, 0], ArrowRight: [PLACE, 0], ArrowUp: [0, LIFT], ArrowDown: [0, -LIFT] };
const HINTS = {
  relu: "hold and move: the line follows; green is its end",
  sigmoid: "hold and move: the level behind a step; green is where the sum starts",
  bump: "hold and move: the top of a bump",
};

const sigmoid = (z) => 1 / (1 + Math.exp(-z));
const limited = (value, most) => Math.min(most, Math.max(-most, value));
const exact = (value) => Math.round(value * 1e4) / 1e4 + 0;

function adds({ kind, steep, width }, [at, by], x) {
  if (kind === "relu") return by * Math.max(0, x - at);
  if (kind === "sigmoid") return by * sigmoid(steep * (x - at));
  return by * (sigmoid(steep * (x - at + width / 2)) - sigmoid(steep * (x - at - width / 2)));
}

const value = (B, x) => B.units.reduce((sum, unit) => sum + adds(B, unit, x), B.offset);

export default function ({ parentElement, data, setTriggerValue }) {
  const root = parentElement.querySelector(".build");
  const S = (root.S ??= { held: null, telling: null, root });
  const older = tells(S, data, setTriggerValue);
  const same = S.data && S.data.kind === data.kind && S.data.units.length === data.units.length;
  const newer = same && (S.held || S.telling || older);
  const before = S.own ?? S.now; // an example may be shown in its place
  take(S, data, newer ? before : data);
  if (S.own) S.own = S.now;
  if (!newer) S.held = null;
  const leave = worked(root, {
    ...data.example,
    show: (moment) => {
      S.own ??= S.now;
      take(S, { ...data, ...moment }, moment);
      paint(S);
    },
    rest: () => {
      take(S, data, S.own);
      S.own = null;
      paint(S);
    },
  });
  root.querySelector("svg").setAttribute("aria-label", data.alt);
  root.querySelector(".key span").textContent = HINTS[data.kind];
  listen(S);
  const size = new ResizeObserver(() => paint(S));
  size.observe(root.querySelector("svg"));
  paint(S);
  return () => {
    leave();
    size.disconnect();
  };
}

// What is drawn from now on: a curve and a sum of units.
function take(S, data, { units, offset }) {
  const { kind, steep, width } = data;
  S.data = data;
  S.wanted = new Float32Array(Uint8Array.from(atob(data.wanted), (letter) => letter.charCodeAt(0)).buffer);
  S.now = { kind, steep, width, units: units.map((unit) => [...unit]), offset };
}

// --- what is held -----------------------------------------------------------------------------------------------------

const inOrder = ({ units }) => units.map((_, unit) => unit).sort((one, other) => units[one][0] - units[other][0] || one - other);

function knots(B) {
  if (B.kind === "bump") return B.units.map(([at, by], unit) => ({ unit, x: at, y: B.offset + by }));
  const order = inOrder(B);
  if (B.kind === "relu") {
    const all = order.map((unit) => ({ unit, x: B.units[unit][0], y: value(B, B.units[unit][0]) }));
    return [...all, { unit: null, x: 1, y: value(B, 1) }];
  }
  let level = B.offset;
  const levels = order.map((unit) => ({ unit, x: B.units[unit][0], y: (level += B.units[unit][1]) }));
  return [{ unit: null, x: -1, y: B.offset }, ...levels];
}

// Move a knot of a sum, as it was when taken hold of, to (x, y); what comes of it is a sum within the sliders' bounds.
function moved(B, unit, x, y, reach) {
  const made = { ...B, units: B.units.map((one) => [...one]) };
  const order = inOrder(B);
  const place = order.indexOf(unit); // −1: what belongs to no unit
  if (B.kind === "bump") made.units[unit] = [limited(x, 1), y - B.offset];
  else if (B.kind === "relu") turn(B, made, order, place, x, y);
  else climb(B, made, order, place, x, y);
  made.units = made.units.map(([at, by]) => [exact(limited(at, 1)), exact(limited(by, reach))]);
  made.offset = exact(limited(made.offset, MOST_OFFSET));
  return made;
}

// Where a knot may go between its neighbours.
function between(x, low, high, stays) {
  return low > high ? stays : Math.min(high, Math.max(low, Math.round(x / PLACE) * PLACE));
}

function climb(B, made, order, place, x, y) {
  const was = knots(B)[place + 1].y; // behind the start, which has place −1
  const next = order[place + 1];
  if (next !== undefined) made.units[next][1] -= y - was;
  if (place < 0) {
    made.offset = y;
    return;
  }
  const [before, after] = [order[place - 1], next].map((unit) => B.units[unit]?.[0]);
  const unit = order[place];
  made.units[unit] = [between(x, before === undefined ? -1 : before + GAP, after === undefined ? 1 : after - GAP, B.units[unit][0]), B.units[unit][1] + y - was];
}

function turn(B, made, order, place, x, y) {
  const all = knots(B);
  const last = order.length - 1;
  let slope = 0;
  const slopes = order.map((unit) => (slope += B.units[unit][1])); // behind each hinge
  if (place < 0) {
    const room = 1 - all[last].x;
    if (room >= GAP) made.units[order[last]][1] += (y - all[last].y) / room - slopes[last];
    return;
  }
  const [left, right] = [place > 0 ? all[place - 1] : null, all[place + 1]];
  const at = between(x, left ? left.x + GAP : -1, right.x - GAP, all[place].x);
  if (right.x - at < GAP / 2 || (left && at - left.x < GAP / 2)) return; // too many in one place: nowhere to go
  const behind = (right.y - y) / (right.x - at);
  const before = left ? (y - left.y) / (at - left.x) : 0;
  if (left) made.units[order[place - 1]][1] += before - slopes[place - 1];
  else made.offset = y;
  made.units[order[place]] = [at, behind - before];
  if (place < last) made.units[order[place + 1]][1] += slopes[place] - behind;
}

// --- pointer and keyboard ---------------------------------------------------------------------------------------------

function listen(S) {
  const svg = S.root.querySelector("svg");
  const at = (event) => {
    const box = svg.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  svg.onpointerdown = (event) => {
    if (event.button || !S.scale) return;
    const [left, down] = at(event);
    const far = S.spots.map((spot) => Math.hypot(spot.left - left, spot.down - down));
    const nearest = far.indexOf(Math.min(...far));
    if (far[nearest] > REACH) return;
    event.preventDefault();
    svg.setPointerCapture(event.pointerId);
    const { unit, x, y } = S.spots[nearest].knot;
    S.held = { unit, x, y, from: [left, down], sum: S.now };
    S.root.querySelectorAll(".knot")[nearest].focus({ preventScroll: true });
    paint(S);
  };
  svg.ontouchstart = (event) => {
    if (S.held) event.preventDefault(); // a finger beside a knot scrolls the page
  };
  svg.onpointermove = (event) => {
    if (!S.held) return;
    const [left, down] = at(event);
    const { unit, x, y, from, sum } = S.held;
    S.now = moved(sum, unit, x + (left - from[0]) / S.scale.x, y - (down - from[1]) / S.scale.y, S.data.reach);
    paint(S);
  };
  svg.onpointerup = svg.onpointercancel = () => {
    if (!S.held) return;
    S.held = null;
    paint(S);
    letGo(S);
  };
  svg.onkeydown = (event) => {
    const way = KEYS[event.key]?.map((one) => one * (event.shiftKey ? 5 : 1));
    const focused = [...S.root.querySelectorAll(".knot")].findIndex((one) => one.matches(":focus"));
    if (!way || focused < 0) return;
    event.preventDefault();
    const { unit, x, y } = S.spots[focused].knot;
    S.now = moved(S.now, unit, x + way[0], y + way[1], S.data.reach);
    paint(S);
    clearTimeout(S.telling);
    S.telling = setTimeout(() => flush(S), PAUSE);
  };
  svg.onfocusout = () => flush(S);
}

const letGo = (S) => S.tell([S.now.offset, ...S.now.units.flat()]);

function flush(S) {
  if (!S.telling) return;
  clearTimeout(S.telling);
  S.telling = null;
  letGo(S);
}

// --- picture ----------------------------------------------------------------------------------------------------------

const path = (x, y, places, look) => `<path d="M${places.map(([a, b]) => `${x(a).toFixed(1)},${y(b).toFixed(1)}`).join("L")}" fill="none" ${look} />`;

function paint(S) {
  const { root, data, now } = S;
  const svg = root.querySelector("svg");
  const [wide, high] = [svg.clientWidth, svg.clientHeight];
  if (!wide) return;
  const [low, top] = data.range;
  const stretch = data.stretch;
  S.scale = { x: (wide - EDGE.left - EDGE.right) / (2 * stretch), y: (high - EDGE.top - EDGE.bottom) / (top - low) };
  const x = (value) => EDGE.left + (value + stretch) * S.scale.x;
  const y = (value) => high - EDGE.bottom - (value - low) * S.scale.y;
  const places = Array.from({ length: 401 }, (_, at) => -stretch + (at / 200) * stretch);
  const corners = now.kind === "relu" ? now.units.map(([at]) => at) : [];
  const fine = [...places, ...corners].sort((one, other) => one - other);
  const wanted = data.far.length
    ? data.far.map((height, at) => [-stretch + (2 * stretch * at) / (data.far.length - 1), height])
    : Array.from(S.wanted, (height, at) => [-1 + (2 * at) / (S.wanted.length - 1), height]);
  const marks = [-2, -1, 0, 1, 2].filter((mark) => Math.abs(mark) <= stretch);
  const levels = [-1, 0, 1].filter((level) => level > low && level < top);
  const thin = 'stroke="var(--netlab-grey)" stroke-width="1.2" stroke-dasharray="2 4"';
  root.querySelector(".still").innerHTML = [
    stretch > 1 ? `<rect x="${x(-stretch)}" y="${EDGE.top}" width="${x(-1) - x(-stretch)}" height="${high - EDGE.top - EDGE.bottom}" fill="var(--netlab-grey)" fill-opacity="0.17" /><rect x="${x(1)}" y="${EDGE.top}" width="${x(stretch) - x(1)}" height="${high - EDGE.top - EDGE.bottom}" fill="var(--netlab-grey)" fill-opacity="0.17" />` : "",
    ...marks.map((mark) => `<path d="M${x(mark)} ${EDGE.top}V${high - EDGE.bottom}" stroke="var(--netlab-grey)" stroke-opacity="0.25" /><text x="${x(mark)}" y="${high - 7}" text-anchor="middle">${fixed(mark, 0)}</text>`),
    ...levels.map((level) => `<path d="M${EDGE.left} ${y(level)}H${wide - EDGE.right}" stroke="var(--netlab-grey)" stroke-opacity="0.25" /><text x="${EDGE.left - 7}" y="${y(level) + 4}" text-anchor="end">${fixed(level, 0)}</text>`),
    `<text x="${wide - EDGE.right - 22}" y="${high - 7}" text-anchor="end">x</text><text x="8" y="${EDGE.top + 8}">y</text>`,
    `<clipPath id="inside"><rect x="${EDGE.left}" y="${EDGE.top}" width="${wide - EDGE.left - EDGE.right}" height="${high - EDGE.top - EDGE.bottom}" /></clipPath>`,
    '<g clip-path="url(#inside)">',
    ...now.units.filter(([, by]) => by !== 0).map((unit) => path(x, y, fine.map((place) => [place, adds(now, unit, place)]), thin)),
    path(x, y, wanted, 'stroke="var(--netlab-grey)" stroke-width="3" stroke-dasharray="8 6"'),
    path(x, y, fine.map((place) => [place, value(now, place)]), 'stroke="var(--netlab-blue)" stroke-width="3"'),
    "</g>",
  ].join("");
  paintKnots(S, x, y, [EDGE.top + 8, high - EDGE.bottom - 8]);
  root.querySelector(".error").textContent = `Your sum is off by ${fixed(offBy(S), 3)} (root mean square).`;
  root.dataset.off = offBy(S);
}

function paintKnots(S, x, y, [highest, lowest]) {
  S.spots = knots(S.now).map((knot) => ({ knot, left: x(knot.x), down: Math.min(lowest, Math.max(highest, y(knot.y))) }));
  const group = S.root.querySelector(".knots");
  if (group.children.length !== S.spots.length) {
    group.innerHTML = S.spots.map(() => '<g class="knot" tabindex="0" role="slider" aria-valuemin="-1" aria-valuemax="1"><circle r="7" /></g>').join("");
  }
  S.spots.forEach(({ knot, left, down }, at) => {
    const drawn = group.children[at];
    drawn.setAttribute("transform", `translate(${left} ${down})`);
    drawn.classList.toggle("edge", knot.unit === null);
    drawn.classList.toggle("holds", S.held?.unit === knot.unit && S.held !== null);
    const name = knot.unit === null ? (S.now.kind === "relu" ? "Knot at the end" : "Level at the start") : `Knot of ${S.data.noun} ${knot.unit + 1}`;
    drawn.setAttribute("aria-label", name);
    drawn.setAttribute("aria-valuenow", exact(knot.x));
    drawn.setAttribute("aria-valuetext", `x = ${fixed(knot.x, 2)}, y = ${fixed(knot.y, 2)}`);
  });
}

// Root mean square of the distance from the curve, at the places where Python measures it.
function offBy({ now, wanted }) {
  const squares = wanted.reduce((sum, height, at) => sum + (value(now, -1 + (2 * at) / (wanted.length - 1)) - height) ** 2, 0);
  return Math.sqrt(squares / wanted.length);
}
