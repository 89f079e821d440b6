// The player: it asks the server for stretches of a training, and shows them at any speed, back and forth.
//
// The server knows all moments and says which of them are still true (see netlab/playground/messages.py); what is shown
// between two epochs is the straight way from one to the other.

import { momentsIn, pointsIn, starts } from "netlab/playground/classify_net";
import { choosePoints, lacksPoints, lastOf, paint } from "netlab/playground/classify_show";
import { newerHere } from "netlab/playground/classify_own";
import { asksOfStep, stepUntold, takeStep } from "netlab/playground/classify_step";
import { besides, takeBesides, untold } from "netlab/playground/classify_warp";

const LEAST_AHEAD = 8; // moments
const RESERVE = 4; // seconds ahead, below which the player asks for more: so long may a busy server take
const STRETCH = 2; // seconds in one answer
const AT_ONCE = 2; // moments of a changed future, before the others
const CALM_MS = 500; // between two pictures, for who wants no motion
const PATIENCE_MS = 6000; // after which an unanswered question is asked again

// A reader's points go with every question until they come back, so that none replaces them on the way.
const mine = (S) => (S.mine ? { own: S.mine.points } : {});

export function ask(S, more = {}) {
  if (S.waits !== null && S.change?.game === S.game && more.cut === undefined) {
    S.waits = performance.now();
    return S.tell("ask", { ...S.change, ...mine(S) }); // a change that is not answered yet is asked for again: what is asked next would replace it
  }
  S.number = (Math.max(S.number + 1, Date.now() % 1e9) | 0) % 1e9;
  S.waits = performance.now();
  const question = { game: S.game, version: S.version, first: S.moments.length, want: wanted(S), asked: S.number, points: lacksPoints(S), still: !S.playing, look: S.at, point: S.playing ? null : S.point, ...(S.kept ? {} : { keep: false }), ...asksOfStep(S), ...besides(S), ...mine(S), ...more };
  S.pairAsked = String(S.pair);
  S.change = question.cut === undefined ? null : question;
  S.tell("ask", question);
}

const wanted = (S) => Math.ceil(Math.max(LEAST_AHEAD, STRETCH * S.speed));
const open = (S) => S.waits !== null && performance.now() - S.waits < PATIENCE_MS;

// Take a message: forget what is no longer true, add what is new.
export function take(S, data) {
  if (data.game !== S.game) {
    Object.assign(S, { game: data.game, version: data.version, moments: [], at: 0, part: 0, goal: null, goesTo: null, points: null, eras: {}, moved: newerHere(S, data) ? S.moved : null, chosen: null, chosenUnit: null, point: data.own && S.net?.own ? S.point : null, preview: null, cost: "", found: null, step: null, slow: { on: S.slow.on, beat: 0 }, sheets: {}, waits: null, wished: data.followed });
    pause(S);
  }
  let began = null; // other points begin with a moment of their own
  if (data.version !== S.version) {
    if (data.eras.includes(data.kept)) began = data.kept;
    S.moments.length = Math.min(S.moments.length, data.kept);
    for (const start of Object.keys(S.eras)) if (Number(start) >= Math.max(1, data.kept)) delete S.eras[start];
    S.version = data.version;
  }
  S.net = data;
  S.frozen = new Set(data.frozen);
  if (data.points) {
    S.eras[data.era] = pointsIn(data.points);
    if (!newerHere(S, data, S.eras[data.era])) S.moved = null;
  }
  const count = starts(data.sizes).reduce((_, { biases }, layer) => biases + data.sizes[layer + 1], 0);
  momentsIn(data.moments, count).forEach((moment, place) => {
    if (data.first + place <= S.moments.length) S.moments[data.first + place] = moment;
  });
  S.end = data.known <= S.moments.length ? data.end : "";
  if (data.asked === S.number) S.waits = null;
  if (data.findings) S.found = { at: data.looked, version: data.version, point: data.point, words: data.findings, dead: new Set(data.dead), broke: data.broke, advice: data.advice };
  takeStep(S, data);
  takeBesides(S, data);
  S.at = Math.max(0, Math.min(S.at, lastOf(S)));
  S.preview = null;
  if (began !== null && S.goal === null) S.at = Math.min(began, lastOf(S));
  choosePoints(S);
  if (S.goal !== null && S.goal(S.moments[lastOf(S)] ?? {})) {
    S.at = S.goesTo ?? S.moments.findIndex(S.goal);
    S.goesTo = null;
    S.part = 0;
    S.goal = null;
  }
  if (data.wish !== data.followed && S.wished !== data.wish) {
    S.wished = data.wish; // the controls were changed: from the moment on the screen on, that holds
    ask(S, { cut: S.at, first: S.at + 1, want: Math.ceil(Math.max(AT_ONCE, S.speed / 5)) });
  } else if (!open(S) && (lacksPoints(S) || !S.moments.length)) ask(S);
}

export function pause(S) {
  S.playing = false;
  S.part = 0;
}

function frame(S, now) {
  S.frame = null;
  if (!S.root.isConnected) return;
  const passed = Math.max(0, Math.min(0.1, (now - S.then) / 1000)); // a frame may be older than the press
  S.then = now;
  if (S.playing) {
    const place = Math.min(lastOf(S), S.at + S.part + passed * S.speed);
    if (place === lastOf(S) && !S.end) S.starved += 1; // there is nothing left to play: the server is late
    let stop = S.at + 1;
    S.at = Math.floor(place);
    while (stop <= S.at && !reached(S, S.moments[stop])) stop += 1;
    S.part = place - S.at;
    if (lastOf(S) - place < Math.max(LEAST_AHEAD, RESERVE * S.speed) && !S.end && !open(S)) ask(S);
    if (lacksPoints(S) && !open(S)) ask(S);
    if (stop <= S.at) {
      S.at = stop;
      pause(S);
    }
    if (S.end && S.at >= lastOf(S)) pause(S);
  }
  if (!S.calm || !S.playing || now - (S.painted ?? 0) > CALM_MS) {
    S.painted = now;
    S.pictures += 1;
    paint(S);
  }
  if (S.playing) go(S);
  else if (!open(S) && S.moments.length && (S.found?.at !== S.at || S.found.version !== S.version || S.found.point !== S.point || lacksPoints(S) || stepUntold(S) || untold(S))) ask(S, { want: LEAST_AHEAD });
}

// Whether a moment is where the reader wants playing to stop.
function reached(S, moment) {
  const [what, value] = S.until.split(" ");
  return (what === "epoch" && moment.epoch >= Number(value)) || (what === "loss" && moment.loss <= Number(value));
}

export function go(S) {
  S.frame ??= requestAnimationFrame((now) => frame(S, now));
}

export function shift(S, to) {
  pause(S);
  S.goal = null;
  S.at = Math.max(0, Math.min(lastOf(S), to));
  go(S);
}

// One batch: whatever was computed beyond the moment on the screen is computed again after it, to the same bits.
export function oneBatch(S) {
  pause(S);
  const step = S.moments[S.at].step;
  S.goal = (moment) => moment.step > step;
  ask(S, { cut: S.at, first: S.at + 1, batch: true });
}

export function oneEpoch(S) {
  pause(S);
  const { epoch } = S.moments[S.at];
  const found = S.moments.findIndex((moment, place) => place > S.at && moment.epoch > epoch);
  if (found >= 0) shift(S, found);
  else {
    S.goal = (moment) => moment.epoch > epoch;
    ask(S);
  }
}
