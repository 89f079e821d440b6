// A tone whose pitch follows a loss. It is off until its reader turns it on, and falls silent at the end of the curve.

const BEAT_MS = 70; // a point of the curve
const PATIENCE_MS = 5000; // so long the tone waits for the next point of a curve that grows
const VOLUME = 0.07;

export default function ({ parentElement, data }) {
  const root = parentElement.querySelector(".tone");
  const S = (root.S ??= { root, sound: null });
  S.data = data;
  S.button = root.querySelector("button");
  S.button.disabled = !data.at.length && !S.sound;
  S.button.title = data.words.rule;
  S.button.onclick = () => (S.sound ? stop(S) : start(S));
  show(S);
}

function show(S) {
  S.button.setAttribute("aria-pressed", String(Boolean(S.sound)));
  S.button.textContent = S.sound ? S.data.words.stop : S.data.words.start;
}

function start(S) {
  const context = new AudioContext();
  const oscillator = context.createOscillator();
  const volume = context.createGain();
  volume.gain.value = VOLUME;
  oscillator.connect(volume).connect(context.destination);
  oscillator.onended = () => context.close();
  S.sound = { context, oscillator, volume, last: -Infinity, heard: performance.now() };
  S.sound.timer = setInterval(() => beat(S), BEAT_MS);
  beat(S);
  oscillator.start();
  show(S);
}

// The next point; what plays goes on if new points come meanwhile, and ends with its element.
function beat(S) {
  const { sound, data } = S;
  const next = data.at.findIndex((step) => step > sound.last);
  if (!S.root.isConnected || (next < 0 && !(data.live && performance.now() - sound.heard < PATIENCE_MS))) {
    stop(S);
    return;
  }
  if (next < 0) return;
  [sound.last, sound.heard] = [data.at[next], performance.now()];
  sound.oscillator.frequency.value = data.pitches[next];
  S.root.querySelector(".said").textContent = data.said[next];
}

function stop(S) {
  const { context, oscillator, volume, timer } = S.sound;
  clearInterval(timer);
  volume.gain.setTargetAtTime(0, context.currentTime, 0.02); // no click
  oscillator.stop(context.currentTime + 0.15);
  S.sound = null;
  show(S);
}
