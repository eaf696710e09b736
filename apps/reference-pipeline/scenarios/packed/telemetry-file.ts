import { readFileSync } from 'node:fs';

interface WrittenSpan {
	readonly name: string;
	readonly traceId: string;
	readonly spanId: string;
	readonly parentSpanId?: string;
	readonly scope: { readonly name: string; readonly version: string };
}

/** What a team's process exported, as its SDK handed it to the exporters. */
export interface WrittenTelemetry {
	readonly spans: readonly WrittenSpan[];
	readonly logs: readonly { readonly eventName: string; readonly traceId?: string }[];
}

export function readTelemetry(file: string): WrittenTelemetry {
	return JSON.parse(readFileSync(file, 'utf8')) as WrittenTelemetry;
}

/** Spans by name, in the order of the names. */
export function countSpans({ spans }: WrittenTelemetry): Readonly<Record<string, number>> {
	const counts = new Map<string, number>();
	for (const { name } of spans) counts.set(name, (counts.get(name) ?? 0) + 1);
	return Object.fromEntries([...counts].sort(([a], [b]) => a.localeCompare(b)));
}

/** Spans whose parent was not exported. */
export function orphans({ spans }: WrittenTelemetry): readonly string[] {
	const ids = new Set(spans.map(({ spanId }) => spanId));
	return spans
		.filter(({ parentSpanId }) => parentSpanId !== undefined && !ids.has(parentSpanId))
		.map(({ name }) => name);
}
