// Pictures made smaller and larger as Pillow makes them, to its last digit: its BOX and BICUBIC filters, first along
// rows, then along columns, with sums in double precision and float32 between.
//
// A picture is { height, width, values }: float32, row after row.

export const picture = (height, width, values = new Float32Array(height * width)) => ({ height, width, values });

const BOX = { support: 0.5, weight: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0) };
const BICUBIC = {
  support: 2,
  weight: (x) => {
    const [a, t] = [-0.5, Math.abs(x)];
    if (t < 1) return ((a + 2) * t - (a + 3)) * t * t + 1;
    return t < 2 ? (((t - 5) * t + 8) * t - 4) * a : 0;
  },
};

// For every place of the new side: where its sources begin, and their weights.
function coefficients(before, after, filter) {
  const scale = before / after;
  const wide = Math.max(scale, 1);
  const support = filter.support * wide;
  return Array.from({ length: after }, (_, place) => {
    const centre = (place + 0.5) * scale;
    const first = Math.max(0, Math.trunc(centre - support + 0.5));
    const last = Math.min(before, Math.trunc(centre + support + 0.5));
    const weights = [];
    let sum = 0;
    for (let at = first; at < last; at += 1) {
      const weight = filter.weight((at - centre + 0.5) / wide);
      weights.push(weight);
      sum += weight;
    }
    return { first, weights: sum ? weights.map((weight) => weight / sum) : weights };
  });
}

function along(source, height, width, filter) {
  const rows = width === source.width ? source : picture(source.height, width);
  if (rows !== source) {
    coefficients(source.width, width, filter).forEach(({ first, weights }, x) => {
      for (let y = 0; y < source.height; y += 1) {
        let sum = 0;
        for (let k = 0; k < weights.length; k += 1) sum += source.values[y * source.width + first + k] * weights[k];
        rows.values[y * width + x] = sum;
      }
    });
  }
  if (height === source.height) return rows;
  const result = picture(height, width);
  coefficients(source.height, height, filter).forEach(({ first, weights }, y) => {
    for (let x = 0; x < width; x += 1) {
      let sum = 0;
      for (let k = 0; k < weights.length; k += 1) sum += rows.values[(first + k) * width + x] * weights[k];
      result.values[y * width + x] = sum;
    }
  });
  return result;
}

export const boxed = (source, height, width) => along(source, height, width, BOX);
export const bicubic = (source, height, width) => along(source, height, width, BICUBIC);

// Python's round: a half goes to the even neighbour.
export function round(value) {
  const below = Math.floor(value);
  if (value - below !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}
