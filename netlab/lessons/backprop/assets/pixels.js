// A picture of 28×28 numbers in which one pixel is chosen: by a click, or with the arrow keys.

const SIDE = 28;
const TIMES = 10;

export default function ({ parentElement, data, setTriggerValue }) {
  const canvas = parentElement.querySelector("canvas");
  const pen = canvas.getContext("2d");
  const values = Uint8Array.from(atob(data.pixels), (letter) => letter.charCodeAt(0));
  values.forEach((value, place) => {
    pen.fillStyle = `rgb(${value},${value},${value})`;
    pen.fillRect((place % SIDE) * TIMES, Math.floor(place / SIDE) * TIMES, TIMES, TIMES);
  });
  pen.strokeStyle = PALETTE.orange;
  pen.lineWidth = 3;
  pen.strokeRect((data.chosen % SIDE) * TIMES - 1, Math.floor(data.chosen / SIDE) * TIMES - 1, TIMES + 2, TIMES + 2);
  canvas.setAttribute("aria-label", data.alt);

  const choose = (column, row) => {
    if (column >= 0 && column < SIDE && row >= 0 && row < SIDE) setTriggerValue("pixel", row * SIDE + column);
  };
  canvas.onclick = (event) => {
    const box = canvas.getBoundingClientRect();
    choose(Math.floor(((event.clientX - box.left) / box.width) * SIDE), Math.floor(((event.clientY - box.top) / box.height) * SIDE));
  };
  const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  canvas.onkeydown = (event) => {
    const arrow = arrows[event.key];
    if (!arrow) return;
    event.preventDefault();
    choose((data.chosen % SIDE) + arrow[0], Math.floor(data.chosen / SIDE) + arrow[1]);
  };
}
