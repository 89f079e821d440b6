// Arrows from one point, a picture each, and their mean. The one under the pointer is told; a click or the arrow keys
// choose one. Both axes have one scale, so angles are what they look like.

const NEAR = 24;
const EDGE = { left: 12, right: 12, top: 12, bottom: 28 };

export default function ({ parentElement, data, setTriggerValue }) {
  const root = parentElement.querySelector(".arrows");
  const canvas = root.querySelector("canvas");
  const says = root.querySelector(".says");
  const style = getComputedStyle(root);
  const [red, green, blue] = style.color.match(/[\d.]+/g).map(Number);
  const dark = 0.3 * red + 0.59 * green + 0.11 * blue > 128;
  const ink = style.color;
  const colours = dark ? [PALETTE.orange, PALETTE.sky] : [PALETTE.vermilion, PALETTE.blue];
  const { along, aside, right, words } = data;
  const count = along.length;
  let hovered = -1;
  let place;
  canvas.setAttribute("aria-label", data.alt);

  const spread = (values) => [Math.min(0, ...values), Math.max(0, ...values)];
  const [x0, x1] = spread([...along, data.mean]);
  const [y0, y1] = spread(aside);

  function layout() {
    const [width, height] = [root.clientWidth, canvas.clientHeight];
    const dots = window.devicePixelRatio || 1;
    canvas.width = width * dots;
    canvas.height = height * dots;
    const [room, depth] = [width - EDGE.left - EDGE.right, height - EDGE.top - EDGE.bottom];
    const scale = Math.min(room / (x1 - x0 || 1), depth / (y1 - y0 || 1));
    const x = EDGE.left + (room - scale * (x1 - x0)) / 2 - scale * x0;
    const y = EDGE.top + (depth + scale * (y1 - y0)) / 2 + scale * y0;
    place = { width, height, dots, scale, at: (a, b) => [x + scale * a, y - scale * b] };
  }

  function arrow(pen, a, b, colour, width) {
    const [[x, y], [u, v]] = [place.at(0, 0), place.at(a, b)];
    const [angle, head] = [Math.atan2(v - y, u - x), Math.min(4 + 2 * width, Math.hypot(u - x, v - y))];
    pen.strokeStyle = pen.fillStyle = colour;
    pen.lineWidth = width;
    pen.beginPath();
    pen.moveTo(x, y);
    pen.lineTo(u, v);
    pen.stroke();
    pen.beginPath();
    pen.moveTo(u, v);
    for (const turn of [2.7, -2.7]) pen.lineTo(u + head * Math.cos(angle + turn), v + head * Math.sin(angle + turn));
    pen.fill();
  }

  function ruler(pen) {
    const left = EDGE.left;
    const power = 10 ** Math.floor(Math.log10(place.width / 4 / place.scale));
    const length = [5, 2, 1].map((by) => by * power).find((by) => by * place.scale <= place.width / 3) || power;
    const y = place.height - 10;
    pen.strokeStyle = pen.fillStyle = ink;
    pen.lineWidth = 1.5;
    pen.beginPath();
    pen.moveTo(left, y - 4);
    pen.lineTo(left, y);
    pen.lineTo(left + length * place.scale, y);
    pen.lineTo(left + length * place.scale, y - 4);
    pen.stroke();
    pen.font = `12px ${style.fontFamily}`;
    pen.fillText(`length ${Number(length.toPrecision(2))}`, left + length * place.scale + 8, y + 1);
  }

  function paint() {
    const pen = canvas.getContext("2d");
    pen.setTransform(place.dots, 0, 0, place.dots, 0, 0);
    pen.clearRect(0, 0, place.width, place.height);
    pen.globalAlpha = 0.35;
    pen.strokeStyle = ink;
    pen.lineWidth = 1;
    const [x, y] = place.at(0, 0);
    pen.beginPath();
    pen.moveTo(0, y);
    pen.lineTo(place.width, y);
    pen.moveTo(x, 0);
    pen.lineTo(x, place.height - EDGE.bottom);
    pen.stroke();
    pen.globalAlpha = count > 64 ? 0.5 : 0.8;
    for (let at = 0; at < count; at++) arrow(pen, along[at], aside[at], colours[right[at] ? 1 : 0], 1.5);
    pen.globalAlpha = 1;
    for (const at of new Set([data.chosen, hovered])) {
      if (at >= 0) arrow(pen, along[at], aside[at], at === hovered ? ink : colours[right[at] ? 1 : 0], 3.5);
    }
    arrow(pen, data.mean, 0, ink, 4.5);
    ruler(pen);
  }

  // The arrow whose tip is nearest to the pointer; of short ones, that lie in a heap, none but the nearest can be met.
  function under(event) {
    const box = canvas.getBoundingClientRect();
    const [u, v] = [event.clientX - box.left, event.clientY - box.top];
    let [best, least] = [-1, NEAR];
    for (let at = 0; at < count; at++) {
      const [x, y] = place.at(along[at], aside[at]);
      const distance = Math.hypot(x - u, y - v);
      if (distance < least) [best, least] = [at, distance];
    }
    return best;
  }

  function hover(at) {
    if (at === hovered) return;
    hovered = at;
    says.textContent = at >= 0 ? words[at] : data.hint;
    paint();
  }

  says.textContent = data.hint;
  layout();
  paint();
  canvas.onpointermove = (event) => hover(under(event));
  canvas.onpointerleave = () => hover(-1);
  canvas.onclick = (event) => {
    const at = under(event);
    if (at >= 0) setTriggerValue("picked", at);
  };
  const order = [...along.keys()].sort((a, b) => data.lengths[b] - data.lengths[a]);
  canvas.onkeydown = (event) => {
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    setTriggerValue("picked", order[(order.indexOf(data.chosen) + by + count) % count]);
  };
  const resized = new ResizeObserver(() => {
    layout();
    paint();
  });
  resized.observe(root);
  return () => resized.disconnect();
}
