// A pad to draw digits on: mouse, touch, pen or arrow keys; undo; clear. While the pen is down the browser itself reads
// what is drawn (reader.js); when it is lifted, the server does.
//
// However large the pad is on the screen, strokes are in units of 280 by 280, and so is the picture that is read and
// sent: it is drawn a second time on a sheet that nobody sees.
//
// Streamlit calls this function on mount and again whenever data or theme change, and runs only the last
// clean-up. So it is written to be called any number of times: what must last hangs on the element.

import { SIDE, WAITS, draw, levels, packed, preview, read, restarted, share, show } from "netlab/drawing/reader";
import { loaded } from "netlab/drawing/network";

// What waits for a reload of the page in the same tab.
const shelf = (key) => `netlab drawing ${key}`;

function remembered(key) {
  try {
    const strokes = JSON.parse(sessionStorage.getItem(shelf(key)));
    const sound = Array.isArray(strokes) && strokes.every((stroke) => Array.isArray(stroke) && stroke.length >= 2 && stroke.every(Number.isFinite));
    return sound ? strokes : [];
  } catch {
    return []; // the browser keeps nothing, or something else: the pad is empty then
  }
}

function remember(key, strokes) {
  try {
    sessionStorage.setItem(shelf(key), JSON.stringify(strokes));
  } catch {
    // no room, or not allowed: a reload empties the pad
  }
}

export default function ({ parentElement, data, setStateValue }) {
  const root = parentElement.querySelector(".pad");
  const canvas = root.querySelector("canvas");
  const pen = canvas.getContext("2d");
  const memory = (root.memory ??= {
    strokes: (data.strokes ?? []).map((stroke) => [...stroke]),
    stroke: null,
    pointer: null,
    seq: data.seq ?? 0,
    cursor: [SIDE / 2, SIDE / 4],
    writing: false,
    pasted: null,
    demo: null,
    sheet: null,
    network: null,
    reader: null,
    asked: false,
  });
  if (!memory.sheet) {
    const paper = document.createElement("canvas");
    paper.width = paper.height = SIDE;
    memory.sheet = paper.getContext("2d", { willReadFrequently: true });
    restarted(data.key, memory.seq);
  }
  root.classList.toggle("large", Boolean(data.large));

  // The newest weights take over once they are here; another reader is not answered for by the one before.
  if (memory.reader !== data.reader) memory.network = null;
  memory.reader = data.reader;
  if (data.network) {
    loaded(data.network).then(
      (network) => {
        if (memory.reader !== data.reader) return;
        memory.network = network;
        if (memory.stroke) ask();
      },
      () => (memory.network = null), // the server reads then
    );
  } else {
    memory.network = null;
  }

  const all = () => (memory.stroke ? [...memory.strokes, memory.stroke] : memory.strokes);

  function paint(withCursor) {
    pen.setTransform(canvas.width / SIDE, 0, 0, canvas.width / SIDE, 0, 0);
    pen.fillStyle = "#000";
    pen.fillRect(0, 0, SIDE, SIDE);
    if (memory.pasted) {
      const scale = SIDE / Math.max(memory.pasted.width, memory.pasted.height);
      const [wide, high] = [memory.pasted.width * scale, memory.pasted.height * scale];
      pen.drawImage(memory.pasted, (SIDE - wide) / 2, (SIDE - high) / 2, wide, high);
    }
    if (!memory.strokes.length && !memory.stroke && !memory.pasted) {
      pen.fillStyle = "#9aa7b4";
      pen.font = "18px sans-serif";
      pen.textAlign = "center";
      pen.fillText("draw a digit here", SIDE / 2, SIDE / 2);
    }
    draw(pen, all(), data.brush);
    if (withCursor) {
      pen.strokeStyle = memory.writing ? PALETTE.sky : PALETTE.orange;
      pen.lineWidth = 2;
      pen.beginPath();
      pen.arc(...memory.cursor, 12, 0, 2 * Math.PI);
      pen.stroke();
    }
  }

  function sheet() {
    memory.sheet.fillStyle = "#000";
    memory.sheet.fillRect(0, 0, SIDE, SIDE);
    draw(memory.sheet, all(), data.brush);
    return levels(memory.sheet);
  }

  // Read what is drawn and show it at once, where the browser can; ``stamp`` says of which drawing it is.
  function look(stamp) {
    if (memory.pasted || (memory.network === null && all().length)) preview(data.key, stamp, WAITS);
    else preview(data.key, stamp, all().length ? read(memory.network, sheet()) : null);
  }

  // Look at a stroke that grows, at most once in a frame.
  function ask() {
    if (memory.asked) return;
    memory.asked = true;
    requestAnimationFrame(() => {
      memory.asked = false;
      if (memory.stroke) look(memory.seq + 0.5);
    });
  }

  function sized() {
    const side = Math.max(SIDE, Math.round(canvas.clientWidth * (devicePixelRatio || 1)));
    if (side === canvas.width) return;
    canvas.width = canvas.height = side;
    paint(false);
  }
  root.watched?.disconnect();
  root.watched = new ResizeObserver(sized);
  root.watched.observe(canvas);

  const [digit, sure] = root.querySelector(".now").children;
  const over = show(data.key, "pad", ({ shown, old }) => {
    root.querySelector(".now").classList.toggle("old", old);
    const best = shown?.probabilities ? Math.max(...shown.probabilities) : null;
    if (shown?.doubt) {
      [digit.textContent, sure.textContent] = ["?", "no digit, it seems"];
      return;
    }
    digit.textContent = shown?.digits ?? (best === null ? "–" : [...shown.probabilities].indexOf(best));
    sure.textContent = best === null ? "" : `${share(best)} sure`;
  });

  const say = (text) => (root.querySelector(".trouble").textContent = text);

  function tell() {
    say("");
    paint(false);
    let picture = memory.pasted ? memory.pasted.toDataURL("image/jpeg", 0.92) : null;
    if (memory.strokes.length) {
      const letters = Array.from(packed(sheet()), (byte) => String.fromCharCode(byte));
      picture = `data:image/x-netlab-pad;base64,${btoa(letters.join(""))}`;
    }
    memory.seq += 1;
    look(memory.seq);
    if (data.large) remember(data.key, memory.strokes);
    setStateValue("drawing", { seq: memory.seq, picture, strokes: memory.strokes });
  }

  function finish() {
    if (memory.stroke) memory.strokes.push(memory.stroke);
    memory.stroke = null;
    tell();
  }

  // On an empty pad that nobody has touched, draw an example, once; the first touch takes it away.
  function showHow() {
    if (!data.demo.length || memory.demo || memory.seq || memory.strokes.length) return;
    memory.demo = "drawing";
    const began = performance.now();
    const hurry = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const step = (now) => {
      if (memory.demo !== "drawing") return;
      const done = hurry ? 1 : Math.min(1, (now - began) / 1300);
      memory.stroke = data.demo.slice(0, 2 * Math.max(1, Math.round((done * data.demo.length) / 2)));
      paint(false);
      ask();
      if (done < 1) {
        requestAnimationFrame(step);
      } else {
        memory.demo = "shown";
        finish();
      }
    };
    requestAnimationFrame(step);
  }

  function endDemo() {
    if (memory.demo === "drawing") memory.stroke = null;
    if (memory.demo === "drawing" || memory.demo === "shown") memory.strokes = [];
    memory.demo = "over";
  }

  function place(event) {
    const box = canvas.getBoundingClientRect();
    const scale = SIDE / box.width;
    return [event.clientX - box.left, event.clientY - box.top].map((value) => Math.round(10 * value * scale) / 10);
  }

  async function paste(event) {
    const field = event.target.closest?.("input, textarea, [contenteditable]");
    if (field) return; // text goes where it was meant to go
    const item = [...(event.clipboardData?.items ?? [])].find((one) => one.type.startsWith("image/"));
    if (!item) {
      say("Only a picture can be pasted here: copy one, then press Ctrl+V again.");
      return;
    }
    event.preventDefault();
    const picture = await createImageBitmap(item.getAsFile());
    const scale = Math.min(1, 400 / Math.max(picture.width, picture.height));
    const copy = document.createElement("canvas");
    copy.width = Math.max(1, Math.round(picture.width * scale));
    copy.height = Math.max(1, Math.round(picture.height * scale));
    const copier = copy.getContext("2d");
    copier.fillStyle = "#fff"; // transparent paper is white
    copier.fillRect(0, 0, copy.width, copy.height);
    copier.drawImage(picture, 0, 0, copy.width, copy.height);
    endDemo();
    memory.strokes = [];
    memory.pasted = copy;
    tell();
  }
  const onPaste = (document.onpaste = (event) => {
    paste(event).catch(() => say("The pasted picture cannot be read. Copy it as PNG or JPEG and paste again."));
  });

  canvas.onpointerdown = (event) => {
    if (event.button !== 0 || memory.pointer !== null) return;
    endDemo();
    memory.pasted = null;
    canvas.setPointerCapture(event.pointerId);
    memory.pointer = event.pointerId;
    memory.stroke = place(event);
    paint(false);
    ask();
  };
  canvas.onpointermove = (event) => {
    if (event.pointerId !== memory.pointer) return;
    const events = event.getCoalescedEvents?.() ?? [];
    for (const one of events.length ? events : [event]) memory.stroke.push(...place(one));
    paint(false);
    ask();
  };
  canvas.onpointerup = canvas.onpointercancel = (event) => {
    if (event.pointerId !== memory.pointer) return;
    memory.pointer = null;
    finish();
  };

  const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  canvas.onkeydown = (event) => {
    const arrow = arrows[event.key];
    if (arrow) {
      const far = event.shiftKey ? 20 : 10;
      memory.cursor = memory.cursor.map((value, axis) => Math.min(SIDE, Math.max(0, value + far * arrow[axis])));
      if (memory.writing) memory.stroke.push(...memory.cursor);
    } else if (event.key === " " || event.key === "Enter") {
      if (!memory.writing) endDemo();
      memory.writing = !memory.writing;
      if (memory.writing) memory.stroke = [...memory.cursor];
      else finish();
    } else if (event.key === "Backspace") {
      root.querySelector(".undo").onclick();
    } else {
      return;
    }
    event.preventDefault();
    paint(true);
    ask();
  };
  canvas.onblur = () => {
    if (memory.writing) {
      memory.writing = false;
      finish();
    }
    paint(false);
  };

  root.querySelector(".undo").onclick = () => {
    endDemo();
    if (memory.strokes.length || !memory.cleared) memory.strokes.pop();
    else [memory.strokes, memory.cleared] = [memory.cleared, null]; // what was cleared comes back
    memory.pasted = null;
    tell();
  };
  root.querySelector(".clear").onclick = () => {
    endDemo();
    if (memory.strokes.length) memory.cleared = memory.strokes;
    memory.strokes = [];
    memory.pasted = null;
    tell();
  };

  if (data.large && !memory.seq && !memory.strokes.length) {
    memory.strokes = remembered(data.key);
    if (memory.strokes.length) tell();
  }
  paint(false);
  showHow();
  return () => {
    over();
    root.watched.disconnect();
    if (document.onpaste === onPaste) document.onpaste = null; // a pad that took this one's place has its own
  };
}
