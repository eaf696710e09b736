import type { SpanEventEntry } from '../entries.ts';

/** Span events of Telemetry alone. Append only: a position is a definition's number. */
export const telemetrySpanEvents = {} as const satisfies Readonly<Record<string, SpanEventEntry>>;
