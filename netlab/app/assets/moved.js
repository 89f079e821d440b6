// What a hand has moved, told to the page when it lets go (netlab/app/moved.py), with a count that the page sends back.

const PATIENCE = 3000; // milliseconds: a page that has lost count, as after a new start of the server, is believed then

// Let `S.tell(numbers)` tell the page; say whether these data are older than what was told last.
export function tells(S, data, setTriggerValue) {
  S.turn ??= data.turn;
  S.tell = (numbers) => {
    S.turn += 1;
    S.toldAt = performance.now();
    setTriggerValue("moved", [...numbers, S.turn]);
  };
  const older = data.turn < S.turn && performance.now() - S.toldAt < PATIENCE;
  if (!older) S.turn = data.turn;
  return older;
}
