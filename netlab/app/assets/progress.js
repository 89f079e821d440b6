// Which ideas this browser's reader has done: a mark behind each in the menu. The server is told nothing of it.
//
// An idea is done when its question is behind the reader and they have taken hold of something on its page.

import { always, tab } from "netlab/app/kept";

const NAME = "netlab-progress";
const VERSION = 1;
const TOUCHES = ["pointerdown", "keydown", "input"];
const HELD = "button, input, select, textarea, canvas, [role=slider], [role=application], .live-figure, svg[role=group]";
const NOT_HELD = ".worked, [class*='st-key-asked_']"; // an example that is played, and the question itself
const LINKS = "a:is([data-testid=stTopNavDropdownLink], [data-testid=stTopNavLink], [data-testid=stSidebarNavLink])";
const touched = new Set(); // in this tab, since it was loaded
let forgotten = 0;

export default function ({ parentElement, data }) {
  const root = parentElement.querySelector(".progress");
  root.leave?.();
  if (data.forget > forgotten) {
    [tab, always].forEach((shelf) => shelf.clear());
    touched.clear();
  }
  forgotten = data.forget;
  mark(done(data));
  if (!data.ideas.includes(data.page)) return undefined;
  const check = () => {
    const before = done(data);
    if (!data.asked || !touched.has(data.page) || before.includes(data.page)) return;
    always.set(NAME, JSON.stringify({ version: VERSION, done: [...before, data.page] }));
    mark(done(data));
  };
  const touch = (event) => {
    const way = event.composedPath().filter((node) => node.matches);
    if (!way.some((node) => node.dataset?.testid === "stMain") || way.some((node) => node.matches(NOT_HELD))) return;
    if (!way.some((node) => node.matches(HELD))) return;
    touched.add(data.page);
    check();
  };
  for (const kind of TOUCHES) document.addEventListener(kind, touch, { capture: true, passive: true });
  check();
  root.leave = () => {
    for (const kind of TOUCHES) document.removeEventListener(kind, touch, { capture: true });
  };
  return root.leave;
}

// What is kept may be anybody's; what is no page of the path is no page.
function done({ ideas }) {
  try {
    const kept = JSON.parse(always.get(NAME));
    return kept.version === VERSION ? ideas.filter((page) => kept.done.includes(page)) : [];
  } catch {
    return []; // nothing, or nothing of ours
  }
}

function mark(pages) {
  let sheet = document.getElementById(NAME);
  if (!sheet) {
    sheet = document.createElement("style");
    sheet.id = NAME;
    document.head.append(sheet);
  }
  const links = pages.map((page) => `${LINKS}[href$="/${page}"]::after`);
  sheet.dataset.done = pages.join(" ");
  sheet.textContent = pages.length
    ? `${links.join(",\n")} { content: "✓"; content: "✓" / "done"; margin-left: auto; padding-left: 0.6rem; color: ${PALETTE.green}; font-weight: 700; }`
    : "";
}
