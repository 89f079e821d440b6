// A picture, its 28×28 numbers and its unrolling into one row of 784, all three pointing at the same pixel.
//
// The numbers carry the picture's own grey as their background: the table is the picture. Streamlit calls this
// again whenever the data change; what must last (where one points, how far it is unrolled) hangs on the element.

import { atOpening } from "netlab/app/example";

const SIDE = 28;
const CELL = 18;

export default function ({ parentElement, data, setStateValue }) {
  const root = parentElement.querySelector(".numbers");
  const find = (name) => root.querySelector(name);
  const [picture, grid, strip, range] = [".picture", ".grid", ".strip", "input"].map(find);
  const memory = (root.memory ??= { at: data.look.slice(0, 2), rows: data.look[2], timer: null, told: String(data.look) });
  const pixels = Uint8Array.from(atob(data.pixels), (letter) => letter.charCodeAt(0));
  const fine = window.devicePixelRatio || 1;
  const colour = (value) => `rgb(${value},${value},${value})`;
  const theme = getComputedStyle(root);
  const words = theme.getPropertyValue("--st-text-color").trim() || "#222";

  const shares = data.shares;
  const written = (value) => {
    if (!shares) return String(value);
    if (value === 0 || value === 255) return String(value / 255);
    const text = (value / 255).toFixed(2);
    return text === "1.00" ? "1.0" : text.slice(1);
  };

  function sized(canvas, width, height) {
    canvas.width = Math.round(width * fine);
    canvas.height = Math.round(height * fine);
    canvas.style.height = `${height}px`;
    const pen = canvas.getContext("2d");
    pen.scale(fine, fine);
    return pen;
  }

  function image() {
    const small = new OffscreenCanvas(SIDE, SIDE);
    const pen = small.getContext("2d");
    const picture = pen.createImageData(SIDE, SIDE);
    pixels.forEach((value, place) => picture.data.set([value, value, value, 255], 4 * place));
    pen.putImageData(picture, 0, 0);
    return small;
  }

  const small = image();

  function paintPicture() {
    const pen = picture.getContext("2d");
    pen.imageSmoothingEnabled = false;
    pen.drawImage(small, 0, 0, 280, 280);
    pen.strokeStyle = PALETTE.orange;
    pen.lineWidth = 2;
    pen.strokeRect(memory.at[1] * 10 - 1, memory.at[0] * 10 - 1, 12, 12);
  }

  function paintGrid() {
    const side = SIDE * CELL;
    grid.style.width = `${side}px`;
    const pen = sized(grid, side, side);
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.font = `${shares ? 9.5 : 9}px sans-serif`;
    pixels.forEach((value, place) => {
      const [row, column] = [Math.floor(place / SIDE), place % SIDE];
      pen.fillStyle = colour(value);
      pen.fillRect(column * CELL, row * CELL, CELL, CELL);
      pen.fillStyle = value === 0 ? "#5b6570" : value > 110 ? "#000" : "#fff";
      pen.fillText(written(value), (column + 0.5) * CELL, (row + 0.5) * CELL + 1);
    });
    pen.strokeStyle = PALETTE.orange;
    pen.lineWidth = 2.5;
    pen.strokeRect(memory.at[1] * CELL, memory.at[0] * CELL, CELL, CELL);
  }

  // Row r lies in the picture at first; unrolled, it lies in the strip between position 28r and 28r + 27.
  function paintStrip() {
    const width = Math.max(strip.clientWidth, 200);
    const pixel = width / (SIDE * SIDE);
    const cell = Math.min(4, width / 60);
    const bandTop = SIDE * cell + 10;
    const pen = sized(strip, width, bandTop + 44);
    pen.imageSmoothingEnabled = false;
    pen.fillStyle = "#000";
    pen.fillRect(0, 0, SIDE * cell, SIDE * cell);
    pen.fillStyle = `${PALETTE.grey}33`;
    pen.fillRect(0, bandTop, width, 22);
    for (let row = SIDE - 1; row >= 0; row -= 1) {
      const done = Math.min(1, Math.max(0, memory.rows - row));
      const eased = done * done * (3 - 2 * done);
      const [left, top] = [eased * row * SIDE * pixel, row * cell + eased * (bandTop - row * cell)];
      const [wide, high] = [cell + eased * (pixel - cell), cell + eased * (22 - cell)];
      pen.drawImage(small, 0, row, SIDE, 1, left, top, wide * SIDE, high);
      if (done > 0 && done < 1) {
        pen.strokeStyle = PALETTE.orange;
        pen.lineWidth = 1.5;
        pen.strokeRect(left, top, wide * SIDE, high);
      }
    }
    const position = SIDE * memory.at[0] + memory.at[1];
    const out = memory.rows >= memory.at[0] + 1;
    pen.strokeStyle = PALETTE.orange;
    pen.fillStyle = words;
    pen.font = "12px sans-serif";
    pen.lineWidth = 2;
    if (out) {
      const x = (position + 0.5) * pixel;
      pen.beginPath();
      pen.moveTo(x, bandTop - 4);
      pen.lineTo(x, bandTop + 26);
      pen.stroke();
      pen.textAlign = x < 60 ? "left" : x > width - 60 ? "right" : "center";
      pen.fillText(`number ${position}`, x, bandTop + 40);
    } else {
      pen.strokeRect(memory.at[1] * cell, memory.at[0] * cell, cell, cell);
    }
    range.value = memory.rows;
    find("output").textContent = Math.floor(memory.rows);
    find(".play").textContent = memory.timer ? "Pause" : memory.rows >= SIDE ? "Roll up" : "Unroll";
    find(".caption").textContent =
      `Flatten lays the rows end to end: ${SIDE} rows of ${SIDE} become one row of ${SIDE * SIDE}. ` +
      `Row ${memory.at[0]}, column ${memory.at[1]} becomes number ${memory.at[0]}·${SIDE} + ${memory.at[1]} = ${position}. ` +
      "Nothing is added and nothing is lost.";
  }

  function sayPixel() {
    const [row, column] = memory.at;
    const value = pixels[row * SIDE + column];
    const ink = value === 0 ? "black: no ink" : value > 240 ? "white: full ink" : data.mean ? "grey: ink in some of the pictures" : "grey: the edge of a stroke";
    find(".pixel").textContent =
      `Row ${row}, column ${column}: ${value} of 255 (${ink}). Divided by 255: ${(value / 255).toFixed(4)}.`;
  }

  function paint() {
    paintPicture();
    paintGrid();
    paintStrip();
    sayPixel();
  }

  // For the address, when it stands still or the pointer leaves: where one points, and how far it is unrolled. Told
  // late, it would cross a click on a button elsewhere and bring the image of before back.
  function tell(wait = 600) {
    clearTimeout(memory.telling);
    memory.telling = setTimeout(() => {
      const look = [...memory.at, Math.round(memory.rows)];
      if (memory.timer || String(look) === memory.told) return;
      memory.told = String(look);
      setStateValue("look", look);
    }, wait);
  }

  function point(row, column) {
    const within = (value) => Math.min(SIDE - 1, Math.max(0, value));
    memory.at = [within(row), within(column)];
    paint();
    tell();
  }

  const pointer = (canvas) => (event) => {
    const box = canvas.getBoundingClientRect();
    const place = (value, size) => Math.floor((value / size) * SIDE);
    point(place(event.clientY - box.top, box.height), place(event.clientX - box.left, box.width));
  };
  picture.onpointermove = picture.onpointerdown = pointer(picture);
  grid.onpointermove = grid.onpointerdown = pointer(grid);
  picture.onpointerleave = grid.onpointerleave = () => tell(0);
  picture.onkeydown = (event) => {
    const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    if (!step) return;
    event.preventDefault();
    point(memory.at[0] + step[0], memory.at[1] + step[1]);
  };

  function stop() {
    cancelAnimationFrame(memory.timer);
    memory.timer = null;
  }

  function move(rows) {
    memory.rows = Math.min(SIDE, Math.max(0, rows));
    paintStrip();
    tell();
  }

  root.move = move; // the animation outlives a change of picture: it calls the newest one
  find(".play").onclick = () => {
    if (memory.timer) {
      stop();
      paintStrip();
      return;
    }
    const towards = memory.rows >= SIDE ? -1 : 1;
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) root.move(towards > 0 ? SIDE : 0);
    else run(towards);
  };

  // Unroll, or roll up again, and then do what comes after.
  function run(towards, then = () => {}) {
    let before = null;
    const frame = (now) => {
      const passed = before === null ? 0 : (now - before) / 1000;
      before = now;
      const speed = towards > 0 ? 5 : 20; // rows a second
      const next = memory.rows + towards * speed * passed;
      const over = towards > 0 ? next >= SIDE : next <= 0;
      memory.timer = over ? null : requestAnimationFrame(frame);
      root.move(next);
      if (over) then();
    };
    memory.timer = requestAnimationFrame(frame);
  }

  // The worked example: unrolled once, and rolled up again. Touched, it is as it was.
  const leave = atOpening(
    root,
    "numbers",
    () => {
      memory.shows = memory.rows;
      run(1, () => run(-1, () => (memory.shows = undefined)));
    },
    () => {
      if (memory.shows === undefined) return;
      stop();
      memory.rows = memory.shows;
      memory.shows = undefined;
      root.repaint();
    },
  );
  range.oninput = () => {
    stop();
    move(Number(range.value));
  };
  range.setAttribute("aria-label", "rows unrolled");
  picture.setAttribute("aria-label", data.alt);
  root.repaint = paintStrip;
  memory.watch ??= new ResizeObserver(() => root.repaint());
  memory.watch.observe(strip.parentElement);
  paint();
  return () => {
    leave();
    stop();
    clearTimeout(memory.telling);
    memory.watch.disconnect();
  };
}
