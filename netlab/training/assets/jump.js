// A way from one part of a long page to another, without a word in the address.

export default function ({ parentElement, data }) {
  const button = parentElement.querySelector(".jump");
  button.textContent = data.label;
  button.onclick = () => document.querySelector(`.st-key-${data.place}`)?.scrollIntoView({ block: "start" });
}
