// The player's buttons and its beginning.
//
// Streamlit calls the default function at every message and keeps only the last clean-up: what must last hangs on the
// root element, and handlers are properties.

import { atOpening } from "netlab/app/example";
import { lastOf } from "netlab/playground/classify_show";
import { ask, go, oneBatch, oneEpoch, pause, shift, take } from "netlab/playground/classify_play";
import { heard, keepBeat, listenToSlow, playSlowly } from "netlab/playground/classify_slow";
import { listenToChoice, listenToPlane } from "netlab/playground/classify_touch";
import { listenToWarp } from "netlab/playground/classify_hold";
import { listenToSave, showSaveable } from "netlab/playground/classify_save";

function listen(S) {
  const on = (name, act) => (S.root.querySelector(`.${name}`).onclick = () => S.moments.length && act());
  on("to-start", () => shift(S, 0));
  on("back", () => shift(S, S.part ? S.at : S.at - 1));
  on("batch", () => oneBatch(S));
  on("epoch", () => oneEpoch(S));
  on("play", () => {
    if (S.slow.on) return playSlowly(S);
    if (S.playing) pause(S);
    else {
      S.playing = true;
      S.then = performance.now();
    }
    go(S);
  });
  on("next", () => S.tell("next", S.game));
  on("keep", () => {
    S.kept = S.kept ? null : { net: S.net, moments: S.moments.slice(), points: S.points };
    S.keptSheets = {};
    S.root.querySelector(".keep").textContent = S.kept ? "Let A go" : "Keep as A";
    const keep = Boolean(S.kept);
    if (keep) shift(S, 0);
    ask(S, { keep });
  });
  listenToChoice(S);
  listenToPlane(S);
  listenToSlow(S);
  listenToWarp(S);
  listenToSave(S);
  S.mend = ({ back, rate }) => {
    shift(S, back);
    S.tell("mend", { back, rate });
  };
  S.slider.oninput = () => shift(S, Number(S.slider.value));
  S.root.querySelector(".speed").onchange = (event) => (S.speed = Number(event.target.value));
  S.root.querySelector(".until").onchange = (event) => (S.until = event.target.value);
  S.root.querySelector(".hard").onchange = (event) => {
    S.hard = event.target.checked;
    go(S);
  };
  S.curves.onclick = (event) => {
    const across = event.clientX - S.curves.getBoundingClientRect().left - S.curveSpan.left;
    shift(S, Math.round((across / S.curveSpan.wide) * lastOf(S)));
  };
}

export function begin(root) {
  const find = (name) => root.querySelector(`.${name}`);
  const S = {
    root, palette: PALETTE, network: find("network"), plane: find("plane"), curves: find("curves"), warped: find("warped"), slider: find("moment"), says: find("says"), when: find("when"),
    playButton: find("play"), keyLine: find("key"), game: null, version: 0, moments: [], at: 0, part: 0, speed: 10, hard: false, playing: false, starved: 0, until: "", number: 0,
    waits: null, goal: null, goesTo: null, points: null, eras: {}, moved: null, frozen: new Set(), sheets: {}, rooms: { grid: {}, fine: {}, points: {}, lines: {}, rest: {}, kept: {}, keptPoints: {} }, kept: null, keptSheets: {}, planeA: find("plane-a"), frame: null, then: 0, chosen: null, chosenUnit: null, point: null, preview: null, cursor: null, dragged: null, cost: "", found: null, step: null, slow: { on: false, beat: 0 }, wishing: false, pictures: 0,
  };
  S.calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  find("legend").textContent = [
    "A batch is a few of the points, after which every number moves a little; an epoch is as many batches as it takes to use every point once. The loss says how wrong the answers are on the whole: 0 would be perfect.",
    "Each tile is one unit's answer over the whole plane, with the lowest and the highest below it: blue above zero, orange below, paper at zero. Lines are weights: full above zero, dashed below, dotted at zero; the widest line between two layers is the largest weight there, and half as large a weight has about half the width. The small square at a tile's foot is its bias: full above zero, hollow and dashed below, larger for more.",
    "“Keep as A” keeps this training beside the next: change one thing and play, and that is B.",
  ].join(" ");
  S.watch = new ResizeObserver(() => go(S));
  listen(S);
  return S;
}

const EXAMPLE = 24; // epochs

// The worked example: the first epochs of this training, and back to the start.
function example(S) {
  const wait = () => {
    if (!S.example || !S.root.isConnected) return;
    if (!S.moments.length) requestAnimationFrame(wait);
    else {
      S.says.setAttribute("aria-live", "off");
      S.until = `epoch ${EXAMPLE}`;
      S.playing = true;
      S.then = performance.now();
      go(S);
      requestAnimationFrame(end);
    }
  };
  const end = () => {
    if (!S.example || !S.root.isConnected) return;
    if (S.playing) requestAnimationFrame(end);
    else setTimeout(() => endExample(S), 1500);
  };
  S.example = true;
  wait();
}

function endExample(S) {
  if (!S.example) return;
  S.example = false;
  S.until = S.root.querySelector(".until").value;
  S.says.removeAttribute("aria-live");
  if (S.moments.length) shift(S, 0);
}

export default function ({ parentElement, data, setTriggerValue }) {
  const root = parentElement.querySelector(".classify");
  const S = (root.memory ??= begin(root));
  S.tell = setTriggerValue;
  take(S, data);
  showSaveable(S);
  heard(S);
  keepBeat(S);
  S.watch.observe(root);
  const leave = atOpening(root, "classify", () => example(S), () => endExample(S));
  go(S);
  return () => {
    leave();
    S.example = false;
    S.watch.disconnect();
  };
}
