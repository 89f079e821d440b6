// A curve of one's own: click to add a point, drag to move it, double click to take it away.
//
// The server holds the points (they stand in the address) and sends them back; this only shows and moves them.

const HEIGHT = 150;
const EDGE = 14; // pixels left free on every side
const REACH = 14; // pixels within which a click takes hold of a point

export default function ({ parentElement, data, setStateValue }) {
  const root = parentElement.querySelector(".points");
  const canvas = root.querySelector("canvas");
  const memory = (root.memory ??= { points: [], held: null, width: 0 });
  if (memory.held === null) memory.points = data.points.map((point) => [...point]);
  const theme = getComputedStyle(root);
  const read = (name, other) => theme.getPropertyValue(name).trim() || other;

  const wide = () => memory.width - 2 * EDGE;
  const high = HEIGHT - 2 * EDGE;
  const toScreen = ([x, y]) => [EDGE + ((x + 1) / 2) * wide(), EDGE + ((data.top - y) / (2 * data.top)) * high];
  const rounded = (value, most) => Math.round(100 * Math.min(most, Math.max(-most, value))) / 100;
  const toNumbers = (left, down) => [
    rounded((2 * (left - EDGE)) / wide() - 1, 1),
    rounded(data.top - (2 * data.top * (down - EDGE)) / high, data.top),
  ];

  function paint() {
    const fine = window.devicePixelRatio || 1;
    memory.width = Math.max(canvas.clientWidth, 100);
    canvas.width = Math.round(memory.width * fine);
    canvas.height = Math.round(HEIGHT * fine);
    const pen = canvas.getContext("2d");
    pen.scale(fine, fine);
    pen.strokeStyle = read("--st-border-color", "#ccc");
    pen.beginPath();
    pen.moveTo(0, HEIGHT / 2);
    pen.lineTo(memory.width, HEIGHT / 2);
    pen.moveTo(memory.width / 2, 0);
    pen.lineTo(memory.width / 2, HEIGHT);
    pen.stroke();
    const sorted = [...memory.points].sort((one, other) => one[0] - other[0]).map(toScreen);
    pen.strokeStyle = PALETTE.grey;
    pen.lineWidth = 2;
    pen.beginPath();
    sorted.forEach(([left, down], place) => (place ? pen.lineTo(left, down) : pen.moveTo(left, down)));
    pen.stroke();
    pen.fillStyle = read("--st-primary-color", "#0067a3");
    sorted.forEach(([left, down]) => {
      pen.beginPath();
      pen.arc(left, down, 7, 0, 2 * Math.PI);
      pen.fill();
    });
    pen.fillStyle = read("--st-text-color", "#222");
    pen.font = "12px sans-serif";
    pen.fillText(`y = ${data.top}`, memory.width / 2 + 5, 13);
    pen.fillText("x = −1", 4, HEIGHT - 5);
    pen.fillText("x = 1", memory.width - 34, HEIGHT - 5);
  }

  function tell() {
    paint();
    setStateValue("points", memory.points);
  }

  function spot(event) {
    const box = canvas.getBoundingClientRect();
    return [event.clientX - box.left, ((event.clientY - box.top) * HEIGHT) / box.height];
  }

  function near([left, down]) {
    return memory.points.findIndex((point) => {
      const [x, y] = toScreen(point);
      return Math.hypot(x - left, y - down) < REACH;
    });
  }

  canvas.onpointerdown = (event) => {
    if (event.button) return;
    canvas.setPointerCapture(event.pointerId);
    const at = spot(event);
    const found = near(at);
    if (found < 0 && memory.points.length >= data.most) return;
    memory.held = found >= 0 ? found : memory.points.push(toNumbers(...at)) - 1;
    paint();
  };
  canvas.onpointermove = (event) => {
    if (memory.held === null) return;
    memory.points[memory.held] = toNumbers(...spot(event));
    paint();
  };
  canvas.onpointerup = canvas.onpointercancel = () => {
    if (memory.held === null) return;
    memory.held = null;
    tell();
  };
  canvas.ondblclick = (event) => {
    const found = near(spot(event));
    if (found < 0) return;
    memory.points.splice(found, 1);
    tell();
  };
  root.querySelector(".undo").onclick = () => {
    memory.points.pop();
    tell();
  };
  root.querySelector(".clear").onclick = () => {
    memory.points = [];
    tell();
  };
  root.repaint = paint;
  memory.watch ??= new ResizeObserver(() => root.repaint());
  memory.watch.observe(root);
  paint();
  return () => memory.watch.disconnect();
}
