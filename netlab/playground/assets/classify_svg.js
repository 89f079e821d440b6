// A pen that writes SVG: it knows as much of a canvas's pen as the drawings here use, so each of them is a picture or lines.

const written = (value) => String(Math.round(100 * value) / 100);
const escaped = (text) => String(text).replace(/[^\t\n\r -\uD7FF\uE000-\uFFFD]/g, "").replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");

class SvgPen {
  constructor() {
    Object.assign(this, { parts: [], path: "", dash: [], fillStyle: "#000", strokeStyle: "#000", lineWidth: 1, globalAlpha: 1, font: "10px sans-serif", textAlign: "left", imageSmoothingEnabled: true });
  }

  add(name, attributes, inside = "") {
    const list = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(typeof value === "number" ? written(value) : value)}"`);
    this.parts.push(`<${name}${list.join("")}${inside ? `>${inside}</${name}>` : "/>"}`);
  }

  get lines() {
    return { fill: "none", stroke: this.strokeStyle, "stroke-width": this.lineWidth, ...(this.dash.length ? { "stroke-dasharray": this.dash.map(written).join(" ") } : {}), ...this.pale };
  }

  get pale() {
    return this.globalAlpha < 1 ? { opacity: this.globalAlpha } : {};
  }

  put(letter, ...numbers) {
    this.path += `${letter}${numbers.map(written).join(" ")}`;
  }

  setTransform() {}

  clearRect() {}

  setLineDash(dash) {
    this.dash = dash;
  }

  beginPath() {
    this.path = "";
  }

  moveTo(x, y) {
    this.put("M", x, y);
  }

  lineTo(x, y) {
    this.put("L", x, y);
  }

  bezierCurveTo(...places) {
    this.put("C", ...places);
  }

  closePath() {
    this.path += "Z";
  }

  rect(x, y, wide, high) {
    this.path += `M${written(x)} ${written(y)}h${written(wide)}v${written(high)}h${written(-wide)}Z`;
  }

  // Whole circles only.
  arc(x, y, size) {
    for (const way of [1, -1]) {
      if (way === 1) this.put("M", x - size, y);
      this.path += `A${[size, size].map(written).join(" ")} 0 1 0 ${written(x + way * size)} ${written(y)}`;
    }
    this.closePath();
  }

  stroke() {
    if (this.path) this.add("path", { d: this.path, ...this.lines });
  }

  fill() {
    if (this.path) this.add("path", { d: this.path, fill: this.fillStyle, ...this.pale });
  }

  fillRect(x, y, width, height) {
    this.add("rect", { x, y, width, height, fill: this.fillStyle, ...this.pale });
  }

  strokeRect(x, y, width, height) {
    this.add("rect", { x, y, width, height, ...this.lines });
  }

  fillText(words, x, y) {
    const [, size, family] = this.font.match(/([\d.]+)px (.*)$/);
    const anchor = { left: "start", center: "middle", right: "end" }[this.textAlign];
    this.add("text", { x, y, fill: this.fillStyle, "font-size": Number(size), "font-family": family, "text-anchor": anchor, ...this.pale }, escaped(words));
  }

  // A map is a picture within; another drawing keeps its lines.
  drawImage(what, x, y, width, height) {
    if (what.pen instanceof SvgPen) this.parts.push(`<g transform="translate(${written(x)} ${written(y)})">${what.pen.parts.join("\n")}</g>`);
    else this.add("image", { href: what.toDataURL("image/png"), x, y, width, height, preserveAspectRatio: "none", ...(this.imageSmoothingEnabled ? {} : { style: "image-rendering: pixelated" }) });
  }
}

// Paper of a size: a canvas that is not on the page, or one whose pen writes SVG.
export function paperOf(kind, wide, high) {
  if (kind === "svg") {
    const pen = new SvgPen();
    return { clientWidth: wide, clientHeight: high, width: 0, height: 0, pen, getContext: () => pen };
  }
  const canvas = document.createElement("canvas");
  return Object.defineProperties(canvas, { clientWidth: { value: wide }, clientHeight: { value: high } });
}

export const asFile = ({ clientWidth: wide, clientHeight: high, pen }, title) =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<svg xmlns="http://www.w3.org/2000/svg" width="${wide}" height="${high}" viewBox="0 0 ${wide} ${high}" role="img"><title>${escaped(title)}</title>\n${pen.parts.join("\n")}\n</svg>\n`;
