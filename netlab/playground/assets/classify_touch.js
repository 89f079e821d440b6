// What a reader may take hold of: a weight, a bias, a unit, and points of their own.

import { plain } from "netlab/playground/classify_paint";
import { isMine, ownPoints, rounded } from "netlab/playground/classify_own";
import { around, choosePoints, lastOf } from "netlab/playground/classify_show";
import { pairWith } from "netlab/playground/classify_warp";
import { ask, go, pause } from "netlab/playground/classify_play";

const NEAR = matchMedia("(pointer: coarse)").matches ? 16 : 9; // pixels: a finger is wider than a pointer

// Change numbers or freeze them at the moment on the screen; training goes on from there.
function change(S, set, freeze, what) {
  pause(S);
  const at = S.at;
  const before = S.moments[at].loss;
  if (set.length) {
    S.goal = () => {
      if (lastOf(S) <= at) return false;
      S.cost = `${what}: the loss was ${plain(before, 3)} and is ${plain(S.moments[at + 1].loss, 3)}.`;
      return true;
    };
    S.goesTo = at + 1;
  }
  ask(S, { cut: at, first: at + 1, want: 1, set, freeze });
}

function choose(S, key) {
  S.chosenUnit = key.includes(".") ? key : null;
  S.chosen = key && !key.includes(".") ? Number(key) : null;
  pairWith(S, S.chosen);
  S.cost = "";
  go(S);
}

export function listenToChoice(S) {
  const find = (name) => S.root.querySelector(`.${name}`);
  find("number").onchange = (event) => choose(S, event.target.value);
  find("value").oninput = (event) => {
    S.preview = new Map([[S.chosen, Number(event.target.value)]]);
    pause(S);
    go(S);
  };
  const set = (value) => Number.isFinite(value) && Math.abs(value) <= 1e6 && change(S, [[S.chosen, value]], [], "Changed");
  find("value").onchange = (event) => set(Number(event.target.value));
  find("exact").onchange = (event) => event.target.value !== "" && set(Number(event.target.value));
  find("freeze").onclick = () => {
    const places = S.chosen !== null ? [S.chosen] : around(S.net, S.chosenUnit).into;
    const still = !places.every((place) => S.frozen.has(place));
    S.cost = still ? "Frozen: training leaves it as it is." : "";
    change(S, [], places.map((place) => [place, still]), "");
  };
  find("unplug").onclick = () => {
    const places = S.chosen !== null ? [S.chosen] : around(S.net, S.chosenUnit).out;
    if (find("unplug").textContent !== "Unplug") {
      S.cost = "It learns again, from 0.";
      change(S, [], places.map((place) => [place, false]), "");
    } else change(S, places.map((place) => [place, 0]), places.map((place) => [place, true]), "Unplugged");
  };
  S.network.onclick = (event) => {
    if (!S.tiles) return;
    const box = S.network.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    choose(S, touched(S, x, y));
  };
}

// What lies under a place of the drawing: a bias before a unit, a unit before the nearest line.
function touched(S, x, y) {
  const bias = S.edges.find((edge) => edge.bias && Math.hypot(edge.x1 - x, edge.y1 - y) < NEAR);
  if (bias) return String(bias.place);
  const tile = S.tiles.flat().find((one) => Math.max(Math.abs(one.x - x), Math.abs(one.y - y)) < Math.max(one.tile / 2, NEAR));
  if (tile) return `${tile.layer}.${tile.unit}`;
  let [best, nearest] = ["", NEAR];
  for (const edge of S.edges) {
    if (edge.bias) continue;
    for (let part = 0.05; part < 1; part += 0.05) {
      const rise = part * part * (3 - 2 * part); // the line's own bend, whose handles lie half-way across
      const across = 1.5 * part * (1 - part) + part * part * part;
      const far = Math.hypot(edge.x1 + across * (edge.x2 - edge.x1) - x, edge.y1 + rise * (edge.y2 - edge.y1) - y);
      if (far < nearest) [best, nearest] = [String(edge.place), far];
    }
  }
  return best;
}

// --- points of one's own ----------------------------------------------------------------------------------------------

function nearestPoint(S, x, y, within) {
  let [best, nearest] = [-1, within];
  S.points.x.forEach((px, at) => {
    const far = Math.hypot(px - x, S.points.y[at] - y);
    if (far < nearest) [best, nearest] = [at, far];
  });
  return best;
}

// The points are shown at once as they were put, and the server is told; it answers with the same ones. Who presses
// faster than it answers loses none: what it knew before is not shown.
function tellPoints(S, points) {
  S.ownNote = points.length < 2 ? "Two points must stay. " : points.length > 2000 ? "There is room for 2,000 points. " : "";
  if (S.ownNote) return go(S);
  S.moved = { x: Float64Array.from(points, ([x]) => x), y: Float64Array.from(points, ([, y]) => y), label: Uint8Array.from(points, ([, , label]) => label), held: points.map((_, at) => S.points.held[at] ?? false) };
  isMine(S, points);
  choosePoints(S);
  go(S);
  ask(S);
}

function addPoint(S, [x, y], label) {
  tellPoints(S, [...ownPoints(S), [rounded(x, S.net.reach), rounded(y, S.net.reach), label]]);
}

function takeAway(S, at) {
  if (at >= 0) tellPoints(S, ownPoints(S).filter((_, place) => place !== at));
}

// The point that is followed through the network; pressed again, it is let go.
export function choosePoint(S, at) {
  S.point = at < 0 || at === S.point ? null : at;
  S.pointAt = S.point === null ? null : [S.points.x[S.point], S.points.y[S.point]];
  pause(S);
  go(S);
}

export function listenToPlane(S) {
  const which = S.root.querySelector(".which");
  const placeOf = (event) => {
    const box = S.plane.getBoundingClientRect();
    const { reach } = S.net;
    return [((event.clientX - box.left) / box.width) * 2 * reach - reach, reach - ((event.clientY - box.top) / box.height) * 2 * reach];
  };
  S.plane.onpointerdown = (event) => {
    if (!S.points || event.button) return;
    if (!S.net.own) return choosePoint(S, nearestPoint(S, ...placeOf(event), 0.2));
    S.plane.setPointerCapture(event.pointerId);
    const place = placeOf(event);
    S.dragged = { at: nearestPoint(S, ...place, 0.15), from: place, moved: false };
  };
  S.plane.onpointermove = (event) => {
    if (!S.dragged || S.dragged.at < 0) return;
    const [x, y] = placeOf(event);
    S.dragged.moved ||= Math.hypot(x - S.dragged.from[0], y - S.dragged.from[1]) > 0.06;
    if (!S.dragged.moved) return;
    S.moved = { ...S.points, x: S.points.x.slice(), y: S.points.y.slice() }; // moments before keep theirs
    [S.moved.x[S.dragged.at], S.moved.y[S.dragged.at]] = [rounded(x, S.net.reach), rounded(y, S.net.reach)];
    if (S.point === S.dragged.at) S.pointAt = [S.moved.x[S.point], S.moved.y[S.point]];
    choosePoints(S);
    go(S);
  };
  S.plane.onpointerup = (event) => {
    const held = S.dragged;
    S.dragged = null;
    if (!held) return;
    const label = Number(which.value);
    if (held.moved) tellPoints(S, ownPoints(S));
    else if (label < 0) takeAway(S, nearestPoint(S, ...held.from, 0.3));
    else if (held.at < 0) addPoint(S, placeOf(event), label);
    else choosePoint(S, held.at);
  };
  S.plane.onpointercancel = () => {
    S.dragged = S.moved = null;
    go(S);
  };
  S.plane.onkeydown = (event) => {
    if (!S.points) return;
    if (!S.net.own) {
      const way = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
      if (!way) return;
      const count = S.points.x.length;
      choosePoint(S, S.point === null ? 0 : (S.point + way + count) % count);
      event.preventDefault();
      return;
    }
    S.cursor ??= [0, 0];
    const step = { ArrowLeft: [-0.1, 0], ArrowRight: [0.1, 0], ArrowUp: [0, 0.1], ArrowDown: [0, -0.1] }[event.key];
    const label = "abc".indexOf(event.key.toLowerCase());
    const near = nearestPoint(S, ...S.cursor, event.shiftKey ? 0.3 : 0.15);
    if (step) {
      S.cursor = S.cursor.map((value, axis) => rounded(value + step[axis], S.net.reach));
      if (event.shiftKey && near >= 0) tellPoints(S, ownPoints(S).map((point, at) => (at === near ? [...S.cursor, point[2]] : point)));
    } else if (event.key === " ") choosePoint(S, nearestPoint(S, ...S.cursor, 0.3));
    else if (label >= 0) addPoint(S, S.cursor, label);
    else if (event.key === "Enter" && near >= 0) choosePoint(S, near);
    else if (event.key === "Enter" && Number(which.value) >= 0) addPoint(S, S.cursor, Number(which.value));
    else if (event.key === "Delete" || event.key === "Backspace") takeAway(S, nearestPoint(S, ...S.cursor, 0.3));
    else return;
    event.preventDefault();
    go(S);
  };
  S.plane.onblur = () => {
    S.cursor = null;
    go(S);
  };
}
