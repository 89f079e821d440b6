// A landscape in fog. Around every look a small disc is uncovered, painted from what that look told: a height and a
// slope, nothing else. The whole landscape is in `data.whole` only after the fog has been lifted; before, the browser
// does not have it.
//
// A look is asked of the server with its turn; the server answers with one look more. Keys pressed meanwhile wait.

const SIDE = 400; // pixels of the painted field, before scaling
const DISC = 0.05; // radius of an uncovered disc, as a share of the window
const BANDS = 20;
const PATIENCE = 4000; // ms after which an unanswered look is given up

// Cividis (Nuñez, Anderton and Renslow, 2018): even steps of lightness, also for colour-blind eyes.
const RAMP = [
  [0, 34, 78], [18, 53, 112], [59, 73, 108], [87, 93, 109], [112, 113, 115],
  [138, 134, 120], [165, 156, 116], [195, 179, 105], [225, 204, 85], [254, 232, 56],
];

function colour(height, top) {
  const band = Math.floor(Math.min(0.9999, Math.max(0, height / top)) * BANDS) / (BANDS - 1);
  const at = band * (RAMP.length - 1);
  const low = Math.min(RAMP.length - 2, Math.floor(at));
  return RAMP[low].map((part, i) => part + (RAMP[low + 1][i] - part) * (at - low));
}

const smooth = (t) => t * t * (3 - 2 * t);

export default function ({ parentElement, data, setStateValue }) {
  const root = parentElement.querySelector(".fog");
  const map = root.querySelector(".map");
  const memory = (root.memory ??= { queue: [], waiting: null, lifted: data.whole ? 1 : 0, frame: null, note: "" });
  const [x0, x1, y0, y1] = data.window;
  const style = getComputedStyle(root);
  const css = (name, fallback) => style.getPropertyValue(name).trim() || fallback;
  const last = data.looks[data.looks.length - 1];
  const open = !data.whole && data.looks.length < data.budget;

  if (memory.game !== data.game) Object.assign(memory, { game: data.game, queue: [], waiting: null, note: "" });
  if (data.whole) memory.note = ""; // no look is told of once the game is over
  else memory.lifted = 0;
  if (memory.waiting !== null && data.looks.length > memory.waiting.turn) memory.waiting = null;

  // --- the field: fog, discs, and once it is sent the whole landscape

  function whole(x, y) {
    const { size, heights } = data.whole;
    const [u, v] = [((x - x0) / (x1 - x0)) * (size - 1), ((y - y0) / (y1 - y0)) * (size - 1)];
    const [i, j] = [Math.min(size - 2, Math.floor(u)), Math.min(size - 2, Math.floor(v))];
    const [a, b] = [u - i, v - j];
    const at = (row, column) => heights[row * size + column];
    return (1 - b) * ((1 - a) * at(j, i) + a * at(j, i + 1)) + b * ((1 - a) * at(j + 1, i) + a * at(j + 1, i + 1));
  }

  const xOf = (column) => x0 + ((column + 0.5) / SIDE) * (x1 - x0);
  const yOf = (row) => y1 - ((row + 0.5) / SIDE) * (y1 - y0);

  function painted(pixel) {
    const small = new OffscreenCanvas(SIDE, SIDE);
    const pen = small.getContext("2d");
    const image = pen.createImageData(SIDE, SIDE);
    for (let row = 0, k = 0; row < SIDE; row += 1) {
      for (let column = 0; column < SIDE; column += 1, k += 4) {
        const [red, green, blue, clear] = pixel(column, row);
        image.data[k] = red;
        image.data[k + 1] = green;
        image.data[k + 2] = blue;
        image.data[k + 3] = clear;
      }
    }
    pen.putImageData(image, 0, 0);
    return small;
  }

  function fog() {
    const dark = /^#[0-4]/.test(css("--st-background-color", "#fff"));
    const tone = dark ? [52, 64, 78] : [206, 213, 221];
    if (memory.fog?.dark !== dark) {
      const drift = (x, y) => 5 * Math.sin(x * 1.7 + Math.sin(y * 1.3)) + 4 * Math.sin(y * 2.3 - x);
      const canvas = painted((column, row) => [...tone.map((part) => part + drift(xOf(column), yOf(row))), 255]);
      memory.fog = { dark, canvas };
    }
    return memory.fog.canvas;
  }

  // Where discs overlap, the nearest look is believed.
  function discs() {
    const radius = DISC * SIDE;
    const found = new Map();
    data.looks.forEach((look, turn) => {
      const [u, v] = [((look[0] - x0) / (x1 - x0)) * SIDE, ((y1 - look[1]) / (y1 - y0)) * SIDE];
      for (let row = Math.max(0, Math.floor(v - radius)); row < Math.min(SIDE, v + radius); row += 1) {
        for (let column = Math.max(0, Math.floor(u - radius)); column < Math.min(SIDE, u + radius); column += 1) {
          const far = Math.hypot(column + 0.5 - u, row + 0.5 - v) / radius;
          const key = row * SIDE + column;
          if (far < 1 && !(found.get(key)?.far < far)) found.set(key, { far, turn });
        }
      }
    });
    return painted((column, row) => {
      const seen = found.get(row * SIDE + column);
      if (!seen) return [0, 0, 0, 0];
      const [x, y, height, slopeX, slopeY] = data.looks[seen.turn];
      const guess = height + slopeX * (xOf(column) - x) + slopeY * (yOf(row) - y);
      return [...colour(guess, data.top), seen.far < 0.75 ? 255 : (1 - seen.far) * 1020];
    });
  }

  memory.discs = discs();
  if (data.whole && memory.wholeGame !== data.game) {
    memory.wholeGame = data.game;
    memory.whole = painted((column, row) => [...colour(whole(xOf(column), yOf(row)), data.top), 255]);
  }

  // --- what is drawn over it

  function drawing() {
    const fine = window.devicePixelRatio || 1;
    const size = map.clientWidth || 480;
    map.width = map.height = Math.round(size * fine);
    const pen = map.getContext("2d");
    pen.scale(fine, fine);
    const place = ([x, y]) => [((x - x0) / (x1 - x0)) * size, ((y1 - y) / (y1 - y0)) * size];
    return { pen, size, place };
  }

  function line({ pen, place }, points, { stroke, dash, width, shape }) {
    const path = () => {
      pen.beginPath();
      points.forEach((point, i) => (i ? pen.lineTo(...place(point)) : pen.moveTo(...place(point))));
      pen.stroke();
    };
    pen.lineJoin = pen.lineCap = "round";
    if (width) {
      pen.strokeStyle = "rgba(255,255,255,0.85)";
      pen.lineWidth = width + 3;
      path();
      pen.setLineDash(dash);
      pen.strokeStyle = stroke;
      pen.lineWidth = width;
      path();
      pen.setLineDash([]);
    }
    points.forEach((point) => mark(pen, place(point), shape, stroke, 4));
  }

  function mark(pen, [x, y], shape, fill, radius) {
    pen.beginPath();
    if (shape === "cross") {
      for (const [pass, tone] of [[4.5, "#fff"], [2, fill]]) {
        pen.beginPath();
        for (const [a, b] of [[-1, -1], [-1, 1]]) {
          pen.moveTo(x + a * radius, y + b * radius);
          pen.lineTo(x - a * radius, y - b * radius);
        }
        pen.lineWidth = pass;
        pen.strokeStyle = tone;
        pen.stroke();
      }
      return;
    }
    if (shape === "star") {
      for (let k = 0; k < 10; k += 1) {
        const r = k % 2 ? radius * 0.45 : radius;
        pen.lineTo(x + r * Math.sin((k * Math.PI) / 5), y - r * Math.cos((k * Math.PI) / 5));
      }
      pen.closePath();
    } else if (shape === "square") pen.rect(x - radius, y - radius, 2 * radius, 2 * radius);
    else pen.arc(x, y, radius, 0, 7);
    pen.fillStyle = fill;
    pen.fill();
    pen.strokeStyle = "#fff";
    pen.lineWidth = 1.5;
    pen.stroke();
  }

  function arrow({ pen, size, place }) {
    const slope = Math.hypot(last[3], last[4]);
    if (!(slope > 0)) return;
    const [x, y] = place(last);
    const length = size * (0.04 + 0.09 * Math.min(1, slope / 60));
    const [dx, dy] = [-last[3] / slope, last[4] / slope];
    const tip = [x + dx * (length + 8), y + dy * (length + 8)];
    for (const [wide, tone] of [[6, "#fff"], [3, data.colours[0]]]) {
      pen.strokeStyle = tone;
      pen.lineWidth = wide;
      pen.beginPath();
      pen.moveTo(x + dx * 8, y + dy * 8);
      pen.lineTo(...tip);
      pen.lineTo(tip[0] - 9 * dx - 6 * dy, tip[1] - 9 * dy + 6 * dx);
      pen.moveTo(...tip);
      pen.lineTo(tip[0] - 9 * dx + 6 * dy, tip[1] - 9 * dy - 6 * dx);
      pen.stroke();
    }
  }

  function paint() {
    const canvas = drawing();
    const { pen, size } = canvas;
    pen.imageSmoothingQuality = "high";
    pen.drawImage(fog(), 0, 0, size, size);
    pen.drawImage(memory.discs, 0, 0, size, size);
    if (data.whole) {
      pen.globalAlpha = smooth(memory.lifted);
      pen.drawImage(memory.whole, 0, 0, size, size);
      data.whole.rivals.forEach((rival) => line(canvas, rival.points, rival));
      data.whole.minima.forEach((point) => {
        pen.strokeStyle = "#fff";
        pen.lineWidth = 2;
        pen.setLineDash([3, 3]);
        pen.beginPath();
        pen.arc(...canvas.place(point), 13, 0, 7);
        pen.stroke();
        pen.setLineDash([]);
      });
      if (data.whole.minima.length) mark(pen, canvas.place(data.whole.minima[0]), "star", "#000", 10);
      pen.globalAlpha = 1;
    }
    line(canvas, data.looks, { stroke: data.colours[0], dash: [], width: 2.5, shape: "disc" });
    if (!data.whole) arrow(canvas);
    mark(pen, canvas.place(last), "disc", data.colours[0], 8);
  }

  function ramp() {
    const pen = root.querySelector(".ramp").getContext("2d");
    for (let column = 0; column < 200; column += 1) {
      pen.fillStyle = `rgb(${colour(((column + 0.5) / 200) * data.top, data.top).map(Math.round)})`;
      pen.fillRect(column, 0, 1, 12);
    }
  }

  function say() {
    const foot = root.querySelector(".foot");
    const strong = document.createElement("strong");
    strong.textContent = data.heading;
    foot.replaceChildren(strong, memory.note ? `${memory.note} ${data.foot}` : data.foot);
    root.querySelector(".key").textContent = data.key;
    map.setAttribute("aria-label", `${data.heading}. ${data.foot} ${data.key}`);
    root.querySelectorAll("button").forEach((button) => (button.disabled = !open));
    root.dataset.looks = String(data.looks.length);
    root.dataset.fog = data.whole ? "lifted" : "down";
  }

  // --- looking

  const within = (value, low, high) => Math.round(Math.min(high, Math.max(low, value)) * 100) / 100;

  function look(x, y) {
    const target = [within(x, x0, x1), within(y, y0, y1)];
    if (target[0] === last[0] && target[1] === last[1]) {
      memory.note = "You are there already; that look is not counted.";
      memory.queue = [];
      say();
      return;
    }
    memory.note = "";
    memory.waiting = { turn: data.looks.length, since: performance.now() };
    setStateValue("look", { game: data.game, turn: data.looks.length, x: target[0], y: target[1] });
  }

  const MOVES = {
    left: () => [-1, 0],
    right: () => [1, 0],
    up: () => [0, 1],
    down: () => [0, -1],
    downhill: () => {
      const slope = Math.hypot(last[3], last[4]) || 1;
      return [-last[3] / slope, -last[4] / slope];
    },
  };

  function next() {
    if (!open) memory.queue = [];
    if (memory.waiting !== null && performance.now() - memory.waiting.since < PATIENCE) return;
    const wish = memory.queue.shift();
    if (!wish) return;
    if (wish.at) {
      look(...wish.at);
      return;
    }
    const [dx, dy] = MOVES[wish.move]();
    look(last[0] + dx * data.step, last[1] + dy * data.step);
  }

  function wish(one) {
    if (!open) return;
    memory.queue.push(one);
    next();
  }

  map.onclick = (event) => {
    const box = map.getBoundingClientRect();
    const [u, v] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    wish({ at: [x0 + u * (x1 - x0), y1 - v * (y1 - y0)] });
  };
  const KEYS = { ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down", Enter: "downhill", " ": "downhill" };
  map.onkeydown = (event) => {
    if (!KEYS[event.key]) return;
    event.preventDefault();
    wish({ move: KEYS[event.key] });
  };
  root.querySelectorAll("button").forEach((button) => (button.onclick = () => wish({ move: button.dataset.move })));

  // --- lifting: a second in which the fog thins

  root.paint = paint;
  function lift() {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (still) memory.lifted = 1;
    let before = null;
    const frame = (now) => {
      memory.lifted = Math.min(1, memory.lifted + (before === null ? 0 : (now - before) / 1000));
      before = now;
      root.paint();
      memory.frame = memory.lifted < 1 ? requestAnimationFrame(frame) : null;
    };
    memory.frame = requestAnimationFrame(frame);
  }

  ramp();
  say();
  if (data.whole && memory.lifted < 1 && memory.frame === null) lift();
  else paint();
  memory.watch ??= new ResizeObserver(() => root.paint());
  memory.watch.observe(map);
  next();
  return () => {
    cancelAnimationFrame(memory.frame);
    memory.watch.disconnect();
  };
}
