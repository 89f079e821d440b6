// Points of a reader's own: as a list, and whether what is on the screen is newer than what the server sends.

const UNANSWERED_MS = 6000; // then what the server says is shown

export const rounded = (value, reach) => Math.round(1000 * Math.max(-reach, Math.min(reach, value))) / 1000;

export const ownPoints = (S) => Array.from(S.points.x, (x, at) => [rounded(x, S.net.reach), rounded(S.points.y[at], S.net.reach), S.points.label[at]]);

// What a list of points is, in whatever order.
const listed = (points) => points.map(String).sort().join(" ");

export function isMine(S, points) {
  S.mine = { points, list: listed(points), since: performance.now() };
}

// Whether the points on the screen are newer than those that the server sends.
export function newerHere(S, data, found) {
  if (!data.own || !S.mine || performance.now() - S.mine.since > UNANSWERED_MS) S.mine = null;
  else if (found && listed(ownPoints({ net: data, points: found })) === S.mine.list) S.mine = null;
  return Boolean(S.mine);
}
