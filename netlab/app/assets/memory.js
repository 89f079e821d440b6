// Words that outlive a reload in this tab, and no longer: what a reader committed to, and why, is kept here alone.

import { tab } from "netlab/app/kept";

export default function ({ parentElement, data, setStateValue }) {
  const name = `netlab-${data.name}`;
  parentElement.querySelector(".memory").dataset.word = data.word;
  if (!data.word) {
    if (tab.get(name)) setStateValue("kept", [tab.get(name), tab.get(`${name}-why`) ?? ""]);
    return;
  }
  tab.set(name, data.word);
  if (data.why) tab.set(`${name}-why`, data.why);
}
