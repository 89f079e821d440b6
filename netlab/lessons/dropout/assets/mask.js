// Dropout's masks over 512 units, one after another, as Python drew them from a seed; no word to the server.
//
// On opening some masks follow each other by themselves, until the first touch; then as fast as the reader says.
//
// Bright: a unit that stays, brighter the more it says. Hollow with a cross: silenced.
// Called again at every change of data or theme: the timer and the running means hang on the element.

import { atOpening } from "netlab/app/example";

const ACROSS = 32;
const CELL = 40;
const EXAMPLE = { masks: 10, pace: 1000 }; // how many, and milliseconds for one

export default function ({ parentElement, data }) {
  const root = parentElement.querySelector(".mask");
  const canvas = root.querySelector("canvas");
  const pen = canvas.getContext("2d");
  const style = getComputedStyle(root);
  const colour = (name, other) => style.getPropertyValue(name).trim() || other;
  const [bright, quiet] = [colour("--st-primary-color", "#06c"), colour("--st-border-color", "#999")];
  const ink = colour("--st-text-color", "#333");
  const most = Math.max(...data.activations, 1e-6);
  const whole = data.activations.reduce((sum, value) => sum + value, 0) / data.activations.length;
  const say = (place, text) => root.querySelectorAll(place).forEach((node) => (node.textContent = text));

  const units = data.activations.length;
  const packed = Uint8Array.from(atob(data.masks), (letter) => letter.charCodeAt(0));
  const count = Math.floor((packed.length * 8) / units);
  const stays = (mask, unit) => {
    const bit = mask * units + unit;
    return ((packed[bit >> 3] >> (7 - (bit & 7))) & 1) === 1;
  };
  const about = JSON.stringify([data.masks, data.activations]);
  if (root.about !== about) {
    root.about = about;
    root.masks = 0;
    root.kept = null;
  }
  root.querySelector("table").hidden = !data.means.length;

  function paint() {
    pen.clearRect(0, 0, canvas.width, canvas.height);
    data.activations.forEach((value, unit) => {
      const [x, y] = [(unit % ACROSS) * CELL, Math.floor(unit / ACROSS) * CELL];
      pen.globalAlpha = 1;
      pen.strokeStyle = quiet;
      pen.lineWidth = 2;
      pen.strokeRect(x + 4, y + 4, CELL - 8, CELL - 8);
      if (root.kept[unit]) {
        pen.globalAlpha = 0.15 + (0.85 * value) / most;
        pen.fillStyle = bright;
        pen.fillRect(x + 4, y + 4, CELL - 8, CELL - 8);
      } else {
        pen.globalAlpha = 0.6;
        pen.strokeStyle = ink;
        pen.beginPath();
        pen.moveTo(x + 10, y + 10);
        pen.lineTo(x + CELL - 10, y + CELL - 10);
        pen.moveTo(x + CELL - 10, y + 10);
        pen.lineTo(x + 10, y + CELL - 10);
        pen.stroke();
      }
    });
  }

  function report() {
    const stay = root.kept.filter(Boolean).length;
    const scale = 1 / (1 - data.rate);
    const seen = data.means.slice(0, root.masks);
    const [now, mean] = [seen.at(-1) ?? 0, seen.reduce((sum, value) => sum + value, 0) / Math.max(seen.length, 1)];
    say(".count", `Mask ${root.masks}: ${stay} of ${data.activations.length} stay`);
    say(".now", now.toFixed(4));
    say(".now-scaled", (now * scale).toFixed(4));
    say(".many", `mean of ${root.masks} mask${root.masks === 1 ? "" : "s"}`);
    say(".mean", mean.toFixed(4));
    say(".mean-scaled", (mean * scale).toFixed(4));
    say(".all", whole.toFixed(4));
    canvas.setAttribute("aria-label", `${stay} of ${data.activations.length} units stay, the others are silenced.`);
  }

  function next() {
    root.masks = (root.masks % count) + 1; // behind the last comes the first again
    root.kept = data.activations.map((_, unit) => stays(root.masks - 1, unit));
    paint();
    report();
  }

  if (root.kept) {
    paint();
    report();
  } else next();
  root.querySelector(".next").onclick = next;
  root.again = next; // what plays outlives a change of the data
  clearInterval(root.timer);
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  if (data.speed > 0 && !still) root.timer = setInterval(next, 1000 / data.speed);
  const stop = () => clearInterval(root.example);
  const play = () => {
    let left = EXAMPLE.masks;
    root.example = setInterval(() => {
      root.again();
      left -= 1;
      if (!left) stop();
    }, EXAMPLE.pace);
  };
  const leave = atOpening(root, "dropout", play, stop);
  return () => {
    leave();
    stop();
    clearInterval(root.timer);
  };
}
