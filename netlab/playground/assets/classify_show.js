// What is on the screen: all drawings, what is said of them in words, and the number that is chosen.

import { inputsAt, starts, walk } from "netlab/playground/classify_net";
import { colours, gridOf, percentOf, plain } from "netlab/playground/classify_paint";
import { drawCurves, drawNetwork, drawPlane, drawTwin, GRID } from "netlab/playground/classify_draw";
import { drawWarp } from "netlab/playground/classify_warp";
import { arrowsInWords, drawBatch, drawStep, tellStep } from "netlab/playground/classify_step";

export const lastOf = (S) => S.moments.length - 1;

// The row of numbers at the place between two moments that is on the screen.
export function numbersNow(S) {
  const here = S.moments[S.at].numbers;
  const next = S.moments[S.at + 1]?.numbers;
  if (S.preview) return Float32Array.from(here, (value, place) => S.preview.get(place) ?? value);
  if (!S.part || !next || S.calm) return here;
  return here.map((value, place) => value + S.part * (next[place] - value));
}

// The moment from which on the points are those of the moment on the screen.
const eraOf = (S) => Math.max(...S.net.eras.filter((from) => from <= S.at));

// Whether the server has not yet sent the points of the moment on the screen, or the message was lost; or has not yet
// sent back those that a reader has put.
export const lacksPoints = (S) => !S.eras[eraOf(S)] || Boolean(S.mine);

// The points of the moment on the screen, which are others after a reader has moved some; null until they are here.
export function choosePoints(S) {
  const found = S.moved ?? S.eras[eraOf(S)] ?? null;
  if (found === S.points) return;
  S.pointInputs = null;
  S.points = found;
  if (found && S.point !== null) {
    const again = found.x.findIndex((x, at) => Math.hypot(x - S.pointAt[0], found.y[at] - S.pointAt[1]) < 0.002); // it may have another number now
    S.point = again < 0 ? null : again;
  }
}

export function paint(S) {
  if (!S.net || !S.moments.length) return;
  choosePoints(S);
  S.look = colours(S.root, S.palette, S.look);
  S.fine = S.net.sizes.length < 5;
  const side = S.fine && S.hard ? 2 * GRID : GRID;
  const key = `${S.net.features}|${S.net.reach}`;
  if (S.gridKey !== key) {
    S.gridKey = key;
    S.grids = {};
    S.pointInputs = null;
  }
  const inputs = (size) => (S.grids[size] ??= (({ xs, ys }) => inputsAt(S.net.features, xs, ys))(gridOf(size, S.net.reach)));
  if (S.points) S.pointInputs ??= inputsAt(S.net.features, S.points.x, S.points.y);
  const numbers = numbersNow(S);
  const walked = walk(S.net, numbers, inputs(GRID), S.rooms.grid);
  drawNetwork(S, numbers, walked);
  drawStep(S);
  const fine = side === GRID ? walked : walk(S.net, numbers, inputs(side), S.rooms.fine);
  const atPoints = S.points && walk(S.net, numbers, S.pointInputs, S.rooms.points);
  drawPlane(S, fine, atPoints);
  drawWarp(S, numbers, atPoints);
  drawBatch(S);
  drawTwin(S);
  const told = [S.at, S.moments.length, S.version, S.playing, S.net, S.look, S.points, S.wrong, S.hard, S.kept, S.end, S.found, S.chosen, S.chosenUnit, S.preview, S.cost, S.step, S.slow.on, S.slow.beat, S.slow.kept, S.slow.playing, S.wishing, S.ownNote, S.moved, S.curves.clientWidth];
  if (S.told?.every((one, place) => one === told[place])) return; // between two epochs, curves and words stand still
  S.told = told;
  drawCurves(S);
  words(S);
  showChosen(S);
  tellStep(S);
}

// Whether a moment ends an epoch; an edit is where the moment before it is.
function whole(moments, at) {
  while (at > 0 && moments[at].step === moments[at - 1].step) at -= 1;
  return at === 0 || moments[at].epoch > moments[at - 1].epoch;
}

export function words(S) {
  const { net, moments } = S;
  const moment = moments[S.at];
  const heldBack = S.points ? S.points.held.filter(Boolean).length : net.held;
  const taught = S.points ? S.points.x.length - heldBack : net.taught;
  const held = heldBack ? ` Held back: ${percentOf(moment.heldAccuracy)} of ${heldBack.toLocaleString("en")} right, loss ${plain(moment.heldLoss, 3)}.` : "";
  const broken = S.end === "exploded" && S.at === lastOf(S) ? " No number is left to go on with." : "";
  const full = S.end === "full" && S.at === lastOf(S) ? " This training is as long as the page can remember: go back, or begin anew." : "";
  const sentence = `${percentOf(moment.accuracy)} of ${taught.toLocaleString("en")} points right, loss ${plain(moment.loss, 3)}${moment.penalty ? ` and ${plain(moment.penalty, 3)} for the size of the weights` : ""}.${held}${broken}${full}`;
  const batch = whole(moments, S.at) ? "" : `, step ${moment.step}`;
  S.when.textContent = `Epoch ${moment.epoch}${batch}`;
  S.slider.max = lastOf(S);
  S.slider.value = S.at;
  S.slider.setAttribute("aria-valuetext", `${S.when.textContent}; ${sentence}`);
  S.says.setAttribute("aria-live", S.playing ? "off" : "polite"); // a reader is told where it stops, not sixty times a second
  if (S.says.textContent !== sentence) S.says.textContent = sentence;
  const layers = net.sizes.slice(1, -1).map((units, layer) => `${units} ${net.bends[layer]}`).join(", then ");
  S.network.setAttribute("aria-label", `A network with ${net.titles.join(", ")} as inputs, ${layers ? `hidden units: ${layers}` : "no hidden units"}, and ${net.sizes[net.sizes.length - 1]} output${net.sizes[net.sizes.length - 1] > 1 ? "s" : ""}. Every tile is a unit's answer over the plane. ${largestInWords(net, moment.numbers)} ${arrowsInWords(S)}`);
  S.plane.setAttribute("aria-label", `What the network says of the plane at epoch ${moment.epoch}: ${sentence} ${S.wrong === 1 ? "1 point is" : `${S.wrong} points are`} on the wrong side, and ringed.${net.own ? " Arrow keys move a cross, and with Shift the point under it; A, B and C put a point of that class there, Delete takes the nearest away, Enter or the space bar follows it through the network." : ""}${net.own ? "" : " Arrow keys go from point to point, each through the network."}`);
  S.curves.setAttribute("aria-label", `Loss from ${plain(moments[0].loss, 3)} at the start to ${plain(moment.loss, 3)} now; share right from ${percentOf(moments[0].accuracy)} to ${percentOf(moment.accuracy)}.`);
  const found = S.found && (S.playing || S.found.at === S.at) ? S.found.words : [];
  showGoal(S, S.found?.advice);
  const list = S.root.querySelector(".found");
  if (list.shows !== found.join("|")) {
    list.shows = found.join("|");
    list.replaceChildren(...found.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
    const broke = found.length ? S.found.broke : null;
    if (broke) {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "mend", textContent: broke.offer });
      button.onclick = () => S.mend(broke);
      list.lastChild.append(" ", button);
    }
  }
  const runs = S.playing || S.slow.playing;
  S.playButton.textContent = runs ? "❚❚ Pause" : "▶ Play";
  S.playButton.setAttribute("aria-label", runs ? "Pause" : "Play");
  S.root.querySelector(".to-start").disabled = S.root.querySelector(".back").disabled = S.at === 0;
  for (const name of ["batch", "epoch"]) S.root.querySelector(`.${name}`).disabled = S.at === lastOf(S) && Boolean(S.end);
  S.root.querySelector(".pen").hidden = !net.own;
  S.plane.classList.toggle("mine", net.own);
  const signs = ["●", "■", "▲"];
  const key = net.names.map((name, label) => `${signs[label]} ${name}`).join("  ");
  const scale = net.sizes[net.sizes.length - 1] > 1 ? "the colour of the likelier class" : net.activations[net.activations.length - 1] === "linear" ? `from −1 (${net.names[0]}) over 0 to 1 (${net.names[1]})` : `the probability of ${net.names[1]}, from 0 over a half (paper) to 1`;
  S.plane.tabIndex = 0;
  const legend = `${(net.own && S.ownNote) || ""}${S.kept ? "Dotted curves: A. " : ""}${net.own ? "Press to add a point, drag to move one. " : "Press a point to follow it through the network. "}${key}; hollow: held back; ${S.slow.on && S.slow.beat ? "ringed twice: the batch; in the square: its first point" : `ringed: wrong${S.step?.rows && (S.wishing || S.chosen !== null) ? "; twice: the next batch" : ""}`}. Map: ${S.hard ? "the class alone" : scale}.`;
  if (S.keyLine.textContent !== legend) S.keyLine.textContent = legend;
}

// The goal, and what to do next; it stays until another moment has its own.
function showGoal(S, advice) {
  const [goal, line, next] = [".goal", ".advice", ".next"].map((name) => S.root.querySelector(name));
  goal.hidden = !advice;
  if (!advice) return;
  goal.classList.toggle("met", advice.met);
  if (line.textContent !== advice.words) line.textContent = advice.words;
  next.hidden = !advice.offer;
  if (next.textContent !== advice.offer) next.textContent = advice.offer;
}

export const unitName = (net, layer, unit) => (layer === 0 ? net.titles[unit] : layer === net.sizes.length - 1 ? `output ${net.sizes[layer] > 1 ? net.names[unit] : ""}`.trim() : `unit ${unit + 1} of layer ${layer}`);

// Every number and every unit by its name, in the order of the row.
function namesOf(net) {
  const numbers = [];
  const units = [];
  starts(net.sizes).forEach(({ weights, biases }, layer) => {
    for (let source = 0; source < net.sizes[layer]; source += 1)
      for (let unit = 0; unit < net.sizes[layer + 1]; unit += 1)
        numbers.push([String(weights + source * net.sizes[layer + 1] + unit), `weight from ${unitName(net, layer, source)} to ${unitName(net, layer + 1, unit)}`]);
    for (let unit = 0; unit < net.sizes[layer + 1]; unit += 1) numbers.push([String(biases + unit), `bias of ${unitName(net, layer + 1, unit)}`]);
  });
  net.sizes.forEach((count, layer) => {
    for (let unit = 0; unit < count; unit += 1) units.push([`${layer}.${unit}`, layer ? unitName(net, layer, unit) : `input ${net.titles[unit]}`]);
  });
  return [...units, ...numbers];
}

// The places of what leads out of a unit, and of what leads into it (a bias too).
export function around(net, key) {
  const [layer, unit] = key.split(".").map(Number);
  const all = starts(net.sizes);
  const out = Array.from({ length: net.sizes[layer + 1] ?? 0 }, (_, next) => all[layer].weights + unit * net.sizes[layer + 1] + next);
  if (layer === 0) return { out, into: [] };
  const { weights, biases } = all[layer - 1];
  const into = Array.from({ length: net.sizes[layer - 1] }, (_, source) => weights + source * net.sizes[layer] + unit);
  return { out, into: [...into, biases + unit] };
}

// A unit's scale, its activation and its bias, as its tile shows them.
function unitInWords({ net, scales }, key, numbers) {
  const [layer, unit] = key.split(".").map(Number);
  const { low, high } = scales[key];
  const answers = low === high ? `answers ${plain(low, 3)} everywhere` : `answers from ${plain(low, 3)} to ${plain(high, 3)} over the plane`;
  const name = unitName(net, layer, unit);
  if (layer === 0) return `The input ${name} ${answers}.`;
  return `${name[0].toUpperCase()}${name.slice(1)} (${net.bends[layer - 1]}) ${answers}; its bias is ${plain(numbers[starts(net.sizes)[layer - 1].biases + unit], 3)}.`;
}

// The largest weight, which the widest line of its layer stands for.
function largestInWords(net, numbers) {
  let [most, words] = [-1, ""];
  starts(net.sizes).forEach(({ weights }, layer) => {
    for (let source = 0; source < net.sizes[layer]; source += 1)
      for (let unit = 0; unit < net.sizes[layer + 1]; unit += 1) {
        const value = numbers[weights + source * net.sizes[layer + 1] + unit];
        if (Math.abs(value) > most) [most, words] = [Math.abs(value), `The largest weight is ${plain(value, 3)}, from ${unitName(net, layer, source)} to ${unitName(net, layer + 1, unit)}.`];
      }
  });
  return words;
}

function showChosen(S) {
  const menu = S.root.querySelector(".number");
  const key = `${S.net.sizes}|${S.net.titles}`;
  if (menu.shows !== key) {
    menu.shows = key;
    menu.replaceChildren(...[["", "nothing: press a line, a square or a tile"], ...namesOf(S.net)].map(([value, words]) => new Option(words, value)));
  }
  const chosen = S.chosenUnit ?? (S.chosen === null ? "" : String(S.chosen));
  if (menu.value !== chosen) menu.value = chosen;
  const one = S.chosen !== null;
  S.root.querySelector(".edit").hidden = !one;
  const places = one ? [S.chosen] : S.chosenUnit ? around(S.net, S.chosenUnit).into : [];
  const outward = one ? [S.chosen] : S.chosenUnit ? around(S.net, S.chosenUnit).out : [];
  const freeze = S.root.querySelector(".freeze");
  freeze.hidden = !places.length;
  freeze.textContent = places.length && places.every((place) => S.frozen.has(place)) ? "Thaw" : "Freeze";
  const unplug = S.root.querySelector(".unplug");
  unplug.hidden = !outward.length;
  const now = S.moments[S.at].numbers;
  unplug.textContent = outward.length && outward.every((place) => S.frozen.has(place) && now[place] === 0) ? "Let it learn again" : "Unplug";
  if (one) {
    const value = (S.preview?.get(S.chosen) ?? now[S.chosen]) || 0;
    const slider = S.root.querySelector(".value");
    const most = Math.max(5, Math.ceil(Math.abs(now[S.chosen]) || 0));
    [slider.min, slider.max] = [-most, most];
    slider.value = value;
    const exact = S.root.querySelector(".exact");
    if (S.root.getRootNode().activeElement !== exact) exact.value = Number(value.toFixed(4));
  }
  const unit = S.root.querySelector(".unit");
  const scale = S.chosenUnit ? unitInWords(S, S.chosenUnit, now) : "";
  if (unit.textContent !== scale) unit.textContent = scale;
  const cost = S.root.querySelector(".cost");
  if (cost.textContent !== S.cost) cost.textContent = S.cost;
}
