// One picture at every kept moment of a run: a slider, the ten answers, and all answers at a glance.
//
// All moments come at once, so that a notch costs no question to the server. The other pictures of the page hear of the
// moment by an event of the window; the server hears of it when the slider comes to rest.

const PLAY_MS = 550;
const CALM_MS = 1100; // for who wants no motion

function painted(canvas, letters) {
  const bytes = Uint8Array.from(atob(letters), (letter) => letter.charCodeAt(0));
  const pen = canvas.getContext("2d");
  const image = pen.createImageData(28, 28);
  bytes.forEach((value, place) => image.data.set([value, value, value, 255], 4 * place));
  pen.putImageData(image, 0, 0);
}

function share(value) {
  if (value >= 0.9995) return ">99.9 %"; // a softmax is never quite sure
  if (value < 0.0005) return "<0.1 %";
  return `${(100 * value).toFixed(1)} %`;
}

function rows(S) {
  if (S.names === S.data.classes.join()) return;
  S.names = S.data.classes.join();
  S.answers.replaceChildren(
    ...S.data.classes.map((name) => {
      const row = document.createElement("div");
      row.className = "answer";
      const [label, bar, told] = [document.createElement("span"), document.createElement("i"), document.createElement("span")];
      label.textContent = name;
      const track = document.createElement("div");
      track.append(bar);
      row.append(label, track, told);
      return row;
    }),
  );
}

// The ten answers at all moments: a row each, a column a moment, the shown one framed.
function strip(S) {
  const { answers, label } = S.data;
  const canvas = S.strip;
  const ratio = Math.min(2, window.devicePixelRatio || 1);
  const [wide, high] = [canvas.clientWidth, canvas.clientHeight];
  if (!wide) return;
  [canvas.width, canvas.height] = [Math.round(wide * ratio), Math.round(high * ratio)];
  const pen = canvas.getContext("2d");
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  const style = getComputedStyle(S.root);
  const left = 16;
  const [cell, row] = [(wide - left - 2) / answers.length, high / 10];
  pen.font = `11px ${style.fontFamily}`;
  pen.textBaseline = "middle";
  for (let k = 0; k < 10; k += 1) {
    pen.fillStyle = style.color;
    pen.globalAlpha = k === label ? 1 : 0.65;
    pen.fillText(S.data.classes[k].slice(0, 2), 0, row * (k + 0.5));
    answers.forEach((at, place) => {
      pen.globalAlpha = 0.04 + 0.96 * at[k];
      pen.fillStyle = k === label ? PALETTE.blue : PALETTE.vermilion;
      pen.fillRect(left + place * cell + 0.5, row * k + 0.5, Math.max(1, cell - 1), row - 1);
    });
  }
  pen.globalAlpha = 1;
  pen.strokeStyle = style.color;
  pen.lineWidth = 2;
  pen.strokeRect(left + S.at * cell + 0.5, 1, Math.max(2, cell - 1), high - 2);
}

function show(S) {
  const now = S.data.answers[S.at];
  const first = now.indexOf(Math.max(...now));
  [...S.answers.children].forEach((row, k) => {
    row.classList.toggle("first", k === first);
    row.classList.toggle("right", k === S.data.label);
    row.querySelector("i").style.width = `${100 * now[k]}%`;
    row.lastChild.textContent = share(now[k]);
  });
  const words = `${S.data.words[S.at]}: ${S.data.classes[first]} (${share(now[first])})`;
  S.answers.setAttribute("aria-label", `The ten answers ${words}`);
  S.strip.setAttribute("aria-label", `The ten answers at each of ${S.data.answers.length} kept moments, with this one framed: ${words}.`);
  S.output.textContent = words;
  S.slider.value = S.at;
  S.slider.setAttribute("aria-valuetext", words);
  strip(S);
  window.dispatchEvent(new CustomEvent("netlab-moment", { detail: { run: S.data.run, at: S.at } }));
}

function go(S, at, rest = true) {
  S.at = Math.max(0, Math.min(S.data.answers.length - 1, at));
  show(S);
  clearTimeout(S.told);
  if (rest) S.told = setTimeout(() => S.tell("at", { run: S.data.run, place: S.at }), 250);
}

function stop(S) {
  clearInterval(S.playing);
  S.playing = undefined;
  S.play.textContent = "▶ Play";
}

function play(S) {
  if (S.playing) {
    stop(S);
    go(S, S.at);
    return;
  }
  if (S.at === S.data.answers.length - 1) go(S, 0, false);
  S.play.textContent = "❚❚ Pause";
  S.playing = setInterval(() => {
    if (S.at < S.data.answers.length - 1) go(S, S.at + 1, false);
    else {
      stop(S);
      go(S, S.at);
    }
  }, matchMedia("(prefers-reduced-motion: reduce)").matches ? CALM_MS : PLAY_MS);
}

function begin(root) {
  const S = {
    root,
    play: root.querySelector(".play"),
    slider: root.querySelector("input"),
    output: root.querySelector("output"),
    answers: root.querySelector(".answers"),
    strip: root.querySelector(".strip"),
    digit: root.querySelector(".digit canvas"),
    caption: root.querySelector("figcaption"),
  };
  S.play.onclick = () => play(S);
  S.slider.oninput = () => {
    if (S.playing) stop(S);
    go(S, Number(S.slider.value));
  };
  S.strip.onclick = (event) => go(S, Math.floor(((event.offsetX - 16) / (S.strip.clientWidth - 18)) * S.data.answers.length));
  new ResizeObserver(() => S.data && strip(S)).observe(S.strip);
  return S;
}

export default function ({ parentElement, data, setStateValue }) {
  const root = parentElement.querySelector(".moments");
  const S = (root.state ??= begin(root));
  const other = S.data?.run !== data.run;
  const last = !other && S.at === S.data.answers.length - 1;
  const sent = S.data && data.sent[0] !== S.data.sent[0]; // a link on the page has asked for a moment
  S.data = data;
  S.tell = setStateValue;
  if (sent) stop(S);
  if (sent) S.at = data.sent[1];
  else if (other) S.at = data.at;
  else if (last && data.follow) S.at = data.answers.length - 1;
  S.at = Math.min(S.at, data.answers.length - 1);
  S.slider.max = data.answers.length - 1;
  rows(S);
  painted(S.digit, data.picture);
  S.caption.textContent = data.caption;
  S.digit.setAttribute("aria-label", data.caption);
  if (sent) go(S, S.at);
  else show(S);
  return () => stop(S);
}
