// Slow motion: each press shows one of the five parts of a step; the fifth is the step itself.

import { ask, go, oneBatch, pause } from "netlab/playground/classify_play";

const BEAT_MS = 3000;

// Look at a part only while the moment that it belongs to is on the screen.
export function keepBeat(S) {
  const { slow } = S;
  if (!slow.on || !slow.beat) return;
  if (slow.taking && S.goal === null) Object.assign(slow, { beat: 0, kept: null, taking: false }); // the reader went elsewhere meanwhile
  if (!slow.beat) return;
  const { at, version, number } = slow.kept;
  const here = slow.taking ? true : slow.beat < 5 ? S.at === at && S.version === version : S.moments[S.at]?.step === number;
  if (!here) Object.assign(slow, { beat: 0, kept: null });
}

// After every message: the answer that a part waited for may have come.
export function heard(S) {
  const { slow } = S;
  if (!slow.on) return;
  if (slow.taking && S.goal === null && S.moments[S.at]?.step === slow.kept?.number) Object.assign(slow, { beat: 5, taking: false });
  if (slow.waits && S.step?.none && S.step.at === S.at && S.step.version === S.version) Object.assign(slow, { waits: false, playing: false });
  if (slow.waits && S.step?.five && S.step.at === S.at && S.step.version === S.version) Object.assign(slow, { beat: 1, kept: S.step, waits: false });
}

export function nextBeat(S) {
  const { slow } = S;
  if (slow.taking || slow.waits) return;
  if (slow.beat > 0 && slow.beat < 4) slow.beat += 1;
  else if (slow.beat === 4) {
    slow.taking = true;
    oneBatch(S);
  } else {
    slow.waits = true;
    if (S.step?.five && S.step.at === S.at && S.step.version === S.version) heard(S);
    else ask(S);
  }
  go(S);
}

function beats(S) {
  clearTimeout(S.slow.timer);
  if (!S.slow.playing || !S.root.isConnected) return;
  if (S.end && S.at >= S.moments.length - 1) S.slow.playing = false;
  else nextBeat(S);
  S.slow.timer = setTimeout(() => beats(S), BEAT_MS);
  go(S);
}

// What Play does while slow motion is on: a part every few seconds.
export function playSlowly(S) {
  S.slow.playing = !S.slow.playing;
  beats(S);
  go(S);
}

export function listenToSlow(S) {
  const find = (name) => S.root.querySelector(`.${name}`);
  find("slowly").onchange = (event) => {
    pause(S);
    Object.assign(S.slow, { on: event.target.checked, beat: 0, kept: null, waits: false, taking: false, playing: false });
    go(S);
  };
  find("beat").onclick = () => {
    S.slow.playing = false;
    nextBeat(S);
  };
  find("wishing").onchange = (event) => {
    S.wishing = event.target.checked;
    pause(S);
    go(S);
  };
}
