// A network at work: a digit runs through a sample of its units, and moves on to each newer look while it trains.
//
// The links are painted once a look, what moves at most 30 times a second, and nothing while nobody can see it. A look
// is packed as netlab/training/look.py says. Streamlit calls the default function at every change of data or theme and
// keeps only the last clean-up: what must last hangs on the root element, and handlers are properties.

const SIDE = 28;
const FRAME_MS = 32;
const LONGEST_MS = 700;
const PULSES = 24; // of each layer, the connections that carry most

const signed = (value, figures = 2) => `${value < 0 ? "−" : value > 0 ? "+" : ""}${size(value, figures)}`;
const plain = (value, figures = 3) => `${value < 0 ? "−" : ""}${size(value, figures)}`;

function size(value, figures) {
  const text = Number(Math.abs(value).toPrecision(figures));
  return text !== 0 && (text < 1e-4 || text >= 1e6) ? text.toExponential(figures - 1).replace("e", "·10^").replace("^+", "^").replace("-", "−") : String(text);
}

function share(value) {
  if (value >= 0.995) return ">99 %"; // a softmax is never quite sure
  if (value < 0.005 && value > 0) return "<1 %";
  return `${Math.round(100 * value)} %`;
}

// --- a look -----------------------------------------------------------------------------------------------------------

function unpacked(data) {
  const bytes = Uint8Array.from(atob(data.packed), (letter) => letter.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  const take = (count, width, read) => {
    const values = Float32Array.from({ length: count }, (_, place) => read(at + place * width));
    at += count * width;
    return values;
  };
  const floats = (count) => take(count, 4, (place) => view.getFloat32(place, true));
  const steps = (count) => {
    const [scale] = floats(1);
    return take(count, 1, (place) => (view.getInt8(place) * scale) / 127);
  };
  const look = { pixels: bytes.subarray(0, SIDE * SIDE), columns: [] };
  at = SIDE * SIDE;
  look.tiles = steps(data.columns[0].units.length * data.tile ** 2);
  data.columns.forEach((column, place) => {
    const count = column.units.length;
    const one = { answers: floats(count), biases: floats(count) };
    if (column.side) one.maps = steps(count * column.side ** 2);
    if (place) one.links = steps(data.columns[place - 1].units.length * count);
    look.columns.push(one);
  });
  return look;
}

const largest = (values) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
const ease = (x) => (x <= 0 ? 0 : x >= 1 ? 1 : x * x * (3 - 2 * x));
const mixed = (from, to, part) => (from === to || part >= 1 ? to : part <= 0 ? from : from.map((value, place) => value + part * (to[place] - value)));

// What is on the screen between two looks; each column begins a little after the one before it.
function between(S, part) {
  if (part >= 1 || !S.from) return S.to;
  const wave = (place) => ease(part * 1.6 - (0.6 * place) / S.to.columns.length);
  return {
    pixels: S.to.pixels,
    tiles: mixed(S.from.tiles, S.to.tiles, ease(part)),
    columns: S.to.columns.map((column, place) => ({
      ...column,
      answers: mixed(S.from.columns[place].answers, column.answers, wave(place + 1)),
      maps: column.maps && mixed(S.from.columns[place].maps, column.maps, wave(place + 1)),
    })),
  };
}

// --- colours ----------------------------------------------------------------------------------------------------------

function rgb(colour) {
  const probe = document.createElement("canvas").getContext("2d");
  probe.fillStyle = colour;
  return [1, 3, 5].map((place) => parseInt(probe.fillStyle.slice(place, place + 2), 16));
}

// 255 colours from wholly negative over the page's own to wholly positive, and the same for a canvas's pixels.
function colours(S) {
  const style = getComputedStyle(S.root);
  const read = (name) => rgb(style.getPropertyValue(name).trim() || "#888888");
  const [paper, ink] = [read("--st-background-color"), read("--st-text-color")];
  S.root.classList.toggle("dark", paper[0] + paper[1] + paper[2] < 380);
  const dark = S.root.classList.contains("dark");
  const ends = dark ? [rgb(PALETTE.orange), rgb(PALETTE.sky)] : [rgb(PALETTE.vermilion), rgb(PALETTE.blue)];
  S.table = new Uint32Array(255);
  S.css = [];
  for (let place = -127; place <= 127; place += 1) {
    const part = (Math.abs(place) / 127) ** 0.8;
    const [r, g, b] = ends[place < 0 ? 0 : 1].map((end, k) => Math.round(paper[k] + part * (end - paper[k])));
    S.table[place + 127] = (255 << 24) | (b << 16) | (g << 8) | r;
    S.css.push(`rgb(${r},${g},${b})`);
  }
  S.ink = `rgb(${ink})`;
  S.faint = `rgb(${ink.map((part, k) => Math.round(paper[k] + 0.35 * (part - paper[k])))})`;
  S.plus = S.css[254];
  S.minus = S.css[0];
}

const tone = (S, part) => S.css[127 + Math.round(127 * Math.max(-1, Math.min(1, part)))];

// A picture of signed numbers on a canvas of its own, which is then drawn at any size.
function picture(S, canvas, values, from, side, limit) {
  if (canvas.width !== side || canvas.height !== side) [canvas.width, canvas.height] = [side, side];
  const pen = canvas.getContext("2d");
  const image = pen.createImageData(side, side);
  const words = new Uint32Array(image.data.buffer);
  const times = 127 / limit;
  for (let place = 0; place < words.length; place += 1) {
    const value = Math.round(values[from + place] * times);
    words[place] = S.table[127 + Math.max(-127, Math.min(127, value))];
  }
  pen.putImageData(image, 0, 0);
  return canvas;
}

// --- places -----------------------------------------------------------------------------------------------------------

function arrange(S) {
  const { columns } = S.data;
  const [wide, high] = [S.stage.clientWidth, S.stage.clientHeight];
  const narrow = wide < 560;
  const digit = Math.min(narrow ? 58 : 104, high - 20);
  const most = Math.max(...columns.map((column) => column.units.length));
  const row = high / most;
  const tile = Math.max(6, Math.min(row - 3, narrow ? 20 : 28));
  const outputs = narrow ? 64 : 128;
  const left = digit + (narrow ? 12 : 56) + tile;
  const right = wide - outputs;
  const gap = columns.length > 1 ? (right - left - 16) / (columns.length - 1) : 0;
  const radius = Math.max(3, Math.min(row * 0.36, 11, gap ? gap * 0.3 : 11));
  const spots = columns.map((column, place) => {
    const x = columns.length > 1 ? left + 16 + gap * place : left + 16;
    return column.units.map((_, unit) => ({ x, y: ((unit + 0.5) * high) / column.units.length }));
  });
  const map = Math.max(6, Math.min(row - 4, 26, gap ? gap * 0.6 : 26));
  S.place = { wide, high, narrow, digit, tile, radius, map, spots, right: columns.length > 1 ? right : left + 16 };
  const ratio = Math.min(2, window.devicePixelRatio || 1);
  for (const canvas of [S.links, S.moving]) {
    [canvas.width, canvas.height] = [Math.round(wide * ratio), Math.round(high * ratio)];
    canvas.getContext("2d").setTransform(ratio, 0, 0, ratio, 0, 0);
  }
  S.buttons.forEach((column, c) => {
    column.forEach((button, unit) => {
      const half = Math.max(radius + 3, columns[c].side ? map / 2 + 2 : 0, 8);
      const { x, y } = spots[c][unit];
      const before = c === 0 ? tile + 4 : 0;
      const after = c === columns.length - 1 ? 16 : 0;
      const tall = Math.min(half, Math.max(row / 2, 6));
      Object.assign(button.style, { left: `${x - half - before}px`, top: `${y - tall}px`, width: `${2 * half + before + after}px`, height: `${2 * tall}px` });
    });
  });
}

// --- painting ---------------------------------------------------------------------------------------------------------

function paintLinks(S) {
  const { spots, wide, high, digit, tile, radius } = S.place;
  const pen = S.links.getContext("2d");
  pen.clearRect(0, 0, wide, high);
  const reach = S.data.columns.map((column) => (column.side ? S.place.map / 2 : radius));
  pen.strokeStyle = S.faint;
  pen.lineWidth = 0.5;
  pen.globalAlpha = 0.6;
  pen.beginPath();
  for (const { x, y } of spots[0]) {
    pen.moveTo(digit, high / 2 + (y - high / 2) * Math.min(1, (digit - 8) / high));
    pen.lineTo(x - reach[0] - tile - 5, y);
  }
  pen.stroke();
  S.to.columns.forEach((column, c) => {
    if (!column.links) return;
    const count = spots[c].length;
    const most = largest(column.links);
    const crowd = Math.min(1, 6 / Math.sqrt(column.links.length));
    column.links.forEach((weight, place) => {
      const [from, to] = [Math.floor(place / count), place % count];
      const part = Math.abs(weight) / most;
      const mine = S.chosen && ((S.chosen[0] === c && S.chosen[1] === to) || (S.chosen[0] === c - 1 && S.chosen[1] === from));
      if (part < 0.06 && !mine) return;
      pen.globalAlpha = S.chosen ? (mine ? 0.95 : 0.08) : Math.min(1, 0.12 + part * (0.35 + crowd));
      pen.lineWidth = 0.4 + 2.8 * part;
      pen.strokeStyle = weight < 0 ? S.minus : S.plus;
      pen.setLineDash(weight < 0 ? [5, 3] : []);
      pen.beginPath();
      pen.moveTo(spots[c - 1][from].x + reach[c - 1], spots[c - 1][from].y);
      pen.lineTo(spots[c][to].x - reach[c], spots[c][to].y);
      pen.stroke();
    });
  });
  pen.globalAlpha = 1;
  pen.setLineDash([]);
}

function paint(S, part) {
  const now = between(S, part);
  const { spots, wide, high, digit, tile, radius, map, narrow } = S.place;
  const pen = S.moving.getContext("2d");
  pen.clearRect(0, 0, wide, high);
  pen.imageSmoothingEnabled = false;
  pen.drawImage(S.digit, 0, (high - digit) / 2, digit, digit);
  pen.strokeStyle = S.faint;
  pen.lineWidth = 1;
  pen.strokeRect(0.5, (high - digit) / 2 + 0.5, digit - 1, digit - 1);
  const limit = largest(S.to.tiles);
  const { tile: side } = S.data;
  spots[0].forEach(({ x, y }, unit) => {
    const reach = S.data.columns[0].side ? map / 2 : radius;
    const left = x - reach - tile - 5;
    pen.drawImage(picture(S, S.scratch, now.tiles, unit * side * side, side, limit), left, y - tile / 2, tile, tile);
    pen.strokeRect(left, y - tile / 2, tile, tile);
  });
  if (part < 1) pulses(S, now, part);
  now.columns.forEach((column, c) => {
    const about = S.data.columns[c];
    const last = c === now.columns.length - 1;
    const most = last ? 1 : largest(S.to.columns[c].answers);
    const mapped = column.maps && largest(S.to.columns[c].maps);
    spots[c].forEach(({ x, y }, unit) => {
      const answer = column.answers[unit];
      const held = S.chosen && S.chosen[0] === c && S.chosen[1] === unit;
      pen.lineWidth = held ? 2.5 : 1;
      pen.strokeStyle = held || last ? S.ink : S.faint;
      if (about.side) {
        pen.drawImage(picture(S, S.scratch, column.maps, unit * about.side ** 2, about.side, mapped), x - map / 2, y - map / 2, map, map);
        pen.strokeRect(x - map / 2, y - map / 2, map, map);
        return;
      }
      pen.fillStyle = tone(S, answer / most);
      pen.beginPath();
      pen.arc(x, y, radius, 0, 2 * Math.PI);
      pen.fill();
      pen.stroke();
      if (answer < 0 && -answer / most > 0.02) {
        pen.strokeStyle = S.ink;
        pen.lineWidth = 1.5;
        pen.beginPath();
        pen.moveTo(x - radius * 0.5, y);
        pen.lineTo(x + radius * 0.5, y);
        pen.stroke();
      }
    });
    if (last) outputs(S, pen, column.answers, spots[c], narrow);
  });
}

// Dots that travel along the connections that carry most, from the digit to the outputs.
function pulses(S, now, part) {
  const { spots, radius } = S.place;
  const pen = S.moving.getContext("2d");
  S.busiest.forEach((paths, c) => {
    const along = part * 1.6 - (0.6 * c) / S.to.columns.length;
    if (along <= 0 || along >= 1) return;
    for (const { from, to, plus } of paths) {
      const [a, b] = [spots[c - 1][from], spots[c][to]];
      pen.fillStyle = plus ? S.plus : S.minus;
      pen.beginPath();
      pen.arc(a.x + (b.x - a.x) * along, a.y + (b.y - a.y) * along, Math.min(2.4, radius / 2), 0, 2 * Math.PI);
      pen.fill();
    }
  });
}

function busiest(S) {
  return S.to.columns.map((column, c) => {
    if (!column.links) return [];
    const before = S.to.columns[c - 1].answers;
    const count = column.answers.length;
    const carried = [...column.links].map((weight, place) => ({ from: Math.floor(place / count), to: place % count, carries: weight * before[Math.floor(place / count)] }));
    const some = carried.filter(({ carries }) => carries !== 0).sort((a, b) => Math.abs(b.carries) - Math.abs(a.carries));
    return some.slice(0, PULSES).map(({ from, to, carries }) => ({ from, to, plus: carries > 0 }));
  });
}

function outputs(S, pen, answers, spots, narrow) {
  const first = answers.indexOf(Math.max(...answers));
  const family = getComputedStyle(S.root).fontFamily;
  const room = narrow ? 0 : 44;
  pen.textBaseline = "middle";
  spots.forEach(({ x, y }, digit) => {
    const right = digit === S.data.label;
    const left = x + S.place.radius + 6;
    pen.fillStyle = S.ink;
    pen.font = `${right ? 700 : 400} 13px ${family}`;
    pen.fillText(S.data.classes[digit], left, y);
    if (right) pen.fillRect(left, y + 8, pen.measureText(S.data.classes[digit]).width, 2);
    if (room) {
      pen.fillStyle = digit === first ? S.plus : S.faint;
      pen.fillRect(left + 15, y - 4, room * answers[digit], 8);
    }
    pen.fillStyle = S.ink;
    pen.font = `${digit === first ? 700 : 400} 12px ${family}`;
    if (!narrow || digit === first || answers[digit] > 0.05) pen.fillText(share(answers[digit]), left + 15 + (room ? room + 4 : 0), y);
  });
}

// --- time -------------------------------------------------------------------------------------------------------------

const still = () => document.hidden || matchMedia("(prefers-reduced-motion: reduce)").matches;

function move(S) {
  if (S.moves || S.gone) return;
  if (still() || !S.seen || !S.from) {
    S.part = 1;
    if (S.seen) paint(S, 1);
    return;
  }
  S.moves = true;
  let drawn = 0;
  const step = (now) => {
    if (S.gone || !S.seen || still()) {
      S.moves = false;
      S.part = 1;
      return;
    }
    S.part = Math.min(1, (now - S.began) / S.lasts);
    if (now - drawn >= FRAME_MS || S.part === 1) {
      drawn = now;
      paint(S, S.part);
    }
    if (S.part < 1) requestAnimationFrame(step);
    else S.moves = false;
  };
  requestAnimationFrame(step);
}

function arrived(S, data) {
  const now = performance.now();
  const same = S.data && S.data.run === data.run && S.data.columns.length === data.columns.length;
  const held = same && S.to ? between(S, S.part) : null;
  const look = unpacked(data);
  S.digit = drawnDigit(look.pixels);
  S.data = data;
  S.from = held && held.tiles.length === look.tiles.length ? held : null;
  S.to = look;
  S.lasts = Math.max(200, Math.min(LONGEST_MS, now - (S.began ?? now)));
  S.began = now;
  S.part = 0;
  S.busiest = busiest(S);
  if (!same) build(S);
  tell(S);
  paintLinks(S);
  move(S);
  S.root.dataset.looks = String(Number(S.root.dataset.looks ?? 0) + 1);
  S.root.dataset.step = String(data.step);
  S.root.dataset.index = String(data.index);
}

function drawnDigit(pixels) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [SIDE, SIDE];
  const pen = canvas.getContext("2d");
  const image = pen.createImageData(SIDE, SIDE);
  pixels.forEach((value, place) => image.data.set([value, value, value, 255], 4 * place));
  pen.putImageData(image, 0, 0);
  return canvas;
}

function tell(S) {
  const answers = S.to.columns.at(-1).answers;
  const first = answers.indexOf(Math.max(...answers));
  const { classes, label, step } = S.data;
  const right = first === label ? "which is right" : `but it is ${classes[label]}`;
  S.says.textContent = `After batch ${step.toLocaleString("en")}: the network says ${classes[first]} (${share(answers[first])}), ${right}.`;
  if (S.chosen) fill(S);
}

// --- units that can be chosen -----------------------------------------------------------------------------------------

const titled = (S, c, unit) => {
  const column = S.data.columns[c];
  const number = column.units[unit];
  if (column.noun === "output") return `Output for ${S.data.classes[number]}`;
  return `${column.name}, ${column.noun} ${number + 1} of ${column.total.toLocaleString("en")}`;
};

function build(S) {
  close(S);
  S.buttons = S.data.columns.map((column, c) =>
    column.units.map((_, unit) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "unit";
      button.tabIndex = -1;
      button.setAttribute("aria-label", titled(S, c, unit));
      button.setAttribute("aria-expanded", "false");
      button.title = titled(S, c, unit);
      button.onclick = () => (S.chosen && S.chosen[0] === c && S.chosen[1] === unit ? close(S, true) : open(S, c, unit));
      button.onkeydown = (event) => walk(S, event, c, unit);
      return button;
    }),
  );
  S.units.replaceChildren(...S.buttons.flat());
  S.buttons[0][0].tabIndex = 0;
  arrange(S);
}

function walk(S, event, c, unit) {
  const way = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] }[event.key];
  if (event.key === "Escape") close(S, true);
  if (!way) return;
  event.preventDefault();
  const column = S.buttons[Math.max(0, Math.min(S.buttons.length - 1, c + way[0]))];
  const share = way[0] ? Math.round(((unit + 0.5) / S.buttons[c].length) * column.length - 0.5) : unit + way[1];
  focus(S, column[Math.max(0, Math.min(column.length - 1, share))]);
}

function focus(S, button) {
  for (const one of S.buttons.flat()) one.tabIndex = one === button ? 0 : -1;
  button.focus();
}

function open(S, c, unit) {
  if (S.chosen) S.buttons[S.chosen[0]][S.chosen[1]].setAttribute("aria-expanded", "false");
  S.chosen = [c, unit];
  for (const one of S.buttons.flat()) one.tabIndex = -1;
  S.buttons[c][unit].tabIndex = 0;
  S.buttons[c][unit].setAttribute("aria-expanded", "true");
  frame(S, c, unit);
  fill(S);
  S.panel.hidden = false;
  S.panel.classList.toggle("left", S.place.spots[c][unit].x > S.place.wide / 2);
  S.panel.focus({ preventScroll: true });
  paintLinks(S);
  if (!S.moves) paint(S, S.part);
}

function close(S, back = false) {
  if (!S.chosen) return;
  const button = S.buttons[S.chosen[0]]?.[S.chosen[1]];
  button?.setAttribute("aria-expanded", "false");
  S.chosen = null;
  S.panel.hidden = true;
  if (!back) return;
  button?.focus({ preventScroll: true });
  paintLinks(S);
  if (!S.moves) paint(S, S.part);
}

const element = (kind, values, ...inside) => {
  const node = Object.assign(document.createElement(kind), values);
  node.append(...inside);
  return node;
};

function frame(S, c, unit) {
  const shut = element("button", { type: "button", className: "close", textContent: "✕", onclick: () => close(S, true) });
  shut.setAttribute("aria-label", "Close");
  const parts = [element("h3", { textContent: titled(S, c, unit) }), shut];
  const facts = element("div", { className: "facts" });
  const both = element("div", { className: "both" });
  if (c === 0) {
    const canvas = element("canvas", { className: "weights" });
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", "Its weights, as a picture");
    both.append(canvas);
  }
  if (S.data.columns[c].side) {
    const canvas = element("canvas", { className: "map" });
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", "Where in this digit it answers");
    both.append(canvas);
  }
  both.append(facts);
  parts.push(both, element("div", { className: "speaks" }));
  S.panel.replaceChildren(...parts);
  S.panel.setAttribute("aria-label", titled(S, c, unit));
}

function fill(S) {
  const [c, unit] = S.chosen;
  const { columns, classes, tile } = S.data;
  const [about, column] = [columns[c], S.to.columns[c]];
  const weights = S.panel.querySelector(".weights");
  if (weights) picture(S, weights, S.to.tiles.subarray(unit * tile ** 2, (unit + 1) * tile ** 2), 0, tile, largest(S.to.tiles));
  const map = S.panel.querySelector(".map");
  if (map) picture(S, map, column.maps, unit * about.side ** 2, about.side, largest(column.maps));
  const facts = [];
  if (weights) facts.push("Its weights: ink on blue pixels raises it, ink on orange ones lowers it.");
  if (about.side) facts.push(`${weights ? "Beside them, where" : "Where"} in this digit it answers; at most ${plain(column.answers[unit])}.`);
  else if (about.noun === "output") facts.push(`Its probability for this digit: ${share(column.answers[unit])}.`);
  else facts.push(`Its activation for this digit: ${plain(column.answers[unit])}${column.answers[unit] === 0 ? " (silent)" : ""}.`);
  facts.push(`Bias: ${plain(column.biases[unit])}.`);
  S.panel.querySelector(".facts").replaceChildren(...facts.map((text) => element("p", { textContent: text })));
  const speaks = S.panel.querySelector(".speaks");
  const lines = [];
  if (c > 0) lines.push(element("p", { textContent: `Of the parts shown it listens most to ${listed(S, c, unit, true)}.` }));
  if (c === columns.length - 2) lines.push(...forAndAgainst(S, c, unit, classes));
  else if (c < columns.length - 2) lines.push(element("p", { textContent: `It speaks most to ${listed(S, c, unit, false)}, of those shown.` }));
  speaks.replaceChildren(...lines);
}

// The strongest connections of a unit to the shown parts of the layer before it, or of the next.
function listed(S, c, unit, before) {
  const links = S.to.columns[before ? c : c + 1].links;
  const [other, count] = before ? [c - 1, S.buttons[c].length] : [c + 1, S.buttons[c + 1].length];
  const weights = S.buttons[other].map((_, place) => ({ place, weight: before ? links[place * count + unit] : links[unit * count + place] }));
  weights.sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight));
  const about = S.data.columns[other];
  const named = ({ place, weight }) => `${about.noun} ${about.units[place] + 1} (${signed(weight)})`;
  return `${weights.slice(0, 3).map(named).join(", ")} of ${about.name[0].toLowerCase()}${about.name.slice(1)}`;
}

function forAndAgainst(S, c, unit, classes) {
  const weights = [...S.to.columns[c + 1].links.subarray(unit * 10, unit * 10 + 10)];
  const most = largest(weights);
  const list = element("ol", {});
  weights.forEach((weight, digit) => {
    const [up, down] = ["up", "down"].map((name) => element("span", { className: name }, element("i", {})));
    (weight < 0 ? down : up).firstChild.style.height = `${Math.round((26 * Math.abs(weight)) / most)}px`;
    list.append(element("li", { title: signed(weight) }, up, down, element("b", { textContent: classes[digit] })));
  });
  list.setAttribute("aria-hidden", "true");
  const order = weights.map((weight, digit) => ({ weight, digit })).filter(({ weight }) => weight !== 0).sort((a, b) => b.weight - a.weight);
  const named = (some) => some.map(({ weight, digit }) => `${classes[digit]} (${signed(weight)})`).join(", ");
  const [speaks, against] = [order.filter(({ weight }) => weight > 0).slice(0, 3), order.reverse().filter(({ weight }) => weight < 0).slice(0, 3)];
  const parts = [...(speaks.length ? [`for ${named(speaks)}`] : []), ...(against.length ? [`against ${named(against)}`] : [])];
  const text = parts.length ? `When it is active it speaks ${parts.join("; ")}.` : "All its weights to the outputs are zero: it speaks for no digit.";
  return [list, element("p", { textContent: text })];
}

// --- the component ----------------------------------------------------------------------------------------------------

function begun(root) {
  const find = (name) => root.querySelector(`.${name}`);
  const S = { root, stage: find("stage"), links: find("links"), moving: find("moving"), units: find("units"), panel: find("panel"), says: find("says"), caption: find("caption"), scratch: document.createElement("canvas"), chosen: null, part: 1, seen: true };
  S.panel.onkeydown = (event) => {
    if (event.key === "Escape") close(S, true);
  };
  const again = () => {
    if (!S.to || !S.stage.clientWidth) return;
    arrange(S);
    paintLinks(S);
    if (!S.moves) paint(S, S.part);
  };
  S.again = again;
  S.sizes = new ResizeObserver(again);
  S.sight = new IntersectionObserver(([entry]) => {
    S.seen = entry.isIntersecting;
    if (S.seen && S.to && !S.moves) paint(S, (S.part = 1));
  });
  return S;
}

export default function ({ parentElement, data, setTriggerValue }) {
  const root = parentElement.querySelector(".living");
  const S = (root.memory ??= begun(root));
  S.gone = false;
  const theme = getComputedStyle(root).getPropertyValue("--st-background-color") + getComputedStyle(root).getPropertyValue("--st-text-color");
  const dressed = S.theme === theme;
  if (!dressed) colours(S);
  S.theme = theme;
  root.classList.toggle("empty", !data.packed);
  const wish = (index) => setTriggerValue("digit", ((index % data.count) + data.count) % data.count);
  root.querySelector(".before").onclick = () => wish((S.data?.index ?? 0) - 1);
  root.querySelector(".after").onclick = () => wish((S.data?.index ?? 0) + 1);
  root.querySelector(".any").onclick = () => wish(Math.floor(Math.random() * data.count));
  if (!data.packed) {
    close(S);
    S.says.textContent = data.words;
    S.caption.textContent = "";
    S.units.replaceChildren();
    [S.data, S.to, S.from] = [null, null, null];
    for (const canvas of [S.links, S.moving]) canvas.getContext("2d").clearRect(0, 0, canvas.width, canvas.height);
  } else if (data.packed !== S.data?.packed || data.step !== S.data?.step || data.run !== S.data?.run) {
    arrived(S, data);
  } else if (!dressed) {
    S.again();
    if (S.chosen) fill(S);
  }
  if (data.packed) S.caption.textContent = data.words || data.caption;
  S.sizes.observe(S.stage);
  S.sight.observe(S.stage);
  return () => {
    S.gone = true;
    S.sizes.disconnect();
    S.sight.disconnect();
  };
}
