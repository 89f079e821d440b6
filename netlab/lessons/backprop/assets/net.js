// A small network with all of its numbers, drawn from data; a click on a weight or a bias chooses it.
//
// Called again at every change of data: it draws everything anew and gives the focus back.

import { worked } from "netlab/app/example";
import { node } from "netlab/app/svg";

const LINE = 15;
const ARROW = { apart: 12, shortest: 7, longest: 22 }; // pixels
const LAST = 0.45; // the way to the loss carries no weight and may be short

function make(kind, attributes, parent, text) {
  const made = node(kind, attributes, text);
  parent.append(made);
  return made;
}

function choosable(parent, id, label, chosen, pick) {
  const group = make("g", { class: "pick", tabindex: 0, role: "button", "aria-label": label, "aria-pressed": chosen, "data-id": id }, parent);
  group.onclick = () => pick(id);
  group.onkeydown = (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    pick(id);
  };
  return group;
}

// Where each box stands: columns from left to right, or on a narrow screen rows from top to bottom.
function places(columns, width, room) {
  const wide = columns.map((column) => {
    const letters = column.flatMap((unit) => unit.lines.map((line) => line.text.length));
    const least = column[0].lines.length > 4 ? 17 : 9; // room for the numbers to come, so that nothing moves
    return Math.max(least, ...letters) * 6.6 + 12;
  });
  const upright = width < 620;
  const tall = columns.map((column) => Math.max(...column.map((unit) => 14 + LINE * unit.lines.length)));
  const most = Math.max(...columns.map((column) => column.length));
  const across = upright ? width : Math.max(300, most * (Math.max(...tall) + room));
  const gap = (width - 4 - wide.reduce((sum, one) => sum + one, 0)) / (columns.length - 2 + LAST);
  let start = upright ? 6 : 2;
  const spots = columns.map((column, place) => {
    const along = start + (upright ? tall[place] : wide[place]) / 2;
    start += upright ? tall[place] + 92 : wide[place] + gap * (place === columns.length - 2 ? LAST : 1);
    return column.map((unit, row) => {
      const aside = (across * (row + 0.5)) / column.length;
      const size = { high: 14 + LINE * unit.lines.length, wide: wide[place] };
      return upright ? { x: aside, y: along, ...size } : { x: along, y: aside, ...size };
    });
  });
  return { spots, upright, height: upright ? start - 80 : across };
}

// The visible part of an edge: from box to box.
function between(from, to, upright) {
  return upright
    ? [from.x, from.y + from.high / 2, to.x, to.y - to.high / 2]
    : [from.x + from.wide / 2, from.y, to.x - to.wide / 2, to.y];
}

function edge(svg, one, [x1, y1, x2, y2], pick) {
  const group = make("g", { class: one.minus ? "pick minus" : "pick" }, svg);
  group.onclick = () => pick(one.id);
  const line = { x1, y1, x2, y2 };
  if (one.chosen) make("line", { ...line, class: "under", "stroke-width": one.wide + 9 }, group);
  make("line", { ...line, class: "edge", "stroke-width": one.wide }, group);
  make("line", { ...line, class: "touch" }, group);
}

// Labels come after all edges, so that no edge lies over one.
function label(svg, one, [x1, y1, x2, y2], pick) {
  const group = choosable(svg, one.id, one.label, one.chosen, pick);
  const [x, y] = [x1 + one.at * (x2 - x1), y1 + one.at * (y2 - y1)];
  const wide = 6.6 * Math.max(...one.lines.map((text) => text.text.length)) + 4;
  const high = LINE * one.lines.length;
  make("rect", { x: x - wide / 2, y: y - high / 2, width: wide, height: high, rx: 3, class: "paper" }, group);
  if (one.wishes) wishes(group, one.wishes, x, y + high / 2 + 1);
  one.lines.forEach((text, place) => {
    const down = y + 4 + LINE * (place - (one.lines.length - 1) / 2);
    make("text", { x, y: down, class: text.now ? "now" : "", "text-anchor": "middle" }, group, text.text);
  });
}

// The wishes of the examples side by side, then their mean, twice as wide: up for larger, hollow and down for smaller.
function wishes(group, { each, mean }, x, top) {
  const all = [...each, mean];
  const left = x - ((all.length - 1) * ARROW.apart) / 2 - 3;
  const wide = all.length * ARROW.apart + 8;
  make("rect", { x: left - ARROW.apart / 2, y: top, width: wide, height: ARROW.longest + 6, rx: 3, class: "paper" }, group);
  all.forEach((share, place) => {
    const last = place === each.length;
    arrow(group, left + place * ARROW.apart + (last ? 6 : 0), top + 3 + ARROW.longest / 2, share, last);
  });
}

function arrow(group, x, y, share, mean) {
  const size = Math.abs(share);
  const kind = `wish${mean ? " mean" : ""}${share < 0 ? " less" : ""}`;
  if (size < 0.01) {
    make("rect", { x: x - 1.5, y: y - 1.5, width: 3, height: 3, class: kind }, group);
    return;
  }
  const half = (ARROW.shortest + (ARROW.longest - ARROW.shortest) * size) / 2;
  const way = share > 0 ? -1 : 1;
  const head = Math.min(6, half + 0.5);
  const across = Math.min(mean ? 6 : 5, 0.8 * head);
  make("line", { x1: x, x2: x, y1: y - way * half, y2: y + way * (half - head), class: kind }, group);
  const tip = `M${x},${y + way * half}L${x - across},${y + way * (half - head)}L${x + across},${y + way * (half - head)}Z`;
  make("path", { d: tip, class: kind }, group);
}

function box(svg, unit, spot, pick) {
  const left = spot.x - spot.wide / 2;
  const top = spot.y - spot.high / 2;
  make("rect", { x: left, y: top, width: spot.wide, height: spot.high, rx: 8, class: "box" }, svg);
  unit.lines.forEach((text, place) => {
    const parent = text.id ? choosable(svg, text.id, text.label, text.chosen, pick) : svg;
    const y = top + 17 + LINE * place;
    if (text.chosen) make("rect", { x: left + 3, y: y - 12, width: spot.wide - 6, height: LINE, rx: 4, class: "ring" }, parent);
    const kind = text.now ? "now" : place === 0 ? "name" : "";
    make("text", { x: spot.x, y, class: kind, "text-anchor": "middle" }, parent, text.text);
  });
}

function draw(root, data, pick) {
  const width = Math.max(300, Math.min(820, root.clientWidth));
  const { spots, upright, height } = places(data.columns, width, data.edges.some((one) => one.wishes) ? 60 : 36);
  const focused = root.getRootNode().activeElement?.dataset?.id;
  const svg = node("svg", { viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": data.alt });
  svg.style.maxWidth = `${width}px`;
  for (const [from, to] of data.links) {
    const [x1, y1, x2, y2] = between(spots[from[0]][from[1]], spots[to[0]][to[1]], upright);
    make("line", { x1, y1, x2, y2, class: "link" }, svg);
  }
  const ends = (one) => between(spots[one.from[0]][one.from[1]], spots[one.to[0]][one.to[1]], upright);
  data.edges.forEach((one) => edge(svg, one, ends(one), pick));
  data.edges.forEach((one) => label(svg, one, ends(one), pick));
  data.columns.forEach((column, c) => column.forEach((unit, row) => box(svg, unit, spots[c][row], pick)));
  root.replaceChildren(svg);
  if (focused) svg.querySelector(`[data-id="${focused}"]`)?.focus();
}

function dark(element) {
  const probe = document.createElement("canvas").getContext("2d");
  probe.fillStyle = getComputedStyle(element).getPropertyValue("--st-background-color").trim() || "#fff";
  const number = parseInt(probe.fillStyle.slice(1), 16);
  return ((number >> 16) & 255) + ((number >> 8) & 255) + (number & 255) < 380;
}

export default function ({ parentElement, data, setTriggerValue }) {
  const root = parentElement.querySelector(".net");
  root.classList.toggle("dark", dark(root));
  root.again = () => draw(root, root.moment ?? data, (id) => setTriggerValue("picked", id));
  root.again();
  const show = (moment) => {
    root.moment = moment;
    root.again();
  };
  const leave = data.example ? worked(root, { ...data.example, show, rest: () => show(null) }) : () => {};
  root.watcher ??= new ResizeObserver(() => {
    if (root.wide !== root.clientWidth) root.again();
    root.wide = root.clientWidth;
  });
  root.watcher.observe(root);
  return () => {
    leave();
    root.watcher.disconnect();
  };
}
