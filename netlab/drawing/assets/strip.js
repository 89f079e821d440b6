// Small pictures in a row, each with its label and a button that takes it away. What is sent is a place and how many
// there were: a second press on a row that has changed meanwhile takes nothing away.

export default function ({ parentElement, data, setTriggerValue }) {
  const strip = parentElement.querySelector(".strip");
  strip.replaceChildren(
    ...data.tiles.map((tile, place) => {
      const item = document.createElement("li");
      item.className = tile.held ? "held" : "";
      const picture = document.createElement("img");
      picture.src = tile.url;
      picture.alt = tile.alt;
      const label = document.createElement("span");
      label.textContent = tile.label;
      const away = document.createElement("button");
      away.type = "button";
      away.textContent = "×";
      away.setAttribute("aria-label", `Take drawing ${place + 1}, ${tile.alt}, away`);
      away.onclick = () => setTriggerValue("away", { place, of: data.tiles.length });
      item.append(picture, label, away);
      return item;
    }),
  );
}
