// The next step on the screen: whose wish it is, as arrows at every number, and its five parts one after the other.
//
// Every number comes from the server (see netlab/playground/next_step.py); here it is drawn.

import { bytesOf } from "netlab/playground/classify_net";
import { plain, signedNumber } from "netlab/playground/classify_paint";

const [SHORTEST, LONGEST] = [7, 22]; // pixels of the weakest and the strongest arrow
const FAINT = 0.01; // of the strongest: a dot

const floatsIn = (packed) => (packed ? new Float32Array(bytesOf(packed)) : null);

// What is asked of the next step, beside the point.
export const asksOfStep = (S) => (S.playing ? {} : { place: S.chosen, slow: S.slow.on, wishes: S.wishing });

// Whether the last answer was to other questions about the step.
export const stepUntold = (S) => !S.step || S.step.at !== S.at || S.step.version !== S.version || S.step.askedPlace !== S.chosen || S.step.askedSlow !== S.slow.on || S.step.askedWishes !== S.wishing;

export function takeStep(S, data) {
  if (!data.step) return;
  const { rows, arrows, wishes, losses, answers, mean5, change5, ...plainly } = data.step;
  S.step = {
    ...plainly, at: data.looked, version: data.version, askedPlace: data.step.place, askedSlow: data.step.slow, askedWishes: data.step.wishing,
    rows: rows ? new Int16Array(bytesOf(rows)) : null, arrows: floatsIn(arrows), wishes: floatsIn(wishes), losses: floatsIn(losses), answers: floatsIn(answers), mean5: floatsIn(mean5), change5: floatsIn(change5),
  };
}

// The answer about the moment on the screen, if it is of it.
const stepNow = (S) => (!S.playing && S.step && S.step.at === S.at && S.step.version === S.version ? S.step : null);

// What the arrows on the network are: in slow motion the batch's wish or the step, else whose wish was asked for.
function arrowsNow(S) {
  if (S.slow.on) return S.slow.beat === 4 ? S.slow.kept.mean5 : S.slow.beat === 5 ? S.slow.kept.change5 : null;
  return stepNow(S)?.arrows ?? null;
}

export function arrowsInWords(S) {
  if (S.slow.on || !stepNow(S)?.arrows) return "";
  return stepNow(S).whose;
}

// An arrow upwards, full, for what should be larger; downwards, hollow, for what should be smaller.
function arrow(pen, look, x, y, share, width = 5) {
  const size = Math.abs(share);
  pen.setLineDash([]);
  pen.globalAlpha = 1;
  if (size < FAINT) {
    pen.fillStyle = look.css.half;
    pen.fillRect(x - 1, y - 1, 2, 2);
    return;
  }
  const half = (SHORTEST + (LONGEST - SHORTEST) * size) / 2;
  const way = share > 0 ? -1 : 1;
  const head = Math.min(6, half + 0.5);
  const across = Math.min(width, 0.8 * head);
  const colour = share > 0 ? look.css.plus : look.css.minus;
  const stroke = (line, wide) => {
    pen.strokeStyle = line;
    pen.lineWidth = wide;
    pen.beginPath();
    pen.moveTo(x, y - way * half);
    pen.lineTo(x, y + way * (half - head));
    pen.stroke();
  };
  stroke(look.css.paper, 4);
  stroke(colour, 2);
  pen.beginPath();
  pen.moveTo(x, y + way * half);
  pen.lineTo(x - across, y + way * (half - head));
  pen.lineTo(x + across, y + way * (half - head));
  pen.closePath();
  pen.fillStyle = share > 0 ? colour : look.css.paper;
  pen.fill();
  pen.strokeStyle = colour;
  pen.lineWidth = 1.6;
  pen.stroke();
}

const largest = (values) => values.reduce((most, value) => Math.max(most, Math.abs(value) || 0), 0);

// Over the network: arrows at every number, or what the first point of the batch makes of every unit.
export function drawStep(S) {
  const pen = S.network.getContext("2d");
  const row = arrowsNow(S);
  if (row && row.length === S.moments[S.at].numbers.length) {
    const most = largest(row) || 1;
    S.edges.forEach(({ place, bias, x1, y1, x2, y2 }) => {
      if (bias) return arrow(pen, S.look, x1 - 9, y1, row[place] / most, 4);
      const part = 0.38 + 0.12 * (place % 3); // side by side, where lines cross
      const rise = part * part * (3 - 2 * part);
      arrow(pen, S.look, x1 + (1.5 * part * (1 - part) + part ** 3) * (x2 - x1), y1 + rise * (y2 - y1), row[place] / most);
    });
  }
  if (S.slow.on && (S.slow.beat === 2 || S.slow.beat === 3)) drawAnswers(S, pen);
}

function drawAnswers(S, pen) {
  const { answers } = S.slow.kept;
  const last = S.tiles.length - 1;
  pen.font = `bold 11px ${getComputedStyle(S.root).fontFamily}`;
  pen.textAlign = "center";
  S.tiles.flat().forEach(({ layer, x, y, tile }, place) => {
    const words = plain(answers[place], 2);
    const wide = pen.measureText(words).width + 8;
    pen.fillStyle = S.look.css.paper;
    pen.fillRect(x - wide / 2, y - 8, wide, 16);
    pen.strokeStyle = S.look.css.ink;
    pen.lineWidth = S.slow.beat === 3 && layer === last ? 3 : 1;
    pen.strokeRect(x - wide / 2, y - 8, wide, 16);
    if (S.slow.beat === 3 && layer === last) pen.strokeRect(x - tile / 2 - 3, y - tile / 2 - 3, tile + 6, tile + 6);
    pen.fillStyle = S.look.css.ink;
    pen.fillText(words, x, y + 4);
  });
}

// Over the plane: the batch's points, ringed twice; in its third part the larger the loss, the larger the ring.
export function drawBatch(S) {
  const step = S.slow.on ? (S.slow.beat ? S.slow.kept : null) : stepNow(S);
  if (!step?.rows || !S.points || (!S.slow.on && S.point !== null)) return;
  const pen = S.plane.getContext("2d");
  const [wide, high] = [S.plane.clientWidth, S.plane.clientHeight];
  const scale = (value) => (value + S.net.reach) / (2 * S.net.reach);
  const most = step.losses ? largest(step.losses) || 1 : 1;
  step.rows.forEach((at, place) => {
    const [x, y] = [scale(S.points.x[at]) * wide, (1 - scale(S.points.y[at])) * high];
    const size = S.slow.on && S.slow.beat === 3 ? 5 + 13 * Math.sqrt(Math.max(0, step.losses[place]) / most) : 8.5;
    pen.setLineDash([]);
    for (const [radius, colour, width] of [[size, S.look.css.paper, 4], [size, S.look.css.ink, 1.6], [size + 3, S.look.css.ink, 1]]) {
      pen.beginPath();
      pen.arc(x, y, radius, 0, 2 * Math.PI);
      pen.strokeStyle = colour;
      pen.lineWidth = width;
      pen.stroke();
    }
    if (S.slow.on && place === 0) {
      pen.strokeStyle = S.look.css.ink;
      pen.lineWidth = 2;
      pen.strokeRect(x - size - 6, y - size - 6, 2 * size + 12, 2 * size + 12);
    }
  });
}

// The wishes of all examples for the chosen number, side by side; their mean at the end.
function drawWishes(S, step) {
  const canvas = S.root.querySelector(".wishes");
  const ratio = Math.min(2, window.devicePixelRatio || 1);
  const [wide, high] = [canvas.clientWidth, canvas.clientHeight];
  [canvas.width, canvas.height] = [Math.round(wide * ratio), Math.round(high * ratio)];
  const pen = canvas.getContext("2d");
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  const { look } = S;
  const room = wide - 150;
  const most = Math.max(largest(step.wishes), Math.abs(step.mean)) || 1;
  const gap = room / step.wishes.length;
  const middle = high / 2;
  pen.strokeStyle = look.css.faint;
  pen.beginPath();
  pen.moveTo(0, middle);
  pen.lineTo(wide, middle);
  pen.stroke();
  const tall = (value) => (value / most) * (middle - 9);
  step.wishes.forEach((wish, place) => {
    const x = (place + 0.5) * gap;
    const height = tall(wish);
    const width = Math.max(1, Math.min(7, gap - 2));
    pen.lineWidth = 1.4;
    pen.strokeStyle = wish > 0 ? look.css.plus : look.css.minus;
    pen.fillStyle = wish > 0 ? look.css.plus : look.css.paper;
    pen.fillRect(x - width / 2, middle, width, -height);
    if (gap > 4) pen.strokeRect(x - width / 2, middle, width, -height);
    else if (wish <= 0) {
      pen.fillStyle = look.css.minus;
      pen.fillRect(x - width / 2, middle, width, -height);
    }
    if (gap < 9 || !wish) return;
    pen.beginPath();
    pen.moveTo(x, middle - height - 4 * Math.sign(wish));
    pen.lineTo(x - 6, middle - height + 3 * Math.sign(wish));
    pen.lineTo(x + 6, middle - height + 3 * Math.sign(wish));
    pen.closePath();
    pen.fillStyle = wish > 0 ? look.css.plus : look.css.paper;
    pen.fill();
    pen.stroke();
  });
  pen.fillStyle = look.css.ink;
  pen.fillRect(room + 12, middle, 12, -tall(step.mean) || 1);
  pen.beginPath();
  pen.moveTo(room + 18, middle - tall(step.mean) - 7 * Math.sign(step.mean));
  pen.lineTo(room + 8, middle - tall(step.mean));
  pen.lineTo(room + 28, middle - tall(step.mean));
  pen.fill();
  pen.font = `11px ${getComputedStyle(S.root).fontFamily}`;
  pen.textAlign = "left";
  pen.fillText(`mean ${signedNumber(step.mean, 3)}`, room + 32, middle - 5);
  pen.fillText(`step ${signedNumber(step.change, 3)}`, room + 32, middle + 14);
  canvas.setAttribute("aria-label", step.ofNumber);
}

// What is said of the step: whose wishes the arrows are, the chosen number's, and in slow motion its part.
export function tellStep(S) {
  const find = (name) => S.root.querySelector(`.${name}`);
  const say = (name, words) => {
    const line = find(name);
    if (line.textContent !== words) line.textContent = words;
    line.hidden = !words;
  };
  const step = S.slow.on ? null : stepNow(S);
  say("whose", arrowsInWords(S));
  const one = Boolean(step?.wishes && step.place === S.chosen);
  find("wish").hidden = !one;
  if (one) drawWishes(S, step);
  say("wish-says", one ? `${step.ofNumber}${step.size > step.wishes.length ? ` The first ${step.wishes.length} are drawn.` : ""}` : "");
  const { slow } = S;
  find("slow").hidden = !slow.on;
  find("slowly").checked = slow.on;
  if (!slow.on) return;
  const five = slow.kept?.five;
  [...find("five").children].forEach((part, place) => {
    part.classList.toggle("now", slow.beat === place + 1);
    if (slow.beat === place + 1) part.setAttribute("aria-current", "step");
    else part.removeAttribute("aria-current");
  });
  say("beat-says", slow.beat && five ? `${slow.beat} ${five[slow.beat - 1][0]}. ${five[slow.beat - 1][1]}` : stepNow(S)?.none ?? "Next part, or Play: the next step of the training in its five parts.");
  find("beat").disabled = S.at === S.moments.length - 1 && S.end !== "";
}
