// What is taken along as a picture: any map of the page with its axes and numbers, on the page's own paper.

import { inputsAt, walk } from "netlab/playground/classify_net";
import { gridOf, percentOf, plain, ready, unitMap } from "netlab/playground/classify_paint";
import { drawCurves, drawNetwork, drawPlane, GRID } from "netlab/playground/classify_draw";
import { paintWarp } from "netlab/playground/classify_warp";
import { numbersNow, unitName } from "netlab/playground/classify_show";
import { asFile, paperOf } from "netlab/playground/classify_svg";

const MAP_SIDE = 420;
const AROUND = { left: 46, top: 40, right: 18, foot: 62 };

// What can be saved: each with its name as a file.
const KEPT = [["map", "the map"], ["network", "the network"], ["warped", "the layer's plane"], ["curves", "the curves"]];

function saveable(S) {
  const tiles = S.net.sizes.flatMap((units, layer) => Array.from({ length: units }, (_, unit) => [`${layer}.${unit}`, `the tile of ${layer ? unitName(S.net, layer, unit) : `input ${S.net.titles[unit]}`}`]));
  return [...KEPT.filter(([key]) => key !== "warped" || S.warp), ...tiles];
}

export function showSaveable(S) {
  if (!S.net) return;
  const menu = S.root.querySelector(".what");
  const all = saveable(S);
  const shows = all.join("|");
  if (menu.shows === shows) return;
  menu.shows = shows;
  const before = menu.value;
  menu.replaceChildren(...all.map(([key, words]) => new Option(words, key)));
  menu.value = all.some(([key]) => key === before) ? before : "map";
}

// A map of the plane within axes with numbers, a title above and a key below.
function within(S, paper, kind, title, key, draw) {
  const { pen } = blank(S, paper);
  const inner = paperOf(kind, MAP_SIDE, MAP_SIDE);
  draw(inner);
  const { left, top } = AROUND;
  const foot = top + MAP_SIDE;
  pen.drawImage(inner, left, top, MAP_SIDE, MAP_SIDE);
  pen.strokeStyle = S.look.css.ink;
  pen.lineWidth = 1;
  pen.strokeRect(left, top, MAP_SIDE, MAP_SIDE);
  pen.fillStyle = S.look.css.ink;
  pen.font = `12px ${getComputedStyle(S.root).fontFamily}`;
  const { reach, axes } = S.net;
  for (let value = -reach; value <= reach; value += 1) {
    const part = (value + reach) / (2 * reach);
    pen.beginPath();
    pen.moveTo(left + part * MAP_SIDE, foot);
    pen.lineTo(left + part * MAP_SIDE, foot + 5);
    pen.moveTo(left, foot - part * MAP_SIDE);
    pen.lineTo(left - 5, foot - part * MAP_SIDE);
    pen.stroke();
    pen.textAlign = "center";
    pen.fillText(plain(value), left + part * MAP_SIDE, foot + 18);
    pen.textAlign = "right";
    pen.fillText(plain(value), left - 8, foot - part * MAP_SIDE + 4);
  }
  pen.textAlign = "center";
  pen.fillText(axes[0], left + MAP_SIDE / 2, foot + 34);
  pen.fillText(axes[1], left - 26, top + MAP_SIDE / 2 + 18);
  pen.textAlign = "left";
  pen.fillText(title, left, top - 14);
  pen.fillText(key, left, foot + 52);
}

function blank(S, paper) {
  const { pen, wide, high } = ready(paper);
  pen.fillStyle = S.look.css.paper;
  pen.fillRect(0, 0, wide, high);
  return { pen, wide, high };
}

// One of the page's own drawings, as large as it is there.
function asOnThePage(S, kind, canvas, draw) {
  const paper = paperOf(kind, canvas.clientWidth, canvas.clientHeight);
  const inner = paperOf(kind, canvas.clientWidth, canvas.clientHeight);
  const { pen, wide, high } = blank(S, paper);
  draw(inner);
  pen.drawImage(inner, 0, 0, wide, high);
  return paper;
}

function drawn(S, what, kind) {
  const numbers = numbersNow(S);
  const copy = { ...S, sheets: {}, rooms: { lines: {}, rest: {} }, cursor: null, bare: true };
  const inputs = (size) => (({ xs, ys }) => inputsAt(S.net.features, xs, ys))(gridOf(size, S.net.reach));
  const atPoints = S.points && walk(S.net, numbers, inputsAt(S.net.features, S.points.x, S.points.y));
  const epoch = `Epoch ${S.moments[S.at].epoch}`;
  if (what === "network") return asOnThePage(S, kind, S.network, (inner) => drawNetwork({ ...copy, network: inner }, numbers, walk(S.net, numbers, inputs(GRID))));
  if (what === "curves") return asOnThePage(S, kind, S.curves, (inner) => drawCurves({ ...copy, curves: inner }));
  if (what === "warped") return asOnThePage(S, kind, { clientWidth: MAP_SIDE, clientHeight: MAP_SIDE }, (inner) => paintWarp({ ...copy, warped: inner }, numbers, atPoints));
  const paper = paperOf(kind, AROUND.left + MAP_SIDE + AROUND.right, AROUND.top + MAP_SIDE + AROUND.foot);
  if (what === "map") {
    const side = S.fine && S.hard ? 2 * GRID : GRID;
    const title = `${epoch}: ${percentOf(S.moments[S.at].accuracy)} of ${S.net.taught.toLocaleString("en")} right, loss ${plain(S.moments[S.at].loss, 3)}`;
    within(S, paper, kind, title, signsOf(S.net), (inner) => drawPlane({ ...copy, plane: inner }, walk(S.net, numbers, inputs(side)), atPoints));
  } else {
    const [layer, unit] = what.split(".").map(Number);
    const { canvas, low, high } = unitMap({}, "one", GRID, walk(S.net, numbers, inputs(GRID)).layers[layer][unit], S.look.table);
    const name = layer ? unitName(S.net, layer, unit) : `input ${S.net.titles[unit]}`;
    within(S, paper, kind, `${epoch}: ${name}, from ${plain(low, 3)} to ${plain(high, 3)}`, "blue above zero, orange below, paper at zero", (inner) => {
      const { pen, wide } = ready(inner);
      pen.drawImage(canvas, 0, 0, wide, wide);
    });
  }
  return paper;
}

const signsOf = (net) => `${net.names.map((name, label) => `${["●", "■", "▲"][label]} ${name}`).join("  ")}; hollow: held back; ringed: wrong`;

function savePicture(S, kind) {
  const what = S.root.querySelector(".what").value;
  const paper = drawn(S, what, kind);
  const name = what.includes(".") ? `tile-${what.replace(".", "-")}` : what;
  const href = kind === "svg" ? URL.createObjectURL(new Blob([asFile(paper, `${S.root.querySelector(".when").textContent}: ${name}`)], { type: "image/svg+xml" })) : paper.toDataURL("image/png");
  Object.assign(document.createElement("a"), { href, download: `${name}.${kind}` }).click();
  if (kind === "svg") setTimeout(() => URL.revokeObjectURL(href), 60000);
}

export function listenToSave(S) {
  for (const kind of ["png", "svg"]) S.root.querySelector(`.as-${kind}`).onclick = () => S.moments.length && savePicture(S, kind);
}
