// Pictures that change side by side, step by step: a slider, and a button that plays them.

const PAUSE = 130;
const CALM_PAUSE = 500; // for who wants no motion: one picture after the other

export default function ({ parentElement, data }) {
  const root = parentElement.querySelector(".frames");
  const range = root.querySelector("input");
  const button = root.querySelector("button");
  const says = root.querySelector(".says");
  const shows = root.querySelector(".shows");
  const last = data.steps.length - 1;
  const films = data.films.map((film) => Uint8Array.from(atob(film.pixels), (letter) => letter.charCodeAt(0)));
  const side = data.side;

  shows.replaceChildren(
    ...data.films.map((film) => {
      const figure = document.createElement("figure");
      const canvas = document.createElement("canvas");
      const caption = document.createElement("figcaption");
      canvas.width = canvas.height = side;
      canvas.setAttribute("role", "img");
      canvas.setAttribute("aria-label", film.alt);
      figure.append(canvas, caption);
      return figure;
    }),
  );
  range.max = last;
  range.setAttribute("aria-label", data.label);
  if (root.about !== data.about) {
    root.about = data.about;
    range.value = last;
  }

  const show = () => {
    const at = Number(range.value);
    data.films.forEach((film, place) => {
      const [canvas, caption] = shows.children[place].children;
      const pen = canvas.getContext("2d");
      const picture = pen.createImageData(side, side);
      for (let pixel = 0; pixel < side * side; pixel++) {
        const value = films[place][at * side * side + pixel];
        picture.data.set([value, value, value, 255], 4 * pixel);
      }
      pen.putImageData(picture, 0, 0);
      caption.textContent = `${film.title}: ${film.words[at]}`;
    });
    says.textContent = data.steps[at];
    range.setAttribute("aria-valuetext", data.steps[at]);
  };
  const stop = () => {
    clearInterval(root.timer);
    root.timer = undefined;
    button.textContent = "Play";
  };
  button.onclick = () => {
    if (root.timer) return stop();
    if (Number(range.value) === last) range.value = 0;
    button.textContent = "Pause";
    show();
    root.timer = setInterval(() => {
      range.value = Number(range.value) + 1;
      show();
      if (Number(range.value) === last) stop();
    }, matchMedia("(prefers-reduced-motion: reduce)").matches ? CALM_PAUSE : PAUSE);
    return undefined;
  };
  range.oninput = () => {
    stop();
    show();
  };
  stop();
  show();
  return stop;
}
