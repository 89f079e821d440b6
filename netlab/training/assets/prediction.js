// The curve that a reader expects: drag over the chart to draw it. The server holds its points and sends them back.

const HEIGHT = 200;
const LEFT = 44;
const RIGHT = 12;
const TOP = 10;
const BOTTOM = 30;
const COLUMNS = 40; // at least so many places to draw at

export default function ({ parentElement, data, setStateValue }) {
  const root = parentElement.querySelector(".prediction");
  const canvas = root.querySelector("canvas");
  const memory = (root.memory ??= { shares: null, last: null, width: 0, drawing: false });
  const parts = Math.ceil(COLUMNS / data.epochs); // of an epoch, so that every epoch ends at a place
  const places = Math.min(data.epochs * parts, 199);
  if (!memory.drawing) memory.shares = Array.from({ length: places + 1 }, (_, place) => shareAt((place * data.epochs) / places));
  canvas.className = data.fixed ? "fixed" : "";
  canvas.setAttribute("aria-label", data.alt);
  const theme = getComputedStyle(root);
  const read = (name, other) => theme.getPropertyValue(name).trim() || other;
  const wide = () => memory.width - LEFT - RIGHT;
  const high = HEIGHT - TOP - BOTTOM;
  const across = (epoch) => LEFT + (epoch / data.epochs) * wide();
  const down = (share) => TOP + (1 - share) * high;

  function shareAt(epoch) {
    const { epochs, accuracies } = data.points;
    let right = epochs.findIndex((one) => one >= epoch);
    if (right < 0) return accuracies[accuracies.length - 1];
    if (right === 0) return accuracies[0];
    const part = (epoch - epochs[right - 1]) / (epochs[right] - epochs[right - 1]);
    return accuracies[right - 1] + part * (accuracies[right] - accuracies[right - 1]);
  }

  function paint() {
    const fine = window.devicePixelRatio || 1;
    memory.width = Math.max(canvas.clientWidth, 160);
    canvas.width = Math.round(memory.width * fine);
    canvas.height = Math.round(HEIGHT * fine);
    const pen = canvas.getContext("2d");
    pen.scale(fine, fine);
    pen.font = "12px sans-serif";
    pen.fillStyle = read("--st-text-color", "#222");
    pen.strokeStyle = read("--st-border-color", "#ccc");
    pen.textAlign = "right";
    pen.textBaseline = "middle";
    for (const share of [0, 0.25, 0.5, 0.75, 1]) {
      pen.fillText(`${100 * share} %`, LEFT - 6, down(share));
      stroke(pen, [[0, share], [data.epochs, share]]);
    }
    pen.textAlign = "center";
    pen.textBaseline = "top";
    const apart = Math.ceil(data.epochs / 10);
    for (let epoch = 0; epoch <= data.epochs; epoch += apart) {
      pen.fillText(epoch === data.epochs || epoch + apart > data.epochs ? `${epoch} epochs` : epoch, Math.min(across(epoch), memory.width - 28), HEIGHT - BOTTOM + 8);
      stroke(pen, [[epoch, 0], [epoch, 1]]);
    }
    pen.strokeStyle = PALETTE.green;
    pen.lineWidth = 2.5;
    pen.setLineDash(data.fixed ? [6, 4] : []);
    stroke(pen, memory.shares.map((share, place) => [(place * data.epochs) / places, share]));
    pen.setLineDash([]);
  }

  function stroke(pen, points) {
    pen.beginPath();
    points.forEach(([epoch, share], place) => (place ? pen.lineTo(across(epoch), down(share)) : pen.moveTo(across(epoch), down(share))));
    pen.stroke();
  }

  function spot(event) {
    const box = canvas.getBoundingClientRect();
    const part = (((event.clientX - box.left) * memory.width) / box.width - LEFT) / wide();
    const share = 1 - (((event.clientY - box.top) * HEIGHT) / box.height - TOP) / high;
    const within = (value) => Math.min(1, Math.max(0, value));
    return [Math.round(within(part) * places), Math.round(1000 * within(share)) / 1000];
  }

  function drawTo([place, share]) {
    const [from, before] = memory.last ?? [place, share];
    const step = place < from ? -1 : 1;
    for (let at = from; at !== place + step; at += step) {
      memory.shares[at] = place === from ? share : before + ((share - before) * (at - from)) / (place - from);
    }
    memory.last = [place, share];
    paint();
  }

  canvas.onpointerdown = (event) => {
    if (event.button || data.fixed) return;
    canvas.setPointerCapture(event.pointerId);
    memory.drawing = true;
    memory.last = null;
    drawTo(spot(event));
  };
  canvas.onpointermove = (event) => {
    if (memory.drawing) drawTo(spot(event));
  };
  canvas.onpointerup = canvas.onpointercancel = () => {
    if (!memory.drawing) return;
    memory.drawing = false;
    const epochs = memory.shares.map((_, place) => (place * data.epochs) / places);
    setStateValue("drawn", { epochs, accuracies: memory.shares.map((share) => Math.round(1000 * share) / 1000) });
  };
  root.repaint = paint;
  memory.watch ??= new ResizeObserver(() => root.repaint());
  memory.watch.observe(root);
  paint();
  return () => memory.watch.disconnect();
}
