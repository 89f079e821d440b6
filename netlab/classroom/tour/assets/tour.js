// How far this browser's reader is on the tour, kept here alone; and what a screen reader is told when a step begins.

import { always } from "netlab/app/kept";

const NAME = "netlab-tour";

export default function ({ parentElement, data, setStateValue }) {
  const said = parentElement.querySelector("[role=status]");
  if (said.textContent !== data.said) said.textContent = data.said;
  if (data.word) always.set(NAME, data.word);
  else if (data.asks && always.get(NAME)) setStateValue("kept", always.get(NAME));
}
