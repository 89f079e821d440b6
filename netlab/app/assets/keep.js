// Fetches the secrets of a ticket, so that this browser keeps them, and says whether it did.

export default function ({ parentElement, data, setTriggerValue }) {
  const root = parentElement.querySelector(".keep");
  if (root.ticket === data.ticket) return;
  root.ticket = data.ticket;
  fetch(new URL(`keys/${data.ticket}`, document.baseURI), { method: "POST", credentials: "same-origin" })
    .then((answer) => setTriggerValue("kept", answer.ok))
    .catch(() => setTriggerValue("kept", false));
}
