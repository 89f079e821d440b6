// A worked example: a figure that shows some moments by itself, once in a tab, when it first comes into sight, and stops
// at the first touch of a control or of itself. Who wants no motion has a button for it instead.

import { tab } from "netlab/app/kept";

const PACE = 2600; // milliseconds for a moment: its sentence is to be read
const TOUCHES = ["pointerdown", "keydown", "wheel", "click", "input"];
const CONTROLS = "button, input, select, textarea, summary, label, canvas, [role=slider], [role=application]";

// Call `play` when a figure first comes into sight, unless its reader has touched something before or wants no motion,
// and `stop` at a touch. A link that sets controls is there to be looked at: nothing plays over it.
export function atOpening(figure, name, play, stop) {
  const seen = `netlab-seen-${name}`;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const sight = new IntersectionObserver(
    (found) => {
      if (!found.at(-1).isIntersecting) return;
      const first = !tab.get(seen);
      over();
      if (first) play();
    },
    { threshold: 0.3 },
  );
  const over = () => {
    tab.set(seen, "1");
    sight.disconnect();
  };
  const touch = (event) => {
    const way = event.composedPath();
    if (way.includes(figure.worked?.button)) return;
    if (event.type !== "keydown" && !way.some((node) => node === figure || node.matches?.(CONTROLS))) return;
    over();
    stop();
  };
  figure.leaveOpening?.(); // it is called again at every change of the figure
  for (const kind of TOUCHES) document.addEventListener(kind, touch, { capture: true, passive: true });
  if (!calm && !tab.get(seen) && !location.search) sight.observe(figure);
  figure.leaveOpening = () => {
    sight.disconnect();
    for (const kind of TOUCHES) document.removeEventListener(kind, touch, { capture: true });
  };
  return figure.leaveOpening;
}

// Give a figure a worked example: a button and a line for its sentences below it. `address` is that of a module with its
// moments; `show` draws one, `rest` what the figure is when nothing plays. To be called at every change of the figure.
export function worked(figure, { name, address, show, rest }) {
  const it = (figure.worked ??= bar(figure));
  Object.assign(it, { address, show, rest });
  return atOpening(figure, name, () => play(it, figure), () => stop(it));
}

function bar(figure) {
  const [line, button, says] = ["p", "button", "span"].map((kind) => document.createElement(kind));
  const it = { line, button, says, now: null };
  line.className = "worked";
  line.style.cssText = "display:flex;gap:.6rem;align-items:baseline;margin:.2rem 0;min-height:2.8em;font-size:.875rem";
  button.type = "button";
  button.style.cssText = "flex:none;font:inherit;color:inherit;background:none;border:1px solid var(--st-border-color,#888);border-radius:.5rem;padding:.1rem .6rem;cursor:pointer";
  says.setAttribute("aria-live", "off");
  line.append(button, says);
  figure.after(line);
  button.onclick = () => (it.now === null ? play(it, figure) : stop(it));
  tell(it, "");
  return it;
}

function tell(it, text) {
  it.button.textContent = it.now === null ? "▶ Play the example" : "■ Stop";
  it.says.textContent = text;
  it.line.dataset.plays = it.now === null ? "" : String(it.now);
}

async function play(it, figure) {
  it.now = 0;
  tell(it, "");
  const moments = (await import(new URL(`scripts/${it.address}`, document.baseURI).href)).default;
  const next = () => {
    if (it.now === null) return;
    if (!figure.isConnected) it.now = null;
    else if (it.now === moments.length) stop(it, "That was the example. The figure shows your own settings again.");
    else {
      const moment = moments[it.now];
      it.show(moment);
      tell(it, `Example ${it.now + 1} of ${moments.length}: ${moment.says}`);
      it.now += 1;
      it.timer = setTimeout(next, moment.pace ?? PACE);
    }
  };
  next();
}

function stop(it, text = "") {
  if (it.now === null) return;
  clearTimeout(it.timer);
  it.now = null;
  it.rest();
  tell(it, text);
}
