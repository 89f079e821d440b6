// What a reader may take hold of in a layer's plane: which units it shows, and its points.

import { strongestTwo } from "netlab/playground/classify_net";
import { go } from "netlab/playground/classify_play";
import { choosePoint } from "netlab/playground/classify_touch";

export function listenToWarp(S) {
  const find = (name) => S.root.querySelector(`.${name}`);
  find("warp-fold").ontoggle = () => go(S);
  find("warp-layer").onchange = (event) => {
    S.warp = { ...strongestTwo(S.net, S.moments[S.at].numbers, Number(event.target.value)), strongest: true };
    go(S);
  };
  const other = (one, two) => (event) => {
    const unit = Number(event.target.value);
    S.warp = { ...S.warp, [one]: unit, ...(S.warp[two] === unit ? { [two]: S.warp[one] } : {}), strongest: false };
    go(S);
  };
  find("warp-across").onchange = other("across", "up");
  find("warp-up").onchange = other("up", "across");
  find("warp-strongest").onclick = () => {
    S.warp = { ...strongestTwo(S.net, S.moments[S.at].numbers, S.warp.layer), strongest: true };
    go(S);
  };
  S.warped.onclick = (event) => {
    if (!S.warpPlaces) return;
    const box = S.warped.getBoundingClientRect();
    const { places, at } = S.warpPlaces;
    let [best, nearest] = [-1, 12];
    for (let k = 0; k < places[0].length; k += 1) {
      const far = Math.hypot(at[0](places[0][k]) - event.clientX + box.left, at[1](places[1][k]) - event.clientY + box.top);
      if (far < nearest) [best, nearest] = [k, far];
    }
    choosePoint(S, best);
  };
}
