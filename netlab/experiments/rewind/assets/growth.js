// The network at the moment that netlab/experiments/rewind/assets/moments.js shows: weight pictures of some of its
// first units, its confusion table, and its numbers. It hears of the moment by an event of the window.

function rgb(colour) {
  const probe = document.createElement("canvas").getContext("2d");
  probe.fillStyle = colour;
  return [1, 3, 5].map((place) => parseInt(probe.fillStyle.slice(place, place + 2), 16));
}

function theme(S) {
  const style = getComputedStyle(S.root);
  S.paper = rgb(style.getPropertyValue("--st-background-color").trim() || "#ffffff");
  S.ink = style.color;
  S.family = style.fontFamily;
  const dark = S.paper[0] + S.paper[1] + S.paper[2] < 380;
  S.ends = dark ? [rgb(PALETTE.orange), rgb(PALETTE.sky)] : [rgb(PALETTE.vermilion), rgb(PALETTE.blue)];
}

function tiles(S) {
  const { side, units } = S.data;
  while (S.tiles.children.length < units.length) S.tiles.append(document.createElement("canvas"));
  while (S.tiles.children.length > units.length) S.tiles.lastChild.remove();
  [...S.tiles.children].forEach((canvas, unit) => {
    canvas.setAttribute("aria-label", `Weights of unit ${units[unit] + 1}`);
    canvas.setAttribute("role", "img");
    if (canvas.width !== side) [canvas.width, canvas.height] = [side, side];
    const pen = canvas.getContext("2d");
    const image = pen.createImageData(side, side);
    const from = (S.at * units.length + unit) * side * side;
    for (let place = 0; place < side * side; place += 1) {
      const value = S.bytes[from + place];
      const part = (Math.abs(value) / 127) ** 0.8;
      const end = S.ends[value < 0 ? 0 : 1];
      for (let k = 0; k < 3; k += 1) image.data[4 * place + k] = S.paper[k] + part * (end[k] - S.paper[k]);
      image.data[4 * place + 3] = 255;
    }
    pen.putImageData(image, 0, 0);
  });
}

function table(S) {
  const canvas = S.table;
  const counts = S.data.tables[S.at];
  const ratio = Math.min(2, window.devicePixelRatio || 1);
  const wide = canvas.clientWidth;
  if (!wide) return;
  [canvas.width, canvas.height] = [Math.round(wide * ratio), Math.round(wide * ratio)];
  const pen = canvas.getContext("2d");
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, wide, wide);
  const edge = 18;
  const cell = (wide - edge) / 10;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.font = `${Math.min(12, cell * 0.42)}px ${S.family}`;
  for (let row = 0; row < 10; row += 1) {
    pen.globalAlpha = 1;
    pen.fillStyle = S.ink;
    pen.fillText(S.data.classes[row].slice(0, 2), edge / 2, edge + cell * (row + 0.5));
    pen.fillText(S.data.classes[row].slice(0, 2), edge + cell * (row + 0.5), edge / 2);
    const all = counts ? counts.slice(10 * row, 10 * row + 10).reduce((sum, one) => sum + one, 0) || 1 : 1;
    for (let column = 0; column < 10; column += 1) {
      const [x, y] = [edge + cell * column, edge + cell * row];
      const count = counts ? counts[10 * row + column] : 0;
      pen.globalAlpha = counts ? (count / all) ** 0.4 : 0;
      pen.fillStyle = row === column ? PALETTE.blue : PALETTE.vermilion;
      pen.fillRect(x + 0.5, y + 0.5, cell - 1, cell - 1);
      pen.globalAlpha = 1;
      if (counts && cell > 20 && count) {
        pen.fillStyle = (count / all) ** 0.4 > 0.62 ? "#ffffff" : S.ink;
        pen.fillText(String(count), x + cell / 2, y + cell / 2);
      }
    }
  }
  canvas.setAttribute("aria-label", counts ? `Confusion table ${S.data.words[S.at]}` : "The confusion table is being counted.");
}

function show(S) {
  tiles(S);
  table(S);
  S.numbers.textContent = S.data.numbers[S.at];
}

function begin(root) {
  const S = { root, tiles: root.querySelector(".tiles"), table: root.querySelector(".table"), numbers: root.querySelector(".numbers"), about: root.querySelector(".about") };
  S.hear = ({ detail }) => {
    if (!S.data || detail.run !== S.data.run) return;
    S.at = Math.min(detail.at, S.data.words.length - 1);
    show(S);
  };
  new ResizeObserver(() => S.data && table(S)).observe(S.table);
  return S;
}

export default function ({ parentElement, data }) {
  const root = parentElement.querySelector(".growth");
  const S = (root.state ??= begin(root));
  window.addEventListener("netlab-moment", S.hear); // once, however often
  if (S.data?.run !== data.run) S.at = data.at;
  if (S.packed !== data.packed) {
    S.packed = data.packed;
    S.bytes = Int8Array.from(atob(data.packed), (letter) => letter.charCodeAt(0));
  }
  S.data = data;
  S.at = Math.min(S.at, data.words.length - 1);
  S.about.textContent = data.about;
  theme(S);
  show(S);
  return () => window.removeEventListener("netlab-moment", S.hear);
}
