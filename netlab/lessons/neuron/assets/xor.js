// XOR by two neurons and a third: two half planes, each with its line and arrow to hold, and the stripe where they meet.

import { tells } from "netlab/app/moved";
import { fixed } from "netlab/app/written";
import { busy, CORNERS, cornersMarkup, lineMarkup, paintAnswers, plane, show, sum } from "netlab/lessons/neuron/plane";

const says = (neuron, place) => (sum(neuron, place) > 0 ? 1 : 0);

export default function ({ parentElement, data, setTriggerValue }) {
  const root = parentElement.querySelector(".xor");
  const S = (root.S ??= {});
  const older = tells(S, data, setTriggerValue);
  const told = {
    changed: () => meet(root, S.planes.map((P) => P.now), data),
    done: () => S.tell(S.planes.flatMap(({ now }) => [...now.w, now.b])),
  };
  S.planes = [".first", ".second"].map((name) => plane(root.querySelector(name), told, PALETTE));
  const newer = S.planes[0].now && (S.planes.some(busy) || older);
  S.planes.forEach((P, at) => {
    const { w, b } = newer ? P.now : data.neurons[at];
    P.svg.setAttribute("aria-label", `The half plane of neuron ${at + 1}.`);
    show(P, { w: [...w], b, x: null, wanted: data.wanted, answer: (z) => (z > 0 ? 1 : 0), name: `Neuron ${at + 1}` });
  });
  told.changed();
}

function meet(root, neurons, { third, wanted }) {
  const hidden = (place) => neurons.map((neuron) => says(neuron, place));
  const both = (place) => says(third, hidden(place));
  const square = root.querySelector("figure > .square");
  paintAnswers(square.querySelector("canvas"), both, PALETTE);
  square.querySelector("svg").innerHTML = neurons.map(lineMarkup).join("") + cornersMarkup(wanted);
  root.querySelector("tbody").innerHTML = CORNERS.map((corner, at) => {
    const [one, other] = hidden(corner);
    const right = both(corner) === Number(wanted[at]);
    return `<tr><td>(${corner.join(", ")})</td><td>${one}</td><td>${other}</td><td>${fixed(sum(third, [one, other]), 1)}</td>` +
      `<td>${both(corner) ? "yes" : "no"}</td><td>${wanted[at] ? "yes" : "no"} ${right ? "✓" : "✗"}</td></tr>`;
  }).join("");
  const right = CORNERS.filter((corner, at) => both(corner) === Number(wanted[at])).length;
  const sentence = right === 4 ? "All four corners are right: two lines that meet do what one line cannot."
    : right === 1 ? "1 of 4 corners is right." : `${right} of 4 corners are right.`;
  root.querySelector(".verdict").textContent = sentence;
  square.querySelector("svg").setAttribute("aria-label", `Where both neurons say yes. ${sentence}`);
}
