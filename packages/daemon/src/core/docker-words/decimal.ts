const exactDecimals = 100;
/** Wider than what multiplying a number of some thousands by a hundred can be wrong by. */
const nearTie = 1e-6;

/** With so many decimals, a tie to the even digit: as Go prints numbers. `value` is not negative. */
export function renderDecimals(value: number, decimals: number): string {
  const rounded = value.toFixed(decimals);
  if (Math.abs(((value * 10 ** decimals) % 1) - 0.5) > nearTie) return rounded;
  const exact = value.toFixed(exactDecimals);
  const cut = exact.length - exactDecimals + decimals;
  const isTie = /^50*$/.test(exact.slice(cut));
  const down = exact.slice(0, decimals === 0 ? cut - 1 : cut);
  return isTie && /[02468]$/.test(down) ? down : rounded;
}

/** To so many digits that count, without zeros at the end: Go’s `%.3g` of a number from 0 up to some thousands. */
export function renderDigits(value: number, digits: number): string {
  const whole = String(Math.trunc(value)).length;
  const rounded = renderDecimals(value, Math.max(0, digits - whole));
  if (rounded.includes('.')) return rounded.replace(/\.?0+$/, '');
  return rounded.length > digits ? `1e+0${rounded.length - 1}` : rounded;
}
