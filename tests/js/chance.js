/** Numbers that look random and are the same in every run. */
export function chance(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Points in clumps, with some on one spot, some on the border and some nowhere. */
export function clumps(n, seed) {
  const draw = chance(seed);
  const xy = new Float32Array(2 * n);
  for (let row = 0; row < n; row++) {
    const spread = draw() < 0.5 ? 0.02 : 0.3;
    const at = () => Math.min(1, Math.max(0, 0.5 + (draw() + draw() - 1) * spread));
    const place = row % 50 === 0 ? [1, 0] : row % 51 === 0 ? [0.25, 0.25] : row % 53 === 0 ? [NaN, NaN] : [at(), at()];
    xy.set(place, 2 * row);
  }
  return xy;
}
