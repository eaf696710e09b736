/** A duration for people: three digits at the most where it is short, two units where it is long. */
export function durationText(ms: number): string {
	// An instant that came from outside may be none.
	if (!Number.isFinite(ms)) return '?';
	if (ms < 0) return `-${durationText(-ms)}`;
	if (ms === 0) return '0';
	if (ms < 1) return `${Math.max(1, Math.round(ms * 1_000))} µs`;
	if (ms < 1_000) return `${digits(ms)} ms`;
	if (ms < 59_950) return `${digits(ms / 1_000)} s`;
	const [unit, below, size] = UNITS.find(([, , length]) => ms >= length) ?? (['min', 's', 60_000] as const);
	const rest = Math.floor((ms % size) / (BELOW[below] ?? 1));
	return `${Math.floor(ms / size)} ${unit}${rest === 0 ? '' : ` ${rest} ${below}`}`;
}

const UNITS = [
	['d', 'h', 86_400_000],
	['h', 'min', 3_600_000],
	['min', 's', 60_000],
] as const;
const BELOW: Readonly<Record<string, number>> = { h: 3_600_000, min: 60_000, s: 1_000 };

const digits = (value: number) => (value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : value.toFixed(0));

/** A moment of a journey, from its begin. */
export const offsetText = (ms: number): string => (ms >= 0 ? `+${durationText(ms)}` : durationText(ms));

/** From so much after the journey's begin, the stages of a trace are told from the trace's own begin. */
const LATE_MS = 60_000;

/** What the offsets of a trace's stages are counted from, in milliseconds from the journey's begin. */
export const zeroOf = ({ startMs }: { readonly startMs: number }): number => (startMs >= LATE_MS ? startMs : 0);

/** A day and minute for people, UTC. */
export const minuteText = (instant: string): string => instant.slice(0, 16).replace('T', ' ');

export const countText = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
