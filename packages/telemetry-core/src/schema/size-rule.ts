import type { EventDraft, RuleCheck } from './event-draft.ts';
import { type TelemetryEvent, toWire } from './telemetry-event.ts';
import { STACKTRACE_KEY } from './telemetry-event-schema.ts';
import { truncateText } from './truncate-text.ts';

/** Largest serialised event, in bytes of UTF-8. */
export const MAX_EVENT_BYTES = 65_536;
const SHORT_LENGTH = 64;

/** EV16: the event is small enough; the stack trace is cut first, then the longest dimensions. Runs on texts, so after EV13. */
export const checkSize: RuleCheck = (draft, report) => {
	let excess = sizeOf(draft) - MAX_EVENT_BYTES;
	if (excess <= 0) return;
	cut(draft, STACKTRACE_KEY, excess);
	report('EV16', 'repair', 'dimensions', `larger than ${MAX_EVENT_BYTES} bytes; the longest texts were cut`);
	for (const key of byLength(draft)) {
		excess = sizeOf(draft) - MAX_EVENT_BYTES;
		if (excess <= 0) return;
		cut(draft, key, excess);
	}
};

function byLength({ dimensions }: EventDraft): readonly string[] {
	return Object.keys(dimensions).sort((left, right) => lengthOf(dimensions[right]) - lengthOf(dimensions[left]));
}

/** Every character is at least one byte, so that so many characters less are enough. */
function cut({ dimensions }: EventDraft, key: string, excessBytes: number): void {
	const text = dimensions[key];
	if (typeof text !== 'string') return;
	dimensions[key] = truncateText(text, Math.max(SHORT_LENGTH, text.length - excessBytes - 3));
}

function lengthOf(value: unknown): number {
	return typeof value === 'string' ? value.length : 0;
}

function sizeOf(draft: EventDraft): number {
	return Buffer.byteLength(JSON.stringify(toWire(draft as unknown as TelemetryEvent)), 'utf8');
}
