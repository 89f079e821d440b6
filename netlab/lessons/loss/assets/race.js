// Two units race from the same wrong answer to the right one: a curve each, drawn as far as the steps taken.
//
// All steps come at once, as float32; nothing is asked of the server while they play. The picture is as wide as the
// steps need that are taken, so that the first ones can be seen.

import { node } from "netlab/app/svg";

const EDGE = { left: 46, right: 96, top: 14, bottom: 36 };
const NARROWEST = 60; // steps across, at the least
const [SLOWLY, AGAIN_AS_FAST] = [15, 2]; // steps a second at first; seconds until that begins to grow

export default function ({ parentElement, data }) {
  const root = parentElement.querySelector(".race");
  const S = (root.S ??= { at: 0, playing: false });
  const part = (name) => root.querySelector(name);
  S.root = root;
  if (S.packed !== JSON.stringify(data.units)) {
    stop(S);
    S.packed = JSON.stringify(data.units);
    S.at = 0;
  }
  S.data = data;
  S.units = data.units.map((unit) => ({ ...unit, p: floats(unit.packed) }));
  S.last = S.units[0].p.length - 1;
  part("svg").setAttribute("aria-label", data.alt);
  part(".scrub").max = S.last;
  part(".scrub").oninput = () => {
    const at = Number(part(".scrub").value);
    stop(S);
    S.at = at;
    paint(S);
  };
  part(".play").onclick = () => (S.playing ? stop(S) : play(S));
  const size = new ResizeObserver(() => paint(S));
  size.observe(part("svg"));
  paint(S);
  return () => size.disconnect();
}

const floats = (packed) => new Float32Array(Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0)).buffer);

function stop(S) {
  S.playing = false;
  cancelAnimationFrame(S.frame);
  if (S.data) paint(S);
}

// Steps after so many seconds: slowly at first, then faster and faster.
const stepsAfter = (seconds) =>
  seconds < AGAIN_AS_FAST ? SLOWLY * seconds : SLOWLY * AGAIN_AS_FAST * Math.exp((seconds - AGAIN_AS_FAST) / AGAIN_AS_FAST);
const secondsFor = (steps) =>
  steps < SLOWLY * AGAIN_AS_FAST ? steps / SLOWLY : AGAIN_AS_FAST * (1 + Math.log(steps / (SLOWLY * AGAIN_AS_FAST)));

function play(S) {
  if (S.at >= S.last) S.at = 0;
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
    S.at = S.last;
    paint(S);
    return;
  }
  S.playing = true;
  const from = secondsFor(S.at);
  let began;
  const tick = (now) => {
    if (!S.playing || !S.root.isConnected) return;
    began ??= now;
    S.at = Math.min(Math.floor(stepsAfter(from + (now - began) / 1000)), S.last);
    if (S.at >= S.last) stop(S);
    else {
      paint(S);
      S.frame = requestAnimationFrame(tick);
    }
  };
  S.frame = requestAnimationFrame(tick);
  paint(S);
}

const share = (p) => {
  const per = 100 * p;
  if (p < 1 && per >= 99.95) return "over 99.9 %";
  return `${per.toFixed(1)} %`;
};

function paint(S) {
  const { root, data } = S;
  const svg = root.querySelector("svg");
  const [width, height] = [svg.clientWidth, svg.clientHeight];
  if (!width) return;
  const across = Math.min(Math.max(NARROWEST, 1.1 * S.at), S.last);
  const x = (step) => EDGE.left + (step / across) * (width - EDGE.left - EDGE.right);
  const y = (p) => height - EDGE.bottom - p * (height - EDGE.top - EDGE.bottom);
  const ink = "var(--st-text-color)";
  const parts = [];
  const add = (...made) => parts.push(node(...made));
  for (const [p, label] of [[0, "0"], [0.5, "½"], [1, "1"]]) {
    add("line", { x1: EDGE.left, x2: width - EDGE.right, y1: y(p), y2: y(p), stroke: ink, "stroke-opacity": p === 0.5 ? 0.5 : 0.2, "stroke-dasharray": p === 0.5 ? "2 4" : "none" });
    add("text", { x: EDGE.left - 6, y: y(p) + 4, "text-anchor": "end" }, label);
  }
  add("text", { x: EDGE.left + 0.4 * (width - EDGE.left - EDGE.right), y: y(1) + 16, "text-anchor": "middle", class: "halo" }, data.across[1]);
  for (const step of ticks(across)) {
    add("line", { x1: x(step), x2: x(step), y1: y(0), y2: y(0) + 5, stroke: ink, "stroke-opacity": 0.6 });
    add("text", { x: x(step), y: y(0) + 17, "text-anchor": "middle" }, step.toLocaleString("en"));
  }
  add("text", { x: width - EDGE.right, y: height - 4, "text-anchor": "end" }, data.across[0]);
  const names = S.units.map((unit) => y(unit.p[S.at]));
  const close = Math.abs(names[0] - names[1]) < 16;
  const lift = Math.max(0, Math.max(...names) + (close ? 12 : 4) - (y(0) - 4)); // off the numbers below the axis
  S.units.forEach((unit, place) => {
    const stride = Math.max(1, Math.floor(S.at / 400));
    const at = [...Array(Math.floor(S.at / stride) + 1).keys()].map((n) => n * stride);
    if (at.at(-1) !== S.at) at.push(S.at);
    const colour = PALETTE[unit.colour];
    const way = at.map((step) => `${x(step).toFixed(1)},${y(unit.p[step]).toFixed(1)}`).join("L");
    add("path", { d: `M${way}`, fill: "none", stroke: colour, "stroke-width": 2.5, "stroke-dasharray": unit.dash ? "7 4" : "none" });
    if (unit.right !== null && unit.right <= S.at) {
      add("circle", { cx: x(unit.right), cy: y(unit.p[unit.right]), r: 4, fill: "none", stroke: colour, "stroke-width": 2 });
    }
    const apart = close ? (place === (names[0] <= names[1] ? 0 : 1) ? -8 : 8) : 0;
    if (unit.dash) add("rect", { x: x(S.at) - 6, y: y(unit.p[S.at]) - 6, width: 12, height: 12, fill: colour, stroke: "#fff", "stroke-width": 2 });
    else add("circle", { cx: x(S.at), cy: y(unit.p[S.at]), r: 7, fill: colour, stroke: "#fff", "stroke-width": 2 });
    add("text", { x: x(S.at) + 11, y: names[place] + 4 + apart - lift, class: "halo" }, unit.name);
  });
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.replaceChildren(...parts);
  root.querySelector(".count").textContent = `step ${S.at.toLocaleString("en")} of ${S.last.toLocaleString("en")}`;
  root.querySelector(".scrub").value = S.at;
  root.querySelector(".play").textContent = S.playing ? "❚❚ Pause" : "▶ Play";
  const told = root.querySelector(".told");
  told.setAttribute("aria-live", S.playing ? "off" : "polite");
  const words = S.at === S.last ? data.outcome : S.units.map((unit) => `${unit.title}: p = ${share(unit.p[S.at])}.`).join(" ");
  if (told.textContent !== words) told.textContent = words;
  root.dataset.at = S.at;
}

// Round numbers from 0 on, at most seven.
function ticks(across) {
  const rough = across / 6;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((part) => part * power).find((one) => one >= rough);
  return [...Array(Math.floor(across / step) + 1).keys()].map((n) => n * step);
}
