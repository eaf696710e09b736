import { InvalidArgumentError } from 'commander';

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * An instant, said as one or as how long ago: `24h`, `30m`, `7d`, `2026-11-21`, `2026-11-21T10:00:00Z`.
 *
 * @returns ISO 8601, UTC
 * @throws InvalidArgumentError
 */
export function instantOf(text: string, now: number = Date.now()): string {
	const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
	if (count !== undefined && unit !== undefined) return isoOf(now - Number(count) * (UNITS[unit] ?? 0));
	const isInstant = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2}))?$/.test(text);
	return isoOf(isInstant ? Date.parse(text) : Number.NaN);
}

/** What is before 1970 is no instant of telemetry, and the store knows none. */
function isoOf(at: number): string {
	if (!(at >= 0)) {
		throw new InvalidArgumentError('Say how long ago (30m, 24h, 7d) or when (2026-11-21, 2026-11-21T10:00:00Z).');
	}
	return new Date(at).toISOString();
}
