// All units of a layer as small pictures: press one to look at it or to silence it. What is sent by the server is the
// same as long as the network is, so that no press carries pictures; which units are silent is known here and told.

const ORDERS = [["worth", "worth, most first"], ["least", "worth, least first"], ["number", "number"], ["marked", "dead and twins first"]];

export default function ({ parentElement, data, setStateValue }) {
  const root = parentElement.querySelector(".units");
  const grid = root.querySelector(".grid");
  const memory = (root.memory ??= { mode: "look", order: "worth", of: null });
  if (memory.of !== data.of) Object.assign(memory, { of: data.of, silent: new Set(data.silent), shown: data.shown, buttons: null });
  const colours = palette(root);
  const ranks = data.worth.map((_, unit) => unit).sort((one, other) => data.worth[other] - data.worth[one] || one - other);

  const modes = [root.querySelector(".look"), root.querySelector(".mute")];
  modes.forEach((button, place) => {
    button.onclick = () => {
      memory.mode = place ? "mute" : "look";
      mark();
    };
  });
  const order = root.querySelector(".order");
  if (!order.options.length) order.append(...ORDERS.map(([key, words]) => new Option(words, key)));
  order.value = memory.order;
  order.onchange = () => {
    memory.order = order.value;
    arrange();
  };
  const some = Math.max(1, Math.round(data.worth.length / 10));
  const [least, most, back] = ["least", "most", "back"].map((name) => root.querySelector(`.${name}`));
  least.textContent = `Silence the ${some} worth least`;
  most.textContent = `Silence the ${some} worth most`;
  least.onclick = () => silence([...memory.silent, ...left().slice(-some)]);
  most.onclick = () => silence([...memory.silent, ...left().slice(0, some)]);
  back.onclick = () => silence([]);
  root.querySelector(".rest").textContent = data.legend;
  grid.setAttribute("aria-label", data.title);

  const left = () => ranks.filter((unit) => !memory.silent.has(unit));

  function silence(units) {
    memory.silent = new Set(units);
    mark();
    setStateValue("silent", [...memory.silent].sort((one, other) => one - other));
  }

  function press(unit) {
    if (memory.mode === "look") {
      memory.shown = unit;
      mark();
      setStateValue("unit", unit);
    } else if (memory.silent.has(unit)) silence([...memory.silent].filter((one) => one !== unit));
    else silence([...memory.silent, unit]);
  }

  function mark() {
    modes.forEach((button, place) => button.setAttribute("aria-checked", (memory.mode === "mute") === Boolean(place)));
    back.disabled = !memory.silent.size;
    memory.buttons.forEach((button, unit) => {
      button.setAttribute("aria-pressed", memory.silent.has(unit));
      button.setAttribute("aria-current", memory.shown === unit);
      button.tabIndex = memory.shown === unit ? 0 : -1;
    });
    if (!memory.buttons[memory.shown]) grid.firstChild.tabIndex = 0;
    root.dataset.silent = memory.silent.size;
  }

  function arrange() {
    const marks = (unit) => (data.dead[unit] ? 2 : data.twins[unit] >= 0 ? 1 : 0);
    const places = {
      worth: ranks,
      least: [...ranks].reverse(),
      number: data.worth.map((_, unit) => unit),
      marked: [...ranks].sort((one, other) => marks(other) - marks(one)),
    }[memory.order];
    grid.replaceChildren(...places.map((unit) => memory.buttons[unit]));
  }

  // One tile is reached by Tab; arrow keys move from tile to tile.
  grid.onkeydown = (event) => {
    const tiles = [...grid.children];
    const at = tiles.indexOf(event.target);
    const wide = tiles.filter((tile) => tile.offsetTop === tiles[0].offsetTop).length;
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -wide, ArrowDown: wide }[event.key];
    const next = step && at >= 0 && tiles[at + step];
    if (!next) return;
    event.preventDefault();
    tiles[at].tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  };

  function made(unit) {
    const button = document.createElement("button");
    button.type = "button";
    const words = data.dead[unit] ? ", dead" : data.twins[unit] >= 0 ? `, a twin of ${data.twins[unit]}` : "";
    button.title = `${data.noun} ${unit}: worth ${data.told[unit]}${words}`;
    button.setAttribute("aria-label", button.title);
    button.append(document.createElement("canvas"));
    if (words) button.append(Object.assign(document.createElement("b"), { textContent: data.dead[unit] ? "†" : "=" }));
    button.onclick = () => press(unit);
    return button;
  }

  if (!memory.buttons) {
    memory.levels = Int8Array.from(atob(data.packed), (letter) => letter.charCodeAt(0));
    memory.buttons = data.worth.map((_, unit) => made(unit));
    memory.painted = null;
    arrange();
  }
  memory.buttons.forEach((button, unit) => (button.onclick = () => press(unit)));
  if (memory.painted !== colours.key) {
    memory.painted = colours.key;
    memory.buttons.forEach((button, unit) => paint(button.querySelector("canvas"), memory.levels, unit, data.side, colours.table));
  }
  mark();
}

function rgb(colour) {
  const probe = document.createElement("canvas").getContext("2d");
  probe.fillStyle = colour;
  return [1, 3, 5].map((place) => parseInt(probe.fillStyle.slice(place, place + 2), 16));
}

// 255 colours from wholly negative over the page's own to wholly positive.
function palette(root) {
  const paper = rgb(getComputedStyle(root).getPropertyValue("--st-background-color").trim() || "#ffffff");
  const dark = paper[0] + paper[1] + paper[2] < 380;
  root.classList.toggle("dark", dark);
  const ends = dark ? [rgb(PALETTE.orange), rgb(PALETTE.sky)] : [rgb(PALETTE.vermilion), rgb(PALETTE.blue)];
  const table = new Uint32Array(256);
  for (let level = -127; level <= 127; level += 1) {
    const part = (Math.abs(level) / 127) ** 0.8;
    const [r, g, b] = ends[level < 0 ? 0 : 1].map((end, k) => Math.round(paper[k] + part * (end - paper[k])));
    table[level + 127] = (255 << 24) | (b << 16) | (g << 8) | r;
  }
  return { table, key: paper.join() };
}

function paint(canvas, levels, unit, side, table) {
  [canvas.width, canvas.height] = [side, side];
  const pen = canvas.getContext("2d");
  const image = pen.createImageData(side, side);
  const words = new Uint32Array(image.data.buffer);
  for (let place = 0; place < words.length; place += 1) words[place] = table[levels[unit * side * side + place] + 127];
  pen.putImageData(image, 0, 0);
}
