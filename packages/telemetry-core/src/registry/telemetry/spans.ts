import type { SpanEntry } from '../entries.ts';

/** Every span of Telemetry. Append only: a position is a definition's number. */
export const telemetrySpans = {} as const satisfies Readonly<Record<string, SpanEntry>>;
