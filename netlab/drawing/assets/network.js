// A network answers in the browser: dense, convolutional and pooling layers, normalisation folded into their weights.
//
// What it is comes as { address, half, layers } (netlab/drawing/browser_network.py); its weights are fetched once from
// the address, float16 (half) or float32, and the browser keeps them.

const LEAK = 0.2;
const [SELU_SCALE, SELU_ALPHA] = [1.0507009873554805, 1.6732632423543772];
const sigmoid = (z) => 1 / (1 + Math.exp(-z));
const softplus = (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));

// Coefficients of erfc(x) = t · exp(−x² + polynomial), t = 1 / (1 + x/2), to 1.2·10⁻⁷ of it for x ≥ 0
// (Press et al., Numerical Recipes, 1992, section 6.2).
const ERFC = [-1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223, 0.17087277];

function normalCdf(z) {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + x / 2);
  const tail = (t * Math.exp(-x * x + ERFC.reduceRight((sum, coefficient) => sum * t + coefficient))) / 2;
  return z < 0 ? tail : 1 - tail;
}

export const ACTIVATIONS = {
  linear: (z) => z,
  sigmoid,
  tanh: Math.tanh,
  hard_sigmoid: (z) => Math.min(6, Math.max(0, z + 3)) / 6,
  step: (z) => (z > 0 ? 1 : 0),
  relu: (z) => Math.max(z, 0),
  leaky_relu: (z) => Math.max(z, LEAK * z),
  elu: (z) => (z > 0 ? z : Math.expm1(z)),
  selu: (z) => SELU_SCALE * (z > 0 ? z : SELU_ALPHA * Math.expm1(z)),
  softplus,
  gelu: (z) => z * normalCdf(z),
  swish: (z) => z * sigmoid(z),
  mish: (z) => z * Math.tanh(softplus(z)),
  softmax: (z) => z, // of the ten sums together, at the end
};

function dense(values, { kernel: [inputs, units] }, weights, biases) {
  const sums = Float32Array.from(biases);
  for (let i = 0; i < inputs; i += 1) {
    const value = values[i];
    if (value === 0) continue;
    for (let j = 0, at = i * units; j < units; j += 1, at += 1) sums[j] += value * weights[at];
  }
  return sums;
}

function convolved(values, { kernel: [size, , channels, filters], shape: [height, width] }, weights, biases) {
  const across = width + size - 1;
  const result = new Float32Array(height * width * filters);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const to = (y * width + x) * filters;
      result.set(biases, to);
      for (let v = 0; v < size; v += 1) {
        for (let u = 0; u < size; u += 1) {
          const from = ((y + v) * across + x + u) * channels;
          for (let c = 0; c < channels; c += 1) {
            const value = values[from + c];
            if (value === 0) continue;
            const at = ((v * size + u) * channels + c) * filters;
            for (let f = 0; f < filters; f += 1) result[to + f] += value * weights[at + f];
          }
        }
      }
    }
  }
  return result;
}

function pooled(values, { pool, from: [, across, channels], shape: [height, width] }) {
  const result = new Float32Array(height * width * channels).fill(-Infinity);
  for (let y = 0; y < height * pool; y += 1) {
    for (let x = 0; x < width * pool; x += 1) {
      const [to, at] = [(Math.floor(y / pool) * width + Math.floor(x / pool)) * channels, (y * across + x) * channels];
      for (let c = 0; c < channels; c += 1) result[to + c] = Math.max(result[to + c], values[at + c]);
    }
  }
  return result;
}

const KINDS = { Dense: dense, Conv2D: convolved, MaxPooling2D: pooled, Activation: (values) => values };

// Ten probabilities of a picture, 784 numbers from 0 to 1.
export function answer({ layers, arrays }, pixels) {
  let values = pixels;
  layers.forEach((layer, place) => {
    values = KINDS[layer.kind](values, layer, ...arrays[place]);
    const bend = ACTIVATIONS[layer.activation ?? "linear"];
    if (bend !== ACTIVATIONS.linear && bend !== ACTIVATIONS.softmax) values = values.map(bend);
  });
  const most = Math.max(...values);
  const powers = Array.from(values, (value) => Math.exp(value - most));
  const sum = powers.reduce((so, power) => so + power, 0);
  return powers.map((power) => power / sum);
}

function single(half) {
  const [sign, exponent, fraction] = [half & 0x8000 ? -1 : 1, (half >> 10) & 31, half & 1023];
  return exponent ? sign * 2 ** (exponent - 15) * (1 + fraction / 1024) : sign * 2 ** -14 * (fraction / 1024);
}

// The layers with their weights, in the order in which they come in the bytes.
export function unpacked({ half, layers }, buffer) {
  const numbers = half ? Float32Array.from(new Uint16Array(buffer), single) : new Float32Array(buffer);
  let begin = 0;
  const taken = (count) => numbers.subarray(begin, (begin += count));
  const arrays = layers.map(({ kernel }) => (kernel ? [taken(kernel.reduce((so, side) => so * side, 1)), taken(kernel.at(-1))] : []));
  if (begin !== numbers.length) throw new Error("These are the weights of another network.");
  return { layers, arrays };
}

const kept = new Map(); // by address; the newest few

// The network once its weights are here. It rejects where they cannot be had.
export function loaded(network) {
  if (!kept.has(network.address)) {
    const weights = fetch(new URL(network.address, document.baseURI)).then((reply) => {
      if (!reply.ok) throw new Error(`No weights at ${network.address}.`);
      return reply.arrayBuffer();
    });
    kept.set(network.address, weights.then((buffer) => unpacked(network, buffer)));
    if (kept.size > 4) kept.delete(kept.keys().next().value);
  }
  return kept.get(network.address);
}
