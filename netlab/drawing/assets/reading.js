// Shows the 28×28 picture a network receives and its ten probabilities; updated in place. Beside a pad it also says them
// in a sentence, and follows the stroke that is drawn (reader.js).

import { short, show, told } from "netlab/drawing/reader";

export default function ({ parentElement, data }) {
  const root = parentElement.querySelector(".reading");
  const [said, both] = [root.querySelector(".said"), root.querySelector(".both")];
  const list = root.querySelector(".bars");
  if (!list.children.length) {
    for (let digit = 0; digit < 10; digit += 1) {
      const row = document.createElement("li");
      row.innerHTML = '<span class="digit"></span><span class="track"><div class="fill"></div></span><span class="share"></span>';
      row.querySelector(".digit").textContent = digit;
      list.append(row);
    }
  }

  function draw(shown, old) {
    const shares = shown?.probabilities ?? null;
    const order = shares ? [...shares.keys()].sort((a, b) => shares[b] - shares[a]) : [];
    [...list.children].forEach((row, digit) => {
      row.className = digit === order[0] ? "first" : digit === order[1] ? "second" : "";
      row.querySelector(".fill").style.width = `${shares ? 100 * shares[digit] : 0}%`;
      row.querySelector(".share").textContent = shares ? short(shares[digit]) : "";
    });
    const words = shown?.sentence ?? data.blank;
    both.setAttribute("aria-label", words);
    said.hidden = !data.pad || Boolean(shown?.digits); // several digits have their own words
    said.textContent = said.hidden ? "" : words;
    both.hidden = Boolean(shown?.digits);
    both.classList.toggle("old", old);
    said.classList.toggle("old", old);
    root.querySelector(".doubt").textContent = shown?.doubt ?? "";
    root.querySelector(".by").textContent = data.by ?? "";

    const pen = root.querySelector("canvas").getContext("2d");
    const picture = pen.createImageData(28, 28);
    for (let at = 0; at < 784; at += 1) {
      const value = shown?.image ? Math.round(255 * shown.image[at]) : 0;
      picture.data.set([value, value, value, 255], 4 * at);
    }
    pen.putImageData(picture, 0, 0);
  }

  const { stamp, sentence, digits, doubt } = data;
  const image = data.pixels ? Float32Array.from(atob(data.pixels), (letter) => letter.charCodeAt(0) / 255) : null;
  const answer = { stamp, sentence, digits, doubt, image, probabilities: data.probabilities ?? undefined };
  root.classList.toggle("beside", Boolean(data.pad));
  if (!data.pad) {
    draw(answer, false);
    return () => {};
  }
  const over = show(data.pad, "answer", ({ shown, old }) => draw(shown, old));
  told(data.pad, answer);
  return over;
}
