import { bucketBounds } from './buckets.ts';
import type { AttributeEntry, ErrorEntry, EventEntry, MetricEntry, SpanEntry, SpanEventEntry } from './entries.ts';
import { renderTable } from './markdown-table.ts';

type Table<E> = Readonly<Record<string, E>>;

const NONE = '–';

function code(text: string): string {
	return `\`${text}\``;
}

function codes(texts: readonly string[] | undefined): string {
	return texts === undefined || texts.length === 0 ? NONE : texts.map(code).join(', ');
}

function metricAttributes({ attributes, values = {} }: MetricEntry): string {
	if (attributes.length === 0) return NONE;
	return attributes
		.map((key) => {
			const list = values[key];
			return list === undefined ? code(key) : `${code(key)} (${list.map(code).join(', ')})`;
		})
		.join(', ');
}

function metricKind({ kind, buckets }: MetricEntry): string {
	if (kind !== 'histogram') return kind.replace('_', ' ');
	return typeof buckets === 'string' ? `histogram (${buckets})` : `histogram (${bucketBounds(buckets)?.join(', ')})`;
}

/** Metrics as a Markdown table: name, kind with its bucket family, unit, attributes with their values, when, what. */
export function renderMetrics(metrics: Table<MetricEntry>): string {
	return renderTable(
		['Metric', 'Kind', 'Unit', 'Attributes', 'Recorded', 'Meaning'],
		Object.entries(metrics).map(([name, entry]) => [
			code(name),
			metricKind(entry),
			code(entry.unit),
			metricAttributes(entry),
			entry.emitted,
			entry.description,
		]),
	);
}

/** Spans as a Markdown table. */
export function renderSpans(spans: Table<SpanEntry>): string {
	return renderTable(
		['Span', 'Level', 'Kind', 'Parent', 'Attributes', 'Events', 'Error', 'Meaning'],
		Object.entries(spans).map(([name, entry]) => [
			code(name),
			entry.level,
			entry.kind.toLowerCase(),
			entry.parent,
			codes(entry.attributes),
			codes(entry.events),
			entry.error,
			entry.description,
		]),
	);
}

/** Span events as a Markdown table. */
export function renderSpanEvents(spanEvents: Table<SpanEventEntry>): string {
	return renderTable(
		['Span event', 'Attributes', 'Meaning'],
		Object.entries(spanEvents).map(([name, entry]) => [code(name), codes(entry.attributes), entry.description]),
	);
}

/** LOG, TRACE and AUDIT events as a Markdown table; audit events with the requirements they are evidence for. */
export function renderEvents(events: Table<EventEntry>): string {
	return renderTable(
		['Event', 'Type', 'Severity', 'Dimensions', 'Evidence for', 'Meaning'],
		Object.entries(events).map(([name, entry]) => [
			code(name),
			entry.type,
			entry.severity,
			codes(entry.dimensions),
			entry.requirements?.join(', ') ?? NONE,
			entry.description,
		]),
	);
}

/** Error codes as a Markdown table. */
export function renderErrors(errors: Table<ErrorEntry>): string {
	return renderTable(
		['Code', 'Category', 'Severity', 'Recoverability', 'Scope', 'Meaning'],
		Object.entries(errors).map(([name, entry]) => [
			code(name),
			code(entry.category),
			entry.severity,
			entry.recoverability,
			entry.scope,
			entry.description,
		]),
	);
}

/** Attributes as a Markdown table: type, known values and how many of them metrics tell apart. */
export function renderAttributes(attributes: Table<AttributeEntry>): string {
	return renderTable(
		['Attribute', 'Type', 'Values', 'Cap on metrics', 'Meaning'],
		Object.entries(attributes).map(([name, entry]) => [
			code(name),
			entry.type,
			codes(entry.values),
			entry.cap === undefined ? NONE : String(entry.cap),
			entry.description,
		]),
	);
}
