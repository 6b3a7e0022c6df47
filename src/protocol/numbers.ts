/** How numbers are written, wherever a person reads them. */

/** A raw value with three digits, with an exponent where there would be many zeros. */
export function formatValue(value: number): string {
  const rounded = Number(value.toPrecision(3));
  const size = Math.abs(rounded);
  if (size === 0 || (size >= 0.01 && size < 1e5)) return withMinus(String(rounded));
  return withMinus(rounded.toExponential().replace('e+', 'e'));
}

/** With minus signs of their own width, as in print, in place of hyphens. */
export function withMinus(text: string): string {
  return text.replaceAll('-', '−');
}

/** From here on a share is rounded to 100 %. */
const NEARLY_ALL = 0.9995;

/** A share or probability in percent with two digits, near 100 % with three; never 100 % for less. */
export function percentFormat(locale: string): (fraction: number) => string {
  const format = new Intl.NumberFormat(locale, { style: 'percent', maximumSignificantDigits: 2 });
  const nearOne = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 });
  return (fraction) => {
    if (fraction > 0 && fraction < 1e-5) return `<${format.format(1e-5)}`;
    if (fraction >= NEARLY_ALL && fraction < 1) return `>${nearOne.format(0.999)}`;
    return (fraction > 0.99 ? nearOne : format).format(fraction);
  };
}
