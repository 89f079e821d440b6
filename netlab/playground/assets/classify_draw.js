// Where things stand: the network with its maps, the decision map with its points, the curves.

import { inputsAt, saidAt, starts, walk } from "netlab/playground/classify_net";
import { decisionMap, gridOf, mark, percentOf, plain, ready, unitMap } from "netlab/playground/classify_paint";

export const GRID = 48; // squares a side of every unit's map

// Places of all tiles, which the pointer needs too.
function arranged(net, wide, high) {
  const columns = net.sizes.length;
  const most = Math.max(...net.sizes);
  const row = (high - 22) / most;
  const gap = wide / columns;
  const tile = Math.max(12, Math.min(46, row - 16, gap * 0.5));
  return net.sizes.map((units, layer) =>
    Array.from({ length: units }, (_, unit) => ({
      layer, unit, tile, x: gap * (layer + 0.5) + (layer === 0 ? -gap * 0.08 : 0), y: 18 + ((unit + 0.5) * (high - 22)) / units - 5,
    })),
  );
}

export function drawNetwork(S, numbers, walked) {
  const { pen, wide, high } = ready(S.network);
  const { net, look } = S;
  const tiles = (S.tiles = arranged(net, wide, high));
  const family = S.look.family;
  const small = tiles[0][0].tile < 30;
  S.edges = [];
  S.scales = {};
  starts(net.sizes).forEach(({ weights }, layer) => {
    const units = net.sizes[layer + 1];
    let most = 0;
    for (let at = 0; at < net.sizes[layer] * units; at += 1) most = Math.max(most, Math.abs(numbers[weights + at]) || 0);
    for (let source = 0; source < net.sizes[layer]; source += 1)
      for (let unit = 0; unit < units; unit += 1) {
        const place = weights + source * units + unit;
        const value = numbers[place];
        const part = most && Number.isFinite(value) ? Math.abs(value) / most : 0;
        const [from, to] = [tiles[layer][source], tiles[layer + 1][unit]];
        const edge = { place, x1: from.x + from.tile / 2, y1: from.y, x2: to.x - to.tile / 2 - 5, y2: to.y };
        S.edges.push(edge);
        const chosen = S.chosen === place;
        pen.lineWidth = chosen ? 4 : 0.5 + 4 * part;
        pen.globalAlpha = chosen ? 1 : 0.25 + 0.65 * part;
        pen.strokeStyle = value === 0 ? look.css.faint : value < 0 ? look.css.minus : look.css.plus;
        pen.setLineDash(value === 0 ? [1, 4] : value < 0 ? [6, 4] : []);
        pen.beginPath();
        pen.moveTo(edge.x1, edge.y1);
        const middle = (edge.x1 + edge.x2) / 2;
        pen.bezierCurveTo(middle, edge.y1, middle, edge.y2, edge.x2, edge.y2);
        pen.stroke();
        if (S.frozen.has(place)) {
          pen.setLineDash([]);
          pen.globalAlpha = 1;
          pen.strokeStyle = look.css.ink;
          pen.lineWidth = 1.5;
          pen.strokeRect(middle - 3, (edge.y1 + edge.y2) / 2 - 3, 6, 6);
        }
      }
  });
  pen.globalAlpha = 1;
  pen.setLineDash([]);
  pen.textAlign = "center";
  tiles.forEach((column, layer) =>
    column.forEach(({ x, y, tile, unit }) => {
      const { canvas, low, high: top } = unitMap(S.sheets, `${layer}.${unit}`, GRID, walked.layers[layer][unit], look.table);
      S.scales[`${layer}.${unit}`] = { low, high: top };
      pen.imageSmoothingEnabled = true;
      pen.drawImage(canvas, x - tile / 2, y - tile / 2, tile, tile);
      const rests = layer > 0 && layer < net.sizes.length - 1 && low === top;
      pen.strokeStyle = S.chosenUnit === `${layer}.${unit}` ? look.css.ink : look.css.half;
      pen.lineWidth = S.chosenUnit === `${layer}.${unit}` ? 3 : 1;
      pen.strokeRect(x - tile / 2, y - tile / 2, tile, tile);
      pen.fillStyle = look.css.ink;
      pen.font = `${small ? 9 : 10}px ${family}`;
      const tight = wide / net.sizes.length < 62; // a phone: one digit, and nothing between
      if (tight) pen.font = `8px ${family}`;
      const scale = tight ? `${plain(low, 1)}…${plain(top, 1)}` : `${plain(low)} … ${plain(top)}`;
      pen.fillText(rests ? `${tight ? "=" : "always"} ${plain(low)}` : scale, layer > 0 ? x + 4 : x, y + tile / 2 + 10);
      const dead = !S.playing && S.found?.at === S.at && S.found.dead.has(`${layer}.${unit}`);
      if (rests || dead) {
        pen.beginPath();
        pen.moveTo(x - tile / 2, y - tile / 2);
        pen.lineTo(x + tile / 2, y + tile / 2);
        pen.moveTo(x + tile / 2, y - tile / 2);
        pen.lineTo(x - tile / 2, y + tile / 2);
        pen.strokeStyle = look.css.ink;
        pen.stroke();
      }
      if (layer > 0) drawBias(S, pen, numbers, layer, unit, x - tile / 2, y + tile / 2);
      else if (!small) {
        pen.textAlign = "right";
        pen.font = `12px ${family}`;
        pen.fillText(net.titles[unit], x - tile / 2 - 5, y + 4);
        pen.textAlign = "center";
      }
    }),
  );
  pen.fillStyle = look.css.ink;
  pen.font = `${wide < 460 ? 9 : 11}px ${family}`;
  net.sizes.forEach((units, layer) => {
    const last = layer === net.sizes.length - 1;
    const words = layer === 0 ? "inputs" : wide / net.sizes.length < 62 ? (last ? "out" : net.bends[layer - 1].slice(0, 5)) : last ? `out: ${net.bends[layer - 1]}` : net.bends[layer - 1];
    pen.fillText(words, tiles[layer][0].x, 11);
  });
}

// The bias is a small square at its unit's foot: full for plus, hollow and dashed for minus, larger for more.
function drawBias(S, pen, numbers, layer, unit, x, y) {
  const place = starts(S.net.sizes)[layer - 1].biases + unit;
  const value = numbers[place];
  const half = 3 + 3 * Math.min(1, Math.abs(value) / 2 || 0);
  S.edges.push({ place, bias: true, x1: x, y1: y, x2: x, y2: y });
  pen.fillStyle = value > 0 ? S.look.css.plus : S.look.css.paper;
  pen.fillRect(x - half, y - half, 2 * half, 2 * half);
  pen.strokeStyle = S.chosen === place || S.frozen.has(place) ? S.look.css.ink : value < 0 ? S.look.css.minus : value > 0 ? S.look.css.plus : S.look.css.half;
  pen.lineWidth = S.chosen === place ? 3 : 1.5;
  pen.setLineDash(value < 0 ? [2, 2] : []);
  pen.strokeRect(x - half, y - half, 2 * half, 2 * half);
  pen.setLineDash([]);
}

// A, the training that was kept, at the moment that has the epoch on the screen, or at its last.
export function drawTwin(S) {
  const { kept } = S;
  S.root.querySelector(".twin").hidden = !kept;
  if (!kept) return;
  const { epoch } = S.moments[S.at];
  const found = kept.moments.findIndex((moment) => moment.epoch >= epoch);
  const moment = kept.moments[found < 0 ? kept.moments.length - 1 : found];
  kept.inputs ??= (({ xs, ys }) => inputsAt(kept.net.features, xs, ys))(gridOf(GRID, kept.net.reach));
  const walked = walk(kept.net, moment.numbers, kept.inputs, S.rooms.kept);
  const points = kept.points && walk(kept.net, moment.numbers, (kept.pointInputs ??= inputsAt(kept.net.features, kept.points.x, kept.points.y)), S.rooms.keptPoints);
  const wrong = S.wrong;
  drawPlane({ ...S, plane: S.planeA, net: kept.net, points: kept.points, sheets: S.keptSheets, point: null, cursor: null, fine: false }, walked, points);
  S.wrong = wrong;
  const held = Number.isNaN(moment.heldLoss) ? "" : `, held back ${percentOf(moment.heldAccuracy)}`;
  const words = `A at epoch ${moment.epoch}: ${percentOf(moment.accuracy)} right${held}, loss ${plain(moment.loss, 3)}. B at epoch ${epoch}: loss ${plain(S.moments[S.at].loss, 3)}.`;
  const line = S.root.querySelector(".twin-says");
  if (line.textContent !== words) line.textContent = words;
  S.planeA.setAttribute("aria-label", `What A says of the plane. ${words}`);
}

// All points on a sheet of their own, drawn again only when one has moved: they stay while a network trains.
function pointSheet(S, wide, high, size, place) {
  const { look, points, plane } = S;
  const sheet = (S.sheets.points ??= document.createElement("canvas"));
  const drawn = [S.pointInputs, points, look, plane.width, plane.height];
  if (sheet.drawn?.every((one, at) => one === drawn[at])) return sheet;
  Object.assign(sheet, { drawn, width: plane.width, height: plane.height });
  const pen = sheet.getContext("2d");
  pen.scale(plane.width / wide, plane.height / high);
  drawPoints(S, pen, size, place);
  return sheet;
}

function drawPoints({ look, points }, pen, size, place) {
  pen.lineWidth = 1.3;
  for (let at = 0; at < points.x.length; at += 1) {
    const [label, colour] = [points.label[at], look.css.classes[points.label[at]]];
    mark(pen, label, ...place(at), size);
    pen.strokeStyle = points.held[at] ? colour : look.css.paper;
    pen.fillStyle = points.held[at] ? look.css.paper : colour;
    pen.fill();
    pen.stroke();
  }
}

export function drawPlane(S, walked, atPoints) {
  const { pen, wide, high } = ready(S.plane);
  const { net, look, points } = S;
  const side = S.fine && S.hard ? 2 * GRID : GRID;
  const map = decisionMap(S.sheets, "whole", side, net, walked, look, S.hard);
  pen.imageSmoothingEnabled = !S.hard;
  pen.drawImage(map, 0, 0, wide, high);
  S.wrong = 0;
  if (!points) return;
  const scale = (value) => (value + net.reach) / (2 * net.reach);
  const place = (at) => [scale(points.x[at]) * wide, (1 - scale(points.y[at])) * high];
  const size = points.x.length > 600 ? 2.6 : 3.6;
  if (S.bare) drawPoints(S, pen, size, place); // as lines, where they are to be kept as such
  else pen.drawImage(pointSheet(S, wide, high, size, place), 0, 0, wide, high);
  pen.beginPath();
  for (let at = 0; at < points.x.length; at += 1) {
    if (saidAt(atPoints.sums, at) === points.label[at] && Number.isFinite(atPoints.sums[0][at])) continue;
    S.wrong += 1;
    if (S.slow.on && S.slow.beat) continue; // the batch alone is ringed then
    const [x, y] = place(at);
    pen.moveTo(x + size + 3.4, y);
    pen.arc(x, y, size + 3.4, 0, 2 * Math.PI);
  }
  pen.strokeStyle = look.css.ink;
  pen.lineWidth = 1.6;
  pen.stroke();
  if (S.point !== null) {
    const [x, y] = place(S.point);
    pen.lineWidth = 3;
    pen.strokeRect(x - size - 6, y - size - 6, 2 * size + 12, 2 * size + 12);
  }
  if (S.cursor) {
    const [x, y] = [scale(S.cursor[0]) * wide, (1 - scale(S.cursor[1])) * high];
    pen.strokeStyle = look.css.ink;
    pen.lineWidth = 2;
    pen.beginPath();
    pen.moveTo(x - 9, y);
    pen.lineTo(x + 9, y);
    pen.moveTo(x, y - 9);
    pen.lineTo(x, y + 9);
    pen.stroke();
  }
  if (S.bare) return; // its axes are drawn around it
  pen.fillStyle = look.css.ink;
  pen.font = `11px ${S.look.family}`;
  pen.textAlign = "left";
  pen.fillText(`${net.axes[1]} = ${net.reach}`, 4, 12);
  pen.fillText(`${net.axes[0]}, ${net.axes[1]} = −${net.reach}`, 4, high - 5);
  pen.textAlign = "right";
  pen.fillText(`${net.axes[0]} = ${net.reach}`, wide - 4, high - 5);
}

// Losses above, accuracies below; full lines for points that are trained on, dashed for those held back.
export function drawCurves(S) {
  const { pen, wide, high } = ready(S.curves);
  const { look, moments } = S;
  const family = S.look.family;
  const [left, right, gap] = [34, 6, 22];
  const tall = (high - 2 * gap) / 2;
  const last = Math.max(1, moments.length - 1);
  S.curveSpan = { left, wide: wide - left - right };
  const at = (index) => left + ((wide - left - right) * index) / last;
  let most = 1e-6;
  for (const { loss, heldLoss } of moments) for (const one of [loss, heldLoss]) if (one > most && Number.isFinite(one)) most = one;
  const panel = (top, limit, names, title) => {
    pen.strokeStyle = look.css.faint;
    pen.lineWidth = 1;
    pen.setLineDash([]);
    pen.strokeRect(left, top, wide - left - right, tall);
    pen.fillStyle = look.css.ink;
    pen.font = `10px ${family}`;
    pen.textAlign = "right";
    pen.fillText(limit === 1 && names[0] === "accuracy" ? "100 %" : plain(limit), left - 3, top + 9);
    pen.fillText("0", left - 3, top + tall);
    pen.textAlign = "left";
    pen.fillText(title, left, top - 4);
    names.forEach((name, place) => {
      pen.strokeStyle = place ? look.held : look.taught;
      pen.setLineDash(place ? [5, 3] : []);
      pen.lineWidth = 1.8;
      pen.beginPath();
      let begun = false;
      moments.forEach((moment, index) => {
        if (!Number.isFinite(moment[name])) return;
        const y = top + tall * (1 - moment[name] / limit);
        if (begun) pen.lineTo(at(index), y);
        else pen.moveTo(at(index), y);
        begun = true;
      });
      pen.stroke();
    });
    if (S.kept) {
      pen.setLineDash([1, 3]); // A's training points: dotted
      pen.strokeStyle = look.css.ink;
      pen.lineWidth = 1.6;
      pen.beginPath();
      S.kept.moments.slice(0, moments.length).forEach((moment, index) => {
        const y = top + tall * (1 - Math.min(1, moment[names[0]] / limit));
        if (index) pen.lineTo(at(index), y);
        else pen.moveTo(at(index), y);
      });
      pen.stroke();
    }
    pen.setLineDash([]);
    pen.strokeStyle = look.css.half;
    pen.lineWidth = 1;
    pen.beginPath();
    pen.moveTo(at(Math.min(S.at, last)), top);
    pen.lineTo(at(Math.min(S.at, last)), top + tall);
    pen.stroke();
  };
  panel(16, most, ["loss", "heldLoss"], `${S.net.loss}${S.net.unit ? `, ${S.net.unit}` : ""}`);
  panel(16 + tall + gap, 1, ["accuracy", "heldAccuracy"], "share right");
}
