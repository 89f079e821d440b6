// Shows the 28×28 picture a network receives and its ten probabilities; updated in place.

export default function ({ parentElement, data }) {
  const root = parentElement.querySelector(".reading");
  const list = root.querySelector(".bars");
  if (!list.children.length) {
    for (let digit = 0; digit < 10; digit += 1) {
      const row = document.createElement("li");
      row.innerHTML = '<span class="digit"></span><span class="track"><div class="fill"></div></span><span class="share"></span>';
      row.querySelector(".digit").textContent = digit;
      list.append(row);
    }
  }
  const order = data.probabilities ? [...data.probabilities.keys()].sort((a, b) => data.probabilities[b] - data.probabilities[a]) : [];
  [...list.children].forEach((row, digit) => {
    const share = data.probabilities ? data.probabilities[digit] : 0;
    row.className = digit === order[0] ? "first" : digit === order[1] ? "second" : "";
    row.querySelector(".fill").style.width = `${100 * share}%`;
    row.querySelector(".share").textContent = data.probabilities ? data.shares[digit] : "";
  });
  root.setAttribute("aria-label", data.sentence);

  const pen = root.querySelector("canvas").getContext("2d");
  const picture = pen.createImageData(28, 28);
  const pixels = data.pixels ? Uint8Array.from(atob(data.pixels), (letter) => letter.charCodeAt(0)) : new Uint8Array(784);
  pixels.forEach((value, place) => picture.data.set([value, value, value, 255], 4 * place));
  pen.putImageData(picture, 0, 0);
}
