// A landscape with walks on it: contours, the surface in space, loss against step, and a ball that moves on all three.
//
// The server sends whole walks; playing and scrubbing ask it nothing. Contours are drawn by Plotly once for each
// surface, the walks by a canvas above them, so a moved slider redraws no contour and no zoom is lost. What the
// reader does comes back as `start` (a click on the contours), `step` (when the ball stands still) and `view` (speed,
// hidden paths, zoom and camera, for the address).
//
// Streamlit calls this function at every change of data or theme and keeps only the last cleanup: state lives on
// the root element and handlers are properties.

import { atOpening } from "netlab/app/example";

const SPEEDS = [1, 3, 10, 30, 100]; // as in landscape_view.py
const SPEED = 10;
const CALM_MS = 500; // between two pictures, for who wants no motion
const DASHES = { solid: [], dash: [9, 6], dot: [2, 5], dashdot: [9, 5, 2, 5] };
const PULL = PALETTE.orange;
const MEMORY = PALETTE.purple;
const BOX = PALETTE.vermilion;
const BOX_SIDE = 90; // pixels
const CONFIG = configured({ without: ["toImage"] }); // a picture would lack what the canvas shows

const numbers = (text) => new Float32Array(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer);
const short = (value) => (Number.isFinite(value) ? String(Number(value.toPrecision(4))).replace("-", "−") : "none");

// One figure at a time: while it draws, only the newest wish waits.
function draw(S, name, make) {
  S.wishes[name] = make;
  if (S.busy[name]) return;
  S.busy[name] = true;
  const next = () => {
    const wish = S.wishes[name];
    S.wishes[name] = null;
    if (!wish || S.gone) {
      S.busy[name] = false;
      return undefined;
    }
    return Promise.resolve(wish()).then(next);
  };
  next().catch((error) => {
    S.busy[name] = false;
    S.parts[name].textContent = trouble(error);
  });
}

function tracksOf(data) {
  return data.tracks.map((track) => {
    const [x, y, loss] = [numbers(track.x), numbers(track.y), numbers(track.loss)];
    let last = 0;
    while (last + 1 < x.length && Number.isFinite(x[last + 1]) && Number.isFinite(y[last + 1])) last += 1;
    return { ...track, x, y, loss, last };
  });
}

const main = (S) => S.tracks[0];
const shown = (S) => S.tracks.filter((track) => !S.hidden.has(track.key));

function drawContours(S, data) {
  const mark = `${data.zoom}|${S.ink}`;
  if (S.drawn === mark) return;
  S.drawn = mark;
  draw(S, "contour", () => {
    const layout = themed(data.contours.layout, S.root, 12);
    if (matchMedia("(pointer: coarse)").matches) layout.dragmode = false; // a finger that moves scrolls the page
    return window.Plotly.react(S.parts.contour, data.contours.data, layout, CONFIG).then(() => {
      S.parts.contour.removeAllListeners?.("plotly_relayouting");
      S.parts.contour.removeAllListeners?.("plotly_afterplot");
      S.parts.contour.removeAllListeners?.("plotly_relayout");
      S.parts.contour.on("plotly_relayouting", () => paint(S));
      S.parts.contour.on("plotly_afterplot", () => paint(S));
      S.parts.contour.on("plotly_relayout", () => zoomed(S));
      paint(S);
      return zoom(S);
    });
  });
}

function drawSteps(S, data) {
  draw(S, "steps", () => {
    const traces = data.steps.data.map((trace) => ({ ...trace, visible: !S.hidden.has(trace.meta) }));
    return window.Plotly.react(S.parts.steps, traces, themed(data.steps.layout, S.root, 12), CONFIG).then(() => {
      S.parts.steps.removeAllListeners?.("plotly_afterplot");
      S.parts.steps.on("plotly_afterplot", () => paint(S));
      paint(S);
    });
  });
}

let inSpace;

// Whether this browser can draw in space at all (some have it switched off); Plotly would put a white sheet there.
function drawsInSpace() {
  inSpace ??= Boolean(document.createElement("canvas").getContext("webgl"));
  return inSpace;
}

// The scene is redrawn where walks or surface have changed, else only its ball moves.
function drawSpace(S) {
  if (!drawsInSpace()) {
    S.parts.space.style.height = "auto";
    S.parts.space.textContent = "The loss as a surface in space is not shown: this browser has no WebGL, or it is switched off. The map shows the same.";
    return;
  }
  draw(S, "space", () => {
    if (!S.stale) return moveBall(S);
    S.stale = false;
    S.ballAt = undefined;
    const { data } = S;
    const grid = data.contours.data[0];
    const [surface, ...lines] = data.space.data;
    const traces = [
      surface.type === "surface" ? { ...surface, x: grid.x, y: grid.y, z: grid.z } : surface, // or no height at all
      ...lines.map((line) => ({ ...line, visible: !S.hidden.has(line.meta) })),
      { type: "scatter3d", mode: "markers", x: [], y: [], z: [], hoverinfo: "skip",
        marker: { size: 7, color: "#fff", line: { color: main(S).colour, width: 4 } } },
    ];
    const layout = themed(data.space.layout, S.root, 12);
    if (S.view.eye) layout.scene.camera = camera(S.view);
    return window.Plotly.react(S.parts.space, traces, layout, CONFIG).then(() => {
      S.parts.space.removeAllListeners?.("plotly_relayout");
      S.parts.space.on("plotly_relayout", () => turned(S));
      return moveBall(S);
    }).then(() => {
      S.parts.space.dataset.updates = String(Number(S.parts.space.dataset.updates ?? 0) + 1); // ball and all
    });
  });
}

function moveBall(S) {
  const figure = S.parts.space;
  const line = figure._fullData?.[1];
  const place = figure.data?.length - 1;
  if (!line?.z || S.hidden.has(main(S).key)) return undefined;
  const at = Math.round(S.at);
  if (at === S.ballAt) return undefined; // drawing anything takes the scene out of the hand that turns it
  S.ballAt = at;
  const here = Number.isFinite(line.z[at]) ? [[line.x[at]], [line.y[at]], [line.z[at]]] : [[], [], []];
  return window.Plotly.restyle(figure, { x: [here[0]], y: [here[1]], z: [here[2]] }, [place]);
}

// ---- how the reader looks at it -------------------------------------------------------------------------------

const rounded = (values) => values.map((value) => Number(value.toPrecision(4)));
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
const xyz = ([x, y, z]) => ({ x, y, z });
const camera = ({ eye, centre }) => ({ eye: xyz(eye), center: xyz(centre) });

function ranges(layout) {
  return rounded([...layout.xaxis.range, ...layout.yaxis.range]);
}

// The figures are drawn as the server sent them; a zoom from the address comes after, so a double click still undoes it.
function zoom(S) {
  const range = S.view.zoom;
  if (!range || same(range, ranges(S.parts.contour._fullLayout))) return undefined;
  return window.Plotly.relayout(S.parts.contour, { "xaxis.range": range.slice(0, 2), "yaxis.range": range.slice(2) });
}

function zoomed(S) {
  const now = ranges(S.parts.contour._fullLayout);
  S.view.zoom = same(now, ranges(S.data.contours.layout)) ? undefined : now;
  tellView(S);
}

function turned(S) {
  const seen = ({ eye, center }) => [eye, center].map(({ x, y, z }) => [x, y, z]);
  const [now, first] = [S.parts.space._fullLayout, S.data.space.layout].map((layout) => seen(layout.scene.camera));
  const moved = !same(now.map(rounded), first.map(rounded));
  [S.view.eye, S.view.centre] = moved ? now : [];
  tellView(S);
}

// Another surface is looked at anew.
function lookAnew(S) {
  if (S.zoomKey !== undefined && S.zoomKey !== S.data.zoom) {
    S.view = {};
    tellView(S);
  }
  S.zoomKey = S.data.zoom;
}

function tellView(S) {
  clearTimeout(S.viewTimer);
  S.viewTimer = setTimeout(() => {
    if (S.gone) return;
    const speed = Number(S.parts.speed.value);
    const view = { ...S.view, hidden: [...S.hidden] };
    if (speed !== SPEED) view.speed = speed;
    const word = JSON.stringify(view);
    if (word === S.viewTold) return;
    S.viewTold = word;
    S.send("view", view);
  }, 200);
}

// ---- what the canvas shows ------------------------------------------------------------------------------------

function sheet(figure) {
  const canvas = figure.parentElement.querySelector("canvas");
  const layout = figure._fullLayout;
  if (!canvas || !layout?.xaxis?._length) return null;
  const ratio = window.devicePixelRatio || 1;
  const [width, height] = [figure.clientWidth, figure.clientHeight];
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  const pen = canvas.getContext("2d");
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, width, height);
  const { xaxis, yaxis } = layout;
  const box = { left: xaxis._offset, top: yaxis._offset, width: xaxis._length, height: yaxis._length };
  const place = (x, y) => [box.left + xaxis.d2p(x), box.top + yaxis.d2p(y)];
  return { pen, box, place };
}

function within(sheet, paintInside) {
  const { pen, box } = sheet;
  pen.save();
  pen.beginPath();
  pen.rect(box.left, box.top, box.width, box.height);
  pen.clip();
  paintInside();
  pen.restore();
}

// A point far outside is brought near along its own line, or the canvas would lose its direction.
function near([x0, y0], [x, y]) {
  const length = Math.hypot(x - x0, y - y0);
  return length > 20000 ? [x0 + ((x - x0) * 20000) / length, y0 + ((y - y0) * 20000) / length] : [x, y];
}

function trace(pen, points) {
  pen.beginPath();
  points.forEach(([x, y], i) => (i ? pen.lineTo(...near(points[i - 1], [x, y])) : pen.moveTo(x, y)));
  pen.stroke();
}

function line(pen, points, colour, width, dash, casing = "#fff") {
  pen.lineJoin = pen.lineCap = "round";
  pen.setLineDash([]);
  pen.strokeStyle = casing;
  pen.lineWidth = width + 2;
  trace(pen, points);
  pen.setLineDash(dash);
  pen.strokeStyle = colour;
  pen.lineWidth = width;
  trace(pen, points);
  pen.setLineDash([]);
}

function disc(pen, [x, y], radius, fill, edge) {
  pen.beginPath();
  pen.arc(x, y, radius, 0, 7);
  pen.fillStyle = fill;
  pen.fill();
  pen.strokeStyle = edge;
  pen.lineWidth = 2.5;
  pen.stroke();
}

function arrow(pen, from, to, colour, dash = [], casing = "#fff") {
  const angle = Math.atan2(to[1] - from[1], to[0] - from[0]);
  const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
  if (!(length > 2)) return;
  const head = Math.min(10, length);
  const back = [to[0] - head * 0.8 * Math.cos(angle), to[1] - head * 0.8 * Math.sin(angle)];
  line(pen, [from, back], colour, 3, dash, casing);
  pen.beginPath();
  pen.moveTo(...to);
  for (const turn of [-0.45, 0.45]) {
    pen.lineTo(to[0] - head * 1.2 * Math.cos(angle + turn), to[1] - head * 1.2 * Math.sin(angle + turn));
  }
  pen.closePath();
  pen.strokeStyle = casing;
  pen.lineWidth = 2;
  pen.stroke();
  pen.fillStyle = colour;
  pen.fill();
}

function words(pen, box, text, [x, y]) {
  pen.font = "600 12px sans-serif";
  const width = pen.measureText(text).width;
  const left = Math.min(Math.max(x - width / 2, box.left + 4), box.left + box.width - width - 4);
  const base = Math.min(Math.max(y - 8, box.top + 14), box.top + box.height - 6);
  pen.lineWidth = 4;
  pen.strokeStyle = "#fff";
  pen.strokeText(text, left, base);
  pen.fillStyle = "#111";
  pen.fillText(text, left, base);
}

function paint(S) {
  if (S.gone || !S.tracks) return;
  paintContours(S);
  paintSteps(S);
}

function paintContours(S) {
  const page = sheet(S.parts.contour);
  if (!page) return;
  const { pen, box, place } = page;
  const walk = main(S);
  within(page, () => {
    for (const track of [...shown(S)].reverse()) {
      const points = Array.from({ length: track.end + 1 }, (_, i) => place(track.x[i], track.y[i]));
      const now = Math.min(Math.floor(S.at), track.end);
      pen.globalAlpha = 0.75;
      line(pen, points, track.colour, 1.6, DASHES[track.dash] ?? []);
      pen.globalAlpha = 1;
      line(pen, points.slice(0, now + 1), track.colour, 3, DASHES[track.dash] ?? []);
      if (track !== walk) disc(pen, points[now], 4, track.colour, "#fff");
    }
    if (!S.hidden.has(walk.key)) {
      paintArrows(S, page);
      if (walk.note) paintNote(page, walk);
    }
    const start = place(walk.x[0], walk.y[0]);
    disc(pen, start, 7, "rgba(255,255,255,0.25)", "#111");
    disc(pen, start, 5, "rgba(255,255,255,0)", "#fff");
    if (!S.hidden.has(walk.key)) {
      paintBox(S, page);
      disc(pen, ball(S, place), 6, "#fff", walk.colour);
    }
  });
}

function ball(S, place) {
  const walk = main(S);
  const at = Math.min(S.at, walk.last);
  const [low, part] = [Math.floor(at), at % 1];
  const high = Math.min(low + 1, walk.last);
  const from = place(walk.x[low], walk.y[low]);
  const to = place(walk.x[high], walk.y[high]);
  return [from[0] + part * (to[0] - from[0]), from[1] + part * (to[1] - from[1])];
}

// The rate that a divisor leaves each weight in the step that the ball takes next: as wide and as high as it is along
// each axis of the map, the longer side always the same.
function rates(S) {
  const step = Math.min(Math.round(S.at), main(S).last - 1);
  const pair = S.box && step >= 0 ? [S.box[2 * step], S.box[2 * step + 1]] : [];
  return pair.length && pair.every((rate) => Number.isFinite(rate) && rate > 0) ? pair : null;
}

function paintBox(S, { pen, place }) {
  const pair = rates(S);
  if (!pair) return;
  const [x, y] = ball(S, place);
  const [left, bottom] = place(0, 0);
  const [right, top] = place(1, 1);
  const sides = [pair[0] * Math.abs(right - left), pair[1] * Math.abs(top - bottom)];
  const [width, height] = sides.map((side) => Math.max((BOX_SIDE * side) / Math.max(...sides), 3));
  for (const [colour, thick] of [["#fff", 4.5], [BOX, 2.5]]) {
    pen.strokeStyle = colour;
    pen.lineWidth = thick;
    pen.setLineDash([]);
    pen.strokeRect(x - width / 2, y - height / 2, width, height);
  }
}

// Where a walk first leaves the picture, its note is written at the border.
function paintNote({ pen, box, place }, walk) {
  for (let i = 0; i <= walk.last; i += 1) {
    const [x, y] = place(walk.x[i], walk.y[i]);
    const inside = x >= box.left && x <= box.left + box.width && y >= box.top && y <= box.top + box.height;
    if (!inside && i) {
      words(pen, box, walk.note, near(place(walk.x[i - 1], walk.y[i - 1]), [x, y]));
      return;
    }
  }
  words(pen, box, walk.note, place(walk.x[walk.last], walk.y[walk.last]));
}

// The step that led to where the ball stands: downhill, what memory adds, what this slope adds, and the sum.
function paintArrows(S, { pen, box, place }) {
  const walk = main(S);
  const step = Math.min(Math.round(S.at), walk.last) - 1;
  S.enlarged = null;
  if (step < 0 || S.playing) return;
  const origin = place(walk.x[step], walk.y[step]);
  const pixels = (dx, dy) => {
    const tip = place(walk.x[step] + dx, walk.y[step] + dy);
    return [tip[0] - origin[0], tip[1] - origin[1]];
  };
  const at = (list) => pixels(list[2 * step], list[2 * step + 1]);
  const whole = pixels(walk.x[step + 1] - walk.x[step], walk.y[step + 1] - walk.y[step]);
  const [memory, slope] = [at(S.memory), at(S.slope)];
  const longest = Math.max(...[whole, memory, slope].map((v) => Math.hypot(...v)));
  const factor = longest > 0 ? Math.min(Math.max(longest, 45), 0.45 * Math.min(box.width, box.height)) / longest : 1;
  const tip = (from, v) => [from[0] + factor * v[0], from[1] + factor * v[1]];
  const down = pixels(-S.gradient[2 * step], -S.gradient[2 * step + 1]);
  const steep = Math.hypot(...down);
  if (Math.hypot(...memory) * factor > 2) {
    arrow(pen, origin, tip(origin, memory), MEMORY);
    arrow(pen, tip(origin, memory), tip(tip(origin, memory), slope), PULL);
  }
  arrow(pen, origin, tip(origin, whole), "#111");
  if (steep > 0) {
    arrow(pen, origin, [origin[0] + (60 * down[0]) / steep, origin[1] + (60 * down[1]) / steep], "#fff", [5, 5], "#333");
  }
  S.enlarged = factor;
  S.remembering = Math.hypot(...memory) * factor > 2;
}

function paintSteps(S) {
  const page = sheet(S.parts.steps);
  if (!page) return;
  const { pen, box, place } = page;
  within(page, () => {
    const [x] = place(S.at, 1);
    line(pen, [[x, box.top], [x, box.top + box.height]], "rgba(128,128,128,0.7)", 1, [4, 4], "rgba(0,0,0,0)");
    for (const track of shown(S)) {
      const now = Math.min(Math.round(S.at), track.last);
      const point = place(now, track.loss[now]);
      if (point.every(Number.isFinite)) disc(pen, point, track === main(S) ? 6 : 4, "#fff", track.colour);
    }
  });
}

// ---- controls -------------------------------------------------------------------------------------------------

function tell(S) {
  const walk = main(S);
  const at = Math.min(Math.round(S.at), walk.last);
  S.parts.scrub.value = String(at);
  S.parts.told.setAttribute("aria-live", S.playing ? "off" : "polite");
  S.parts.told.textContent =
    `step ${at} of ${walk.last} · ${S.names[0]} ${short(walk.x[at])} · ${S.names[1]} ${short(walk.y[at])} · loss ${short(walk.loss[at])}`;
  S.parts.scrub.setAttribute("aria-valuetext", S.parts.told.textContent);
  S.parts.play.textContent = S.playing ? "❚❚ Pause" : "▶ Play";
  S.root.dataset.step = String(at);
  const swatch = (colour, dashed) => `<i class="${dashed ? "dashed" : ""}" style="border-color:${colour}"></i>`;
  const size = S.enlarged;
  const scaled = !size || Math.abs(size - 1) < 0.02 ? "" : ` Arrows drawn ${size > 1 ? "" : "at "}${String(Number(size.toPrecision(2)))}× ${size > 1 ? "as long" : "their length"}.`;
  const pair = S.hidden.has(walk.key) ? null : rates(S);
  const boxed = pair ? `${swatch(BOX)}box: rate after the divisor, ${short(pair[0])} across and ${short(pair[1])} upward. ` : "";
  S.parts.key.innerHTML = boxed + (size
    ? `${swatch("#888", true)}${S.data.downhill} (direction only) ` +
      (S.remembering ? `${swatch(MEMORY)}from memory ${swatch(PULL)}from this slope ` : "") +
      `${swatch("#111")}the step itself.${scaled} ${S.data.stars} Click the map to start there.`
    : `${S.data.stars} Click the map to start there.`);
}

function goTo(S, at, { quiet = false } = {}) {
  S.at = Math.max(0, Math.min(at, main(S).last));
  paint(S);
  tell(S);
  drawSpace(S);
  if (!quiet) report(S);
}

function report(S) {
  clearTimeout(S.timer);
  S.timer = setTimeout(() => {
    const at = Math.round(S.at);
    if (S.playing || S.gone || at === S.reported) return;
    S.reported = at;
    S.awaited.push(at);
    S.send("step", at);
  }, 120);
}

// The server's step is news if it comes from the address or the number box. What was reported from here comes back
// too, perhaps when the reader is already further on: that is no news.
function heed(S, step) {
  if (step === S.known) return;
  S.known = step;
  const place = S.awaited.indexOf(step);
  if (place >= 0) {
    S.awaited.splice(0, place + 1);
    return;
  }
  S.awaited = [];
  S.reported = step;
  if (!S.playing) S.at = step;
}

function play(S, over = pause) {
  if (S.playing) return pause(S);
  if (S.at >= main(S).last) S.at = 0;
  S.playing = true;
  let before = performance.now();
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const frame = (now) => {
    if (!S.playing || S.gone) return;
    if (calm && now - before < CALM_MS) {
      requestAnimationFrame(frame);
      return;
    }
    const passed = Math.max(now - before, 0) / 1000; // a frame may have begun before the click
    S.at = Math.min(S.at + passed * Number(S.parts.speed.value), main(S).last);
    before = Math.max(now, before);
    paint(S);
    tell(S);
    if (!S.busy.space) drawSpace(S);
    if (S.at >= main(S).last) over(S);
    else requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  return tell(S);
}

function pause(S) {
  S.playing = false;
  goTo(S, Math.round(S.at));
}

// The worked example: the whole walk once. At its end, and at a touch, the step is the one of before; nobody is told.
function example(S) {
  S.before = S.at;
  S.at = 0;
  play(S, endExample);
}

function endExample(S) {
  if (S.before === undefined) return;
  S.playing = false;
  goTo(S, S.before, { quiet: true });
  S.before = undefined;
}

function chips(S) {
  const swatch = (track) =>
    `<svg width="26" height="8" aria-hidden="true"><line x1="1" x2="25" y1="4" y2="4" stroke="${track.colour}" stroke-width="3" stroke-dasharray="${(DASHES[track.dash] ?? []).join(" ")}"/></svg>`;
  S.parts.chips.replaceChildren(
    ...S.tracks.map((track) => {
      const chip = document.createElement("button");
      chip.type = "button";
      chip.innerHTML = swatch(track);
      chip.append(track.told);
      chip.title = "Show or hide this path";
      chip.setAttribute("aria-pressed", String(!S.hidden.has(track.key)));
      chip.onclick = () => {
        S.hidden.has(track.key) ? S.hidden.delete(track.key) : S.hidden.add(track.key);
        chip.setAttribute("aria-pressed", String(!S.hidden.has(track.key)));
        S.redraw();
        paint(S);
        tellView(S);
      };
      return chip;
    }),
  );
}

// ---- a picture to keep ------------------------------------------------------------------------------------------

const PICTURE = { width: 900, height: 720 };

// The map as it is now, with the walks as Plotly's own lines, for paper: dark on white, whatever the theme.
function onPaper(S) {
  const { xaxis, yaxis } = S.parts.contour._fullLayout;
  const layout = structuredClone(S.data.contours.layout);
  for (const [name, axis] of [["xaxis", xaxis], ["yaxis", yaxis]]) {
    Object.assign(layout[name], { range: [...axis.range], color: "#222", linecolor: "#222" });
  }
  const lines = [...shown(S)].reverse().map((track) => ({
    type: "scatter", mode: "lines+markers", name: track.told, marker: { size: 4, color: track.colour },
    x: Array.from(track.x.slice(0, track.end + 1)), y: Array.from(track.y.slice(0, track.end + 1)),
    line: { color: track.colour, width: 2.5, dash: track.dash },
  }));
  const start = { type: "scatter", mode: "markers", name: "start", x: [main(S).x[0]], y: [main(S).y[0]],
    marker: { size: 12, color: "#fff", line: { color: "#111", width: 2.5 } } };
  const legend = { orientation: "h", y: 1.02, yanchor: "bottom", x: 0 };
  const look = { ...PICTURE, autosize: false, showlegend: true, legend, font: { color: "#222", size: 14 }, paper_bgcolor: "#fff", plot_bgcolor: "#fff" };
  const traces = S.data.contours.data.map((trace) => ({ ...trace, showlegend: false }));
  return { data: [...traces, ...lines, start], layout: { ...layout, ...look, margin: { l: 70, r: 20, t: 40, b: 60 } } };
}

function save(S, format) {
  if (!S.parts.contour._fullLayout) return;
  const name = `netlab-${S.data.name}`;
  window.Plotly.downloadImage(onPaper(S), { ...PICTURE, format, filename: name, scale: format === "png" ? 2 : 1 })
    .then(() => { S.root.dataset.saved = format; })
    .catch((error) => { S.parts.told.textContent = trouble(error); });
}

// A click is a press and a release at one place; dragging zooms. A second click soon after resets Plotly's zoom.
function listen(S) {
  const panel = S.parts.contour;
  panel.onpointerdown = (down) => {
    const target = panel.querySelector(".nsewdrag")?.getBoundingClientRect();
    const inside = target && down.clientX >= target.left && down.clientX <= target.right && down.clientY >= target.top && down.clientY <= target.bottom;
    if (!inside || down.button) return;
    const done = (up) => {
      window.removeEventListener("pointerup", done, true);
      window.removeEventListener("pointercancel", done, true);
      if (up.type === "pointercancel" || Math.hypot(up.clientX - down.clientX, up.clientY - down.clientY) > 4) return;
      clearTimeout(S.click);
      if (S.clicked && up.timeStamp - S.clicked < 320) {
        S.clicked = 0;
        return;
      }
      S.clicked = up.timeStamp;
      S.click = setTimeout(() => choose(S, up.clientX - target.left, up.clientY - target.top), 250);
    };
    window.addEventListener("pointerup", done, true);
    window.addEventListener("pointercancel", done, true);
  };
}

function choose(S, x, y) {
  const { xaxis, yaxis } = S.parts.contour._fullLayout;
  const point = [[xaxis, x], [yaxis, y]].map(([axis, pixel]) => {
    const fine = 10 ** Math.floor(Math.log10(Math.abs(axis.range[1] - axis.range[0]) / 400));
    return Number((Math.round(axis.p2d(pixel) / fine) * fine).toPrecision(12));
  });
  S.playing = false;
  S.root.dataset.start = point.join(",");
  S.send("start", point);
}

function ready(root, { hidden, speed, ...view }) {
  const part = (selector) => root.querySelector(selector);
  const S = { root, at: 0, awaited: [], view, hidden: new Set(hidden), wishes: {}, busy: {}, parts: {} };
  S.parts = {
    contour: part(".contour .plot"), space: part(".space .plot"), steps: part(".steps .plot"), key: part(".key"),
    scrub: part(".scrub"), speed: part(".speed"), told: part(".told"), play: part(".play"), chips: part(".chips"),
  };
  S.parts.speed.replaceChildren(...SPEEDS.map((speed) => new Option(`${speed} steps/s`, speed, speed === SPEED, speed === SPEED)));
  S.parts.speed.value = String(speed ?? SPEED);
  return S;
}

export default function ({ parentElement, data, setStateValue }) {
  const root = parentElement.querySelector(".netlab-walk");
  const S = (root.walk ??= ready(root, data.view));
  S.ink = getComputedStyle(root).getPropertyValue("--st-text-color");
  S.gone = false;
  S.send = setStateValue;
  S.data = data;
  S.names = data.parameters;
  S.tracks = tracksOf(data);
  [S.memory, S.slope, S.gradient] = [data.memory, data.slope, data.gradient].map(numbers);
  S.box = data.box ? numbers(data.box) : null;
  S.parts.scrub.max = String(main(S).last);
  heed(S, data.step);
  S.at = Math.min(S.at, main(S).last);
  lookAnew(S);
  S.parts.play.onclick = () => play(S);
  S.parts.speed.onchange = () => tellView(S);
  root.querySelector(".back").onclick = () => goTo(S, Math.round(S.at) - 1);
  root.querySelector(".next").onclick = () => goTo(S, Math.round(S.at) + 1);
  for (const format of ["png", "svg"]) root.querySelector(`.save .${format}`).onclick = () => save(S, format);
  S.parts.scrub.oninput = () => {
    S.playing = false;
    goTo(S, Number(S.parts.scrub.value));
  };
  listen(S);
  const leave = atOpening(root, "landscape", () => example(S), () => endExample(S));
  chips(S);
  for (const name of ["contour", "space", "steps"]) {
    S.parts[name].style.height = `${data.contours.layout.height}px`;
    S.parts[name].setAttribute("aria-label", data.alt[name]);
  }
  S.redraw = () => {
    drawSteps(S, data);
    S.stale = true;
    drawSpace(S);
  };
  // A word on the step or the view alone redraws nothing but the ball.
  const mark = JSON.stringify([data.tracks, data.space, data.steps, S.ink]);
  plotly(data.file)
    .then(() => {
      drawContours(S, data);
      if (mark === S.mark) drawSpace(S);
      else S.redraw();
      S.mark = mark;
      paint(S);
      tell(S);
      root.dataset.updates = String(Number(root.dataset.updates ?? 0) + 1);
    })
    .catch((error) => {
      S.parts.told.textContent = trouble(error);
    });
  return () => {
    leave();
    S.before = undefined;
    S.gone = true;
    S.playing = false;
    for (const name of ["contour", "space", "steps"]) if (name !== "space" || drawsInSpace()) window.Plotly?.purge(S.parts[name]);
    [S.drawn, S.mark, S.wishes, S.busy] = [undefined, undefined, {}, {}]; // mounted again, all is drawn again
  };
}
