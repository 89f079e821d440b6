// One neuron: boxes and wires with its numbers, and its plane, whose line, arrow and input are held and moved. The
// numbers move along; the sliders of the page take the new values when the hand lets go.

import { worked } from "netlab/app/example";
import { tells } from "netlab/app/moved";
import { fixed } from "netlab/app/written";
import { ACTIVATIONS } from "netlab/drawing/network";
import { busy, CORNERS, plane, show, sum } from "netlab/lessons/neuron/plane";

export default function ({ parentElement, data, setTriggerValue }) {
  const root = parentElement.querySelector(".neuron");
  const S = (root.S ??= {});
  const older = tells(S, data, setTriggerValue);
  const bend = ACTIVATIONS[data.activation];
  const told = {
    changed: () => write(root, P.now, bend),
    done: () => S.tell([...P.now.w, P.now.b, ...P.now.x]),
  };
  const P = plane(root.querySelector(".place"), told, PALETTE);
  const drawn = ({ w, b, x }, wanted) => {
    show(P, { w: [...w], b, x: [...x], wanted, answer: bend });
    write(root, P.now, bend);
  };
  const newer = P.now && (busy(P) || older); // what is held is newer than what was sent
  P.svg.setAttribute("aria-label", data.alt);
  if (S.own) S.own = newer ? S.own : data; // an example is shown in its place
  else drawn(newer ? P.now : data, data.wanted);
  return worked(root, {
    ...data.example,
    show: (moment) => {
      S.own ??= { ...P.now };
      drawn(moment, null);
    },
    rest: () => {
      if (S.own) drawn(S.own, data.wanted); // else it was stopped before it had begun
      S.own = null;
    },
  });
}

// A wire is as thick as its weight is large, blue if it is positive, orange if not.
function write(root, { w, b, x, wanted }, bend) {
  const z = sum({ w, b }, x);
  const a = bend(z);
  const wire = (weight) => `<div style="height:${(1 + 2 * Math.abs(weight)).toFixed(1)}px;background:${weight >= 0 ? PALETTE.blue : PALETTE.orange}"></div>`;
  const rows = [["x₁", x[0], "w₁", w[0]], ["x₂", x[1], "w₂", w[1]], ["1", null, "b", b]];
  const cells = rows.map(([name, value, weightName, weight], at) =>
    `<b style="grid-column:1;grid-row:${at + 1}">${name}${value === null ? "" : ` = ${fixed(value, 2)}`}</b>` +
    `<div class="wire" style="grid-column:2;grid-row:${at + 1}">${weightName} = ${fixed(weight, 2)}${wire(weight)}` +
    `${value === null ? "" : `adds ${fixed(value * weight, 3)}`}</div>`);
  const boxes = root.querySelector(".netlab-neuron");
  boxes.innerHTML = `${cells.join("")}<strong style="grid-column:3">Σ: z = ${fixed(z, 3)}</strong>` +
    `<i style="grid-column:4">bend →</i><strong style="grid-column:5">a = ${fixed(a, 3)}</strong>`;
  boxes.setAttribute("aria-label", `z = ${fixed(z, 3)}, a = ${fixed(a, 3)}`);
  const table = root.querySelector("table");
  table.hidden = !wanted;
  if (!wanted) return;
  table.tBodies[0].innerHTML = CORNERS.map((corner, at) => {
    const there = sum({ w, b }, corner);
    const says = there > 0;
    return `<tr><td>(${corner.join(", ")})</td><td>${fixed(there, 2)}</td><td>${says ? "yes" : "no"}</td>` +
      `<td>${wanted[at] ? "yes" : "no"} ${says === wanted[at] ? "✓" : "✗"}</td></tr>`;
  }).join("");
}
