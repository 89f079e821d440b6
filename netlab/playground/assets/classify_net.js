// The network's arithmetic: what each unit answers anywhere in the plane, from the row of all its numbers.
//
// Weights and biases stand layer by layer as netlab/playground/network.py lists them; every activation equals
// netlab/nn/activations to float32's accuracy.

const MEASURES = ["step", "epoch", "loss", "accuracy", "heldLoss", "heldAccuracy", "penalty"];

// Abramowitz & Stegun, 7.1.26: within 1.5·10⁻⁷.
function erf(value) {
  const x = Math.abs(value);
  const t = 1 / (1 + 0.3275911 * x);
  const sum = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return Math.sign(value) * (1 - sum * Math.exp(-x * x));
}

const sigmoid = (z) => 1 / (1 + Math.exp(-z));
const softplus = (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));

const BENDS = {
  linear: (z) => z,
  sigmoid,
  tanh: Math.tanh,
  hard_sigmoid: (z) => Math.min(6, Math.max(0, z + 3)) / 6,
  step: (z) => (z > 0 ? 1 : 0),
  relu: (z) => Math.max(z, 0),
  leaky_relu: (z) => (z > 0 ? z : 0.2 * z),
  elu: (z) => (z > 0 ? z : Math.expm1(z)),
  selu: (z) => 1.0507009873554805 * (z > 0 ? z : 1.6732632423543772 * Math.expm1(z)),
  softplus,
  gelu: (z) => 0.5 * z * (1 + erf(z / Math.SQRT2)),
  swish: (z) => z * sigmoid(z),
  mish: (z) => z * Math.tanh(softplus(z)),
};

const FEATURES = {
  x: (x) => x,
  y: (x, y) => y,
  xx: (x) => x * x,
  yy: (x, y) => y * y,
  xy: (x, y) => x * y,
  sinx: (x) => Math.sin(2 * x),
  siny: (x, y) => Math.sin(2 * y),
  cosx: (x) => Math.cos(2 * x),
  cosy: (x, y) => Math.cos(2 * y),
};

// Where the weights that lead into a layer begin in the row, and where its biases do.
export function starts(sizes) {
  let at = 0;
  return sizes.slice(1).map((units, layer) => {
    const weights = at;
    const biases = weights + sizes[layer] * units;
    at = biases + units;
    return { weights, biases };
  });
}

// The inputs at some places, an array a feature; they do not change while a network trains.
export const inputsAt = (features, xs, ys) => features.map((key) => Float64Array.from(xs, (x, at) => FEATURES[key](x, ys[at])));

// What every unit answers: layers[0] are the inputs, layers[l][j] is unit j behind layer l at every place. `sums` are
// the weighted sums of the last layer. `room` keeps the arrays of the last call, to fill them again.
export function walk(net, numbers, inputs, room = {}) {
  const count = inputs[0].length;
  const layers = [inputs];
  const places = starts(net.sizes);
  let sums = null;
  places.forEach(({ weights, biases }, layer) => {
    const units = net.sizes[layer + 1];
    const last = layer === places.length - 1;
    const before = layers[layer];
    const after = [];
    if (last) sums = [];
    for (let unit = 0; unit < units; unit += 1) {
      const key = `${layer}.${unit}`;
      if (!room[key] || room[key].length !== count) room[key] = new Float64Array(count);
      const z = room[key].fill(numbers[biases + unit]);
      before.forEach((answers, source) => {
        const weight = numbers[weights + source * units + unit];
        if (weight !== 0) for (let at = 0; at < count; at += 1) z[at] += weight * answers[at];
      });
      if (last) sums.push(z.slice());
      const bend = net.activations[layer];
      if (bend !== "softmax" && bend !== "linear") {
        const value = BENDS[bend];
        for (let at = 0; at < count; at += 1) z[at] = value(z[at]);
      }
      after.push(z);
    }
    if (net.activations[layer] === "softmax") soften(after, count);
    layers.push(after);
  });
  return { layers, sums };
}

function soften(units, count) {
  for (let at = 0; at < count; at += 1) {
    let most = -Infinity;
    for (const unit of units) most = Math.max(most, unit[at]);
    let total = 0;
    for (const unit of units) total += unit[at] = Math.exp(unit[at] - most);
    for (const unit of units) unit[at] /= total;
  }
}

// Which class is said at a place: one unit says the second above 0, of several the largest wins.
export function saidAt(sums, at) {
  if (sums.length === 1) return sums[0][at] > 0 ? 1 : 0;
  let best = 0;
  for (let unit = 1; unit < sums.length; unit += 1) if (sums[unit][at] > sums[best][at]) best = unit;
  return best;
}

// The network up to a layer, and from a layer on: both are networks.
const upTo = (net, layer) => ({ sizes: net.sizes.slice(0, layer + 1), activations: net.activations.slice(0, layer) });
export const from = (net, layer) => ({ sizes: net.sizes.slice(layer), activations: net.activations.slice(layer) });

// Where points of the plane lie as a layer sees them: [across, up], an array each.
export function warpedAt(net, numbers, inputs, { layer, across, up }, room = {}) {
  const { layers } = walk(upTo(net, layer), numbers, inputs, room);
  return [layers[layer][across], layers[layer][up]];
}

// The straight lines on which the following units turn, [a, b, c] of a·across + b·up + c = 0; of several outputs those
// between each two of them. Only where the two units are all that the layer has.
export function turningLines(net, numbers, { layer, across, up }) {
  if (net.sizes[layer] !== 2) return [];
  const { weights, biases } = starts(net.sizes)[layer];
  const units = net.sizes[layer + 1];
  const line = (unit) => [numbers[weights + across * units + unit], numbers[weights + up * units + unit], numbers[biases + unit]];
  const all = Array.from({ length: units }, (_, unit) => line(unit));
  if (layer < net.sizes.length - 2 || units === 1) return all.map((values, unit) => ({ values, units: [unit] }));
  const pairs = [];
  for (let one = 0; one < units; one += 1)
    for (let other = one + 1; other < units; other += 1) pairs.push({ values: all[one].map((value, k) => value - all[other][k]), units: [one, other] });
  return pairs;
}

// The two units of a layer with the largest weights out, as netlab/playground/warped.py finds them.
export function strongestTwo(net, numbers, layer) {
  const { weights } = starts(net.sizes)[layer];
  const units = net.sizes[layer + 1];
  const out = Array.from({ length: net.sizes[layer] }, (_, unit) => {
    let sum = 0;
    for (let next = 0; next < units; next += 1) sum += Math.abs(numbers[weights + unit * units + next]);
    return sum;
  });
  const [across, up] = out.map((_, unit) => unit).sort((one, other) => out[other] - out[one] || one - other).slice(0, 2).sort((one, other) => one - other);
  return { layer, across, up };
}

export const bytesOf = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer;

// Moments as netlab/playground/messages.py packs them.
export function momentsIn(packed, count) {
  const all = new Float32Array(bytesOf(packed));
  const width = MEASURES.length + count;
  return Array.from({ length: all.length / width }, (_, at) => {
    const row = all.subarray(at * width, (at + 1) * width);
    const moment = { numbers: row.subarray(MEASURES.length) };
    MEASURES.forEach((name, place) => (moment[name] = row[place]));
    return moment;
  });
}

export function pointsIn(packed) {
  const buffer = bytesOf(packed);
  const count = buffer.byteLength / 5;
  const places = new Int16Array(buffer, 0, 2 * count);
  const marks = new Uint8Array(buffer, 4 * count);
  return {
    x: Float64Array.from({ length: count }, (_, at) => Math.fround(places[2 * at] / 1000)),
    y: Float64Array.from({ length: count }, (_, at) => Math.fround(places[2 * at + 1] / 1000)),
    label: Uint8Array.from(marks, (mark) => mark % 16),
    held: Array.from(marks, (mark) => mark >= 16),
  };
}
