// A picture and a rectangle on it: dragged by its corners or as a whole, drawn anew with the mouse, moved by keys.
//
// What is sent are four numbers from 0 to 1: left, top, right, bottom. Streamlit calls this function again whenever data
// change, so what must last hangs on the element; another picture begins with the rectangle that the server knows.

const LEAST = 0.05; // of a side
const STEP = 0.02;
const PAUSE = 300; // ms after the last key

export default function ({ parentElement, data, setStateValue }) {
  const root = parentElement.querySelector(".crop");
  const frame = root.querySelector(".frame");
  const picture = root.querySelector(".picture");
  const box = root.querySelector(".box");
  const whole = root.querySelector(".whole");
  if (root.memory?.url !== data.url) {
    clearTimeout(root.memory?.waits);
    root.memory = { url: data.url, sides: [...data.crop], drag: null, waits: 0 };
    picture.src = root.querySelector(".bright").src = data.url;
    picture.alt = data.alt;
  }
  const memory = root.memory;
  const isWhole = (sides) => sides[0] === 0 && sides[1] === 0 && sides[2] === 1 && sides[3] === 1;

  function paint() {
    const [left, top, right, bottom] = memory.sides;
    box.style.left = `${100 * left}%`;
    box.style.top = `${100 * top}%`;
    box.style.width = `${100 * (right - left)}%`;
    box.style.height = `${100 * (bottom - top)}%`;
    const inset = [top, 1 - right, 1 - bottom, left].map((side) => `${100 * side}%`).join(" ");
    root.querySelector(".bright").style.clipPath = `inset(${inset})`;
    box.classList.toggle("all", isWhole(memory.sides));
    whole.disabled = isWhole(memory.sides);
    const share = (value) => `${Math.round(100 * value)}\u00a0%`;
    const said = isWhole(memory.sides)
      ? "All of the picture is read."
      : `Read: ${share(left)} to ${share(right)} across, ${share(top)} to ${share(bottom)} down.`;
    root.querySelector(".say").textContent = said;
    box.setAttribute("aria-label", `Rectangle on ${data.alt}. ${said}`);
  }

  function tell() {
    clearTimeout(memory.waits);
    memory.sides = memory.sides.map((side) => Math.round(side * 1e4) / 1e4);
    setStateValue("crop", memory.sides);
  }

  const within = (value, low, high) => Math.min(high, Math.max(low, value));

  function place(event) {
    const around = frame.getBoundingClientRect();
    return [(event.clientX - around.left) / around.width, (event.clientY - around.top) / around.height];
  }

  // Move one corner: it stays inside, and away from the opposite one.
  function pull(sides, [across, down], [x, y]) {
    sides[across] = across ? within(x, sides[0] + LEAST, 1) : within(x, 0, sides[2] - LEAST);
    sides[down] = down === 3 ? within(y, sides[1] + LEAST, 1) : within(y, 0, sides[3] - LEAST);
  }

  function shift(sides, x, y) {
    const [dx, dy] = [within(x, -sides[0], 1 - sides[2]), within(y, -sides[1], 1 - sides[3])];
    return [sides[0] + dx, sides[1] + dy, sides[2] + dx, sides[3] + dy];
  }

  frame.onpointerdown = (event) => {
    if (event.button !== 0 || memory.drag) return;
    const corner = event.target.dataset?.corner;
    const anew = event.target !== box && !corner;
    if (event.pointerType === "touch" && (anew || (!corner && isWhole(memory.sides)))) return; // the page is scrolled
    const from = place(event);
    memory.drag = { pointer: event.pointerId, from, sides: [...memory.sides], corner: corner?.split(" ").map(Number) };
    if (anew || (!corner && isWhole(memory.sides))) memory.drag.anew = true;
    frame.setPointerCapture(event.pointerId);
    box.focus({ preventScroll: true });
    event.preventDefault();
  };
  frame.onpointermove = (event) => {
    const drag = memory.drag;
    if (!drag || event.pointerId !== drag.pointer) return;
    const [x, y] = place(event);
    const [fromX, fromY] = drag.from;
    if (drag.anew) {
      if (Math.max(Math.abs(x - fromX), Math.abs(y - fromY)) < LEAST) return;
      const [left, top] = [within(Math.min(x, fromX), 0, 1 - LEAST), within(Math.min(y, fromY), 0, 1 - LEAST)];
      memory.sides = [left, top, within(Math.max(x, fromX), left + LEAST, 1), within(Math.max(y, fromY), top + LEAST, 1)];
    } else if (drag.corner) {
      pull(memory.sides, drag.corner, [x, y]);
    } else {
      memory.sides = shift(drag.sides, x - fromX, y - fromY);
    }
    paint();
  };
  frame.onpointerup = frame.onpointercancel = (event) => {
    const drag = memory.drag;
    if (!drag || event.pointerId !== drag.pointer) return;
    memory.drag = null;
    if (memory.sides.some((side, at) => side !== drag.sides[at])) tell();
  };

  const arrows = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };
  box.onkeydown = (event) => {
    const arrow = arrows[event.key];
    if (!arrow) return;
    const [, , right, bottom] = memory.sides;
    if (event.shiftKey) pull(memory.sides, [2, 3], [right + arrow[0], bottom + arrow[1]]);
    else memory.sides = shift(memory.sides, ...arrow);
    event.preventDefault();
    paint();
    clearTimeout(memory.waits);
    memory.waits = setTimeout(tell, PAUSE);
  };

  whole.onclick = () => {
    memory.sides = [0, 0, 1, 1];
    paint();
    tell();
  };

  paint();
}
