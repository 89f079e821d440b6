// Numbers as netlab/formatting.py writes them.

// So many decimal places, a true minus, and no −0.
export const fixed = (value, places) => {
  const text = value.toFixed(places);
  return Number(text) === 0 ? text.replace("-", "") : text.replace("-", "−");
};
