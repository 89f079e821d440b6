// A confusion table whose cells are buttons; arrow keys move from cell to cell. Texts and tones come from the server.

export default function ({ parentElement, data, setStateValue }) {
  const root = parentElement.querySelector(".confusion");
  root.querySelector(".said").textContent = data.said;
  const table = root.querySelector("table");
  table.setAttribute("aria-label", data.title);
  table.className = data.classes.some((name) => name.length > 2) ? "named" : "";
  const focused = root.contains(root.getRootNode().activeElement) ? root.getRootNode().activeElement.dataset?.cell : undefined;
  const made = (kind, text) => Object.assign(document.createElement(kind), { textContent: text });
  const head = document.createElement("tr");
  head.append(made("td", ""), ...data.classes.map((name) => heading(name, "col")));
  const buttons = data.texts.map((row, truth) => row.map((text, said) => cell(text, truth, said)));
  table.replaceChildren(
    head,
    ...buttons.map((row, truth) => {
      const line = document.createElement("tr");
      line.append(heading(data.classes[truth], "row"), ...row.map((button) => wrapped(button)));
      return line;
    }),
  );

  function heading(name, scope) {
    const found = made("th", name);
    found.scope = scope;
    found.title = name;
    return found;
  }

  function wrapped(button) {
    const found = document.createElement("td");
    found.append(button);
    return found;
  }

  function cell(text, truth, said) {
    const button = document.createElement("button");
    const tone = data.tones[truth][said];
    const colour = document.createElement("i");
    colour.style.background = `var(--${tone > 0 ? "right" : "wrong"})`;
    colour.style.opacity = (0.85 * Math.abs(tone)).toFixed(3);
    const pressed = data.chosen?.[0] === truth && data.chosen?.[1] === said;
    button.type = "button";
    button.dataset.cell = `${truth}-${said}`;
    button.tabIndex = (data.chosen ? pressed : truth + said === 0) ? 0 : -1;
    button.title = data.labels[truth][said];
    button.setAttribute("aria-label", data.labels[truth][said]);
    button.setAttribute("aria-pressed", pressed);
    button.append(colour, document.createTextNode(text));
    button.onclick = () => setStateValue("cell", `${truth}-${said}`);
    button.onkeydown = (event) => {
      const move = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
      const next = move && buttons[truth + move[0]]?.[said + move[1]];
      if (!next) return;
      event.preventDefault();
      button.tabIndex = -1;
      next.tabIndex = 0;
      next.focus();
    };
    return button;
  }

  if (focused) buttons.flat().find((button) => button.dataset.cell === focused)?.focus();
}
