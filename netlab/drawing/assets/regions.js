// Connected pieces, neighbourhoods and distances on a mask: a Uint8Array, 1 inside, row after row.

// 1 where a value is above a bound.
export function above(values, bound) {
  const mask = new Uint8Array(values.length);
  for (let at = 0; at < values.length; at += 1) mask[at] = values[at] > bound ? 1 : 0;
  return mask;
}

// The number of each pixel's piece, from 1 on in the order of their first pixels, and their boxes; pixels that touch at
// a corner are of one piece.
export function pieces(mask, height, width) {
  const labels = new Int32Array(height * width);
  const boxes = [];
  const waiting = new Int32Array(height * width);
  for (let start = 0; start < mask.length; start += 1) {
    if (!mask[start] || labels[start]) continue;
    const number = boxes.length + 1;
    const box = { top: height, left: width, bottom: 0, right: 0 };
    let count = 0;
    waiting[count++] = start;
    labels[start] = number;
    while (count) {
      const at = waiting[--count];
      const y = Math.floor(at / width);
      const x = at - y * width;
      if (y < box.top) box.top = y;
      if (y >= box.bottom) box.bottom = y + 1;
      if (x < box.left) box.left = x;
      if (x >= box.right) box.right = x + 1;
      for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v += 1) {
        for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u += 1) {
          const near = v * width + u;
          if (mask[near] && !labels[near]) {
            labels[near] = number;
            waiting[count++] = near;
          }
        }
      }
    }
    boxes.push(box);
  }
  return { labels, boxes };
}

// The largest value of the square of that reach around each pixel.
export function largest(values, height, width, reach) {
  const [rows, result] = [values.slice(), values.slice()];
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      let most = values[y * width + x];
      for (let u = Math.max(0, x - reach); u <= Math.min(width - 1, x + reach); u += 1) most = Math.max(most, values[y * width + u]);
      rows[y * width + x] = most;
    }
  }
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      let most = rows[y * width + x];
      for (let v = Math.max(0, y - reach); v <= Math.min(height - 1, y + reach); v += 1) most = Math.max(most, rows[v * width + x]);
      result[y * width + x] = most;
    }
  }
  return result;
}

// The mask grown by so many pixels each way: only what is inside is walked, and that is little.
export function grown(mask, height, width, reach) {
  const result = new Uint8Array(height * width);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      if (!mask[y * width + x]) continue;
      const inner = x > 0 && x < width - 1 && y > 0 && y < height - 1 && mask[y * width + x - 1] && mask[y * width + x + 1]
        && mask[(y - 1) * width + x] && mask[(y + 1) * width + x];
      if (inner) {
        result[y * width + x] = 1; // its neighbours reach farther
        continue;
      }
      const [left, right] = [Math.max(0, x - reach), Math.min(width - 1, x + reach)];
      for (let v = Math.max(0, y - reach); v <= Math.min(height - 1, y + reach); v += 1) result.fill(1, v * width + left, v * width + right + 1);
    }
  }
  return result;
}

// How far each pixel of the mask is from the nearest pixel outside of it, exactly (Felzenszwalb & Huttenlocher, 2012);
// Infinity where nothing lies outside.
export function distances(mask, height, width) {
  const squares = new Float64Array(height * width);
  for (let x = 0; x < width; x += 1) {
    let far = Infinity;
    for (let y = 0; y < height; y += 1) {
      far = mask[y * width + x] ? far + 1 : 0;
      squares[y * width + x] = far;
    }
    far = Infinity;
    for (let y = height - 1; y >= 0; y -= 1) {
      far = mask[y * width + x] ? far + 1 : 0;
      const least = Math.min(squares[y * width + x], far);
      squares[y * width + x] = least * least;
    }
  }
  const [at, from] = [new Int32Array(width), new Float64Array(width + 1)];
  const row = new Float64Array(width);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) row[x] = squares[y * width + x];
    let last = -1;
    for (let x = 0; x < width; x += 1) {
      if (row[x] === Infinity) continue;
      let begins = -Infinity;
      while (last >= 0) {
        const p = at[last];
        begins = (row[x] + x * x - (row[p] + p * p)) / (2 * (x - p));
        if (begins > from[last]) break;
        last -= 1;
      }
      if (last < 0) begins = -Infinity;
      last += 1;
      at[last] = x;
      from[last] = begins;
    }
    for (let x = 0, k = 0; x < width; x += 1) {
      while (k < last && from[k + 1] < x) k += 1;
      squares[y * width + x] = last < 0 ? Infinity : Math.sqrt(row[at[k]] + (x - at[k]) ** 2);
    }
  }
  return squares;
}
