const WORDS: Readonly<Record<string, string>> = { s: 'seconds', By: 'bytes', '1': 'ratio' };

/**
 * Unit of a metric as Prometheus writes it: a word that the name ends with, `_total` aside. Empty for all others.
 *
 * @param unit UCUM
 * @see https://github.com/prometheus/OpenMetrics/blob/main/specification/OpenMetrics.md#unit
 */
export function prometheusUnit(name: string, unit: string): string {
	const word = WORDS[unit];
	return word !== undefined && name.replace(/_total$/, '').endsWith(`_${word}`) ? word : '';
}
