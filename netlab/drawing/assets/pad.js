// A pad to draw one digit on: mouse, touch, pen or arrow keys; undo; clear.
//
// Streamlit calls this function on mount and again whenever data or theme change, and runs only the last
// clean-up. So it is written to be called any number of times: what must last hangs on the element.

const SIDE = 280;

export default function ({ parentElement, data, setStateValue }) {
  const root = parentElement.querySelector(".pad");
  const canvas = root.querySelector("canvas");
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const memory = (root.memory ??= {
    strokes: (data.strokes ?? []).map((stroke) => [...stroke]),
    stroke: null,
    pointer: null,
    seq: data.seq ?? 0,
    cursor: [SIDE / 2, SIDE / 4],
    writing: false,
    pasted: null,
    demo: null,
  });

  function line(points) {
    pen.lineWidth = data.brush;
    pen.lineCap = pen.lineJoin = "round";
    pen.strokeStyle = "#fff";
    pen.beginPath();
    pen.moveTo(points[0], points[1]);
    if (points.length === 2) pen.lineTo(points[0] + 0.01, points[1]);
    for (let i = 2; i < points.length; i += 2) pen.lineTo(points[i], points[i + 1]);
    pen.stroke();
  }

  function paint(withCursor) {
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
    memory.strokes.forEach(line);
    if (memory.stroke) line(memory.stroke);
    if (withCursor) {
      pen.strokeStyle = memory.writing ? PALETTE.sky : PALETTE.orange;
      pen.lineWidth = 2;
      pen.beginPath();
      pen.arc(...memory.cursor, 12, 0, 2 * Math.PI);
      pen.stroke();
    }
  }

  const say = (text) => (root.querySelector(".trouble").textContent = text);

  function tell() {
    say("");
    paint(false);
    const drawn = memory.strokes.length > 0;
    const picture = drawn ? canvas.toDataURL("image/png") : memory.pasted ? memory.pasted.toDataURL("image/jpeg", 0.92) : null;
    memory.seq += 1;
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
      const share = hurry ? 1 : Math.min(1, (now - began) / 1300);
      memory.stroke = data.demo.slice(0, 2 * Math.max(1, Math.round((share * data.demo.length) / 2)));
      paint(false);
      if (share < 1) {
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
    return [Math.round((event.clientX - box.left) * scale), Math.round((event.clientY - box.top) * scale)];
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
  };
  canvas.onpointermove = (event) => {
    if (event.pointerId !== memory.pointer) return;
    const events = event.getCoalescedEvents?.() ?? [];
    for (const one of events.length ? events : [event]) memory.stroke.push(...place(one));
    paint(false);
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

  paint(false);
  showHow();
  return () => {
    if (document.onpaste === onPaste) document.onpaste = null; // a pad that took this one's place has its own
  };
}
