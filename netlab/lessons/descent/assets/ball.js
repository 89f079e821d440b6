// A ball on the curve of a loss of one weight: its slope as a tangent, its next step as an arrow along the number line.
//
// On opening it takes its first steps by itself, once; the first touch ends that.

import { atOpening } from "netlab/app/example";
import { node } from "netlab/app/svg";

const DEMO_STEPS = 5;
const DEMO_PACE = 1400; // milliseconds for a step
const PACE = 550;
const EDGE = { left: 46, right: 14, top: 16, bottom: 44 };

export default function ({ parentElement, data }) {
  const root = parentElement.querySelector(".ball");
  const S = (root.S ??= { at: 0, playing: false, demo: false, told: -1 });
  const part = (name) => root.querySelector(name);
  const fresh = S.data === undefined;
  const key = JSON.stringify([data.walk, data.curve]);
  if (!fresh && key !== S.key) stop(S);
  S.key = key;
  S.data = data;
  S.root = root;
  S.last = data.walk.w.length - 1;
  S.at = Math.min(S.at, S.last);
  part("svg").setAttribute("aria-label", data.alt);
  const scrub = part(".scrub");
  scrub.max = S.last;
  scrub.oninput = () => {
    const at = Number(scrub.value); // painting writes it anew
    stop(S);
    goTo(S, at);
  };
  part(".back").onclick = () => step(S, -1);
  part(".next").onclick = () => step(S, 1);
  part(".play").onclick = () => (S.playing ? stop(S) : play(S, S.last, PACE));
  const leave = atOpening(root, "descent", () => play(S, Math.min(DEMO_STEPS, S.last), DEMO_PACE, true), () => S.demo && stop(S));
  const size = new ResizeObserver(() => paint(S));
  size.observe(part("svg"));
  if (fresh && matchMedia("(prefers-reduced-motion: reduce)").matches) S.at = Math.min(1, S.last);
  paint(S);
  return () => {
    // What plays goes on if this is called again, with other data or another theme, and ends with its element.
    size.disconnect();
    leave();
  };
}

function stop(S) {
  S.playing = S.demo = false;
  cancelAnimationFrame(S.frame);
  S.at = Math.round(S.at);
  if (S.root) paint(S);
}

function goTo(S, at) {
  S.at = Math.max(0, Math.min(at, S.last));
  paint(S);
}

function step(S, by) {
  stop(S);
  goTo(S, Math.round(S.at) + by);
}

// Rest at each step for most of its time, so that its numbers can be read, then move.
function play(S, to, pace, demo = false) {
  if (Math.round(S.at) >= to) S.at = 0;
  [S.playing, S.demo] = [true, demo];
  const from = Math.round(S.at);
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches; // from step to step without a way between
  let began;
  const tick = (now) => {
    if (!S.playing || !S.root.isConnected) return;
    began ??= now;
    const done = (now - began) / pace;
    const whole = Math.floor(done);
    const move = calm ? 0 : Math.max(0, (done - whole - 0.6) / 0.4);
    S.at = Math.min(from + whole + move, to);
    if (S.at >= to) stop(S);
    else {
      paint(S);
      S.frame = requestAnimationFrame(tick);
    }
  };
  S.frame = requestAnimationFrame(tick);
  paint(S);
}

function paint(S) {
  const { data, root } = S;
  const svg = root.querySelector("svg");
  const [width, height] = [svg.clientWidth, svg.clientHeight];
  if (!width) return;
  const [left, right] = data.window;
  const [low, high] = data.heights;
  const x = (w) => EDGE.left + ((w - left) / (right - left)) * (width - EDGE.left - EDGE.right);
  const y = (loss) => height - EDGE.bottom - ((loss - low) / (high - low)) * (height - EDGE.top - EDGE.bottom);
  const [style, ink] = ["stroke", "var(--st-text-color)"];
  const parts = [];
  const add = (...made) => parts.push(node(...made));
  const ground = height - EDGE.bottom;

  add("line", { x1: EDGE.left, x2: width - EDGE.right, y1: ground, y2: ground, [style]: ink, "stroke-opacity": 0.6 });
  for (const [w, label] of data.ticks) {
    add("line", { x1: x(w), x2: x(w), y1: ground, y2: ground + 5, [style]: ink, "stroke-opacity": 0.6 });
    add("text", { x: x(w), y: ground + 18, "text-anchor": "middle" }, label);
  }
  add("text", { x: width - EDGE.right, y: height - 8, "text-anchor": "end" }, "weight w");
  for (const [loss, label] of data.levels) {
    add("line", { x1: EDGE.left, x2: width - EDGE.right, y1: y(loss), y2: y(loss), [style]: ink, "stroke-opacity": 0.12 });
    add("text", { x: EDGE.left - 6, y: y(loss) + 4, "text-anchor": "end" }, label);
  }
  add("text", { x: 6, y: 12 }, "loss");
  const inside = `M${data.curve.x.map((w, i) => `${x(w).toFixed(1)},${y(data.curve.y[i]).toFixed(1)}`).join("L")}`;
  add("path", { d: inside, fill: "none", [style]: PALETTE.blue, "stroke-width": 2.5 });
  for (const [w, loss] of data.lowest) add("text", { x: x(w), y: y(loss) + 17, "text-anchor": "middle", class: "halo" }, "★");

  const before = Math.floor(S.at);
  const after = Math.min(before + 1, S.last);
  const share = S.at - before;
  const mixed = (values) => values[before] + share * (values[after] - values[before]);
  const { w: ws, loss: losses, slope: slopes } = data.walk;
  const seen = (w, loss) => w >= left && w <= right && loss <= high;
  for (let i = 0; i <= before; i += 1) {
    if (!seen(ws[i], losses[i])) continue;
    add("circle", { cx: x(ws[i]), cy: y(losses[i]), r: 3, fill: PALETTE.vermilion, "fill-opacity": 0.55 });
    add("circle", { cx: x(ws[i]), cy: ground, r: 2.5, fill: PALETTE.vermilion, "fill-opacity": 0.55 });
  }
  const [w, loss] = [mixed(ws), mixed(losses)];
  const rests = share === 0;
  if (rests && seen(w, loss)) {
    const slope = slopes[before];
    const reach = 0.13 * (right - left) / Math.hypot(1, (slope * (right - left)) / (high - low) * 0.6);
    add("line", { x1: x(w - reach), x2: x(w + reach), y1: y(loss - slope * reach), y2: y(loss + slope * reach),
      [style]: PALETTE.orange, "stroke-width": 3 });
    add("line", { x1: x(w), x2: x(w), y1: y(loss), y2: ground, [style]: ink, "stroke-opacity": 0.5, "stroke-dasharray": "3 4" });
    if (after > before) arrow(add, x(w), x(Math.min(Math.max(ws[after], left), right)), ground);
  }
  if (seen(w, loss)) {
    add("circle", { cx: x(w), cy: y(loss), r: 8, fill: PALETTE.vermilion, [style]: "#fff", "stroke-width": 2 });
  } else {
    const side = w < left ? "start" : w > right ? "end" : "middle";
    const place = Math.min(Math.max(x(w), EDGE.left + 4), width - EDGE.right - 4);
    add("text", { x: place, y: 30, "text-anchor": side, class: "halo" }, data.outside);
  }
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.replaceChildren(...parts);

  const at = Math.round(rests ? S.at : before);
  if (S.told !== at || S.toldOf !== S.key) {
    root.querySelector(".told").textContent = data.told[at];
    [S.told, S.toldOf] = [at, S.key];
  }
  root.querySelector(".count").textContent = `step ${at} of ${S.last}`;
  root.querySelector(".scrub").value = at;
  root.querySelector(".play").textContent = S.playing ? "❚❚ Pause" : "▶ Play";
  root.querySelector(".told").setAttribute("aria-live", S.playing ? "off" : "polite");
  root.dataset.at = at;
  root.dataset.plays = S.demo ? "demo" : S.playing ? "reader" : "";
}

function arrow(add, from, to, ground) {
  if (Math.abs(to - from) < 2) return;
  const tip = to > from ? -1 : 1;
  const look = { stroke: PALETTE.green, "stroke-width": 4, fill: "none", "stroke-linecap": "round" };
  add("line", { ...look, x1: from, x2: to, y1: ground, y2: ground });
  if (Math.abs(to - from) > 10) add("path", { ...look, "stroke-width": 3, d: `M${to + 7 * tip},${ground - 6}L${to},${ground}L${to + 7 * tip},${ground + 6}` });
}
