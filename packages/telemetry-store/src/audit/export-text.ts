import { type TelemetryEvent, toWire } from '@pipeline/telemetry-core/schema';

/** Columns of an exported table: fields of the wire form, and the audit dimensions that each entry has. */
const FIELDS = [
	...['event_id', 'timestamp', 'module', 'component', 'event_type', 'severity', 'name', 'trace_id', 'span_id'],
	...['parent_span_id', 'record_id', 'batch_id', 'correlation_id', 'value', 'unit'],
];
const DIMENSIONS = {
	actor_type: 'audit.actor_type',
	actor_id: 'audit.actor_id',
	session_id: 'audit.session_id',
	resource_type: 'audit.resource_type',
	resource_id: 'audit.resource_id',
	action: 'audit.action',
	outcome: 'audit.outcome',
	category: 'audit.category',
	tenant: 'pipeline.tenant',
	checksum: 'audit.checksum',
	sequence: 'audit.sequence',
} as const;

/** A spreadsheet takes such a text for a formula, and runs it; some read signs of full width as their plain ones. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;

/** Control characters but tabs and line breaks: what reads lines or tables ends at them, or worse. */
const UNPRINTABLE = /[^\P{Cc}\t\r\n]/gu;

/** For formats that cannot escape control characters. */
export const printable = (text: string): string => text.replace(UNPRINTABLE, '\ufffd');

/** The wire form in one line. */
export function jsonOf(event: TelemetryEvent): string {
	return JSON.stringify(toWire(event));
}

/** Ends with CR LF, like every line. */
export const CSV_HEADER = `${[...FIELDS, ...Object.keys(DIMENSIONS), 'details'].join(',')}\r\n`;

/**
 * A line of a table: `details` has the dimensions without a column of their own, as JSON. A text that a spreadsheet would take for a formula
 * has an apostrophe in front.
 *
 * @see https://www.rfc-editor.org/rfc/rfc4180
 */
export function csvOf(event: TelemetryEvent): string {
	const wire = toWire(event) as unknown as Readonly<Record<string, string | number | undefined>>;
	const cells = [
		...FIELDS.map((field) => wire[field]),
		...Object.values(DIMENSIONS).map((key) => event.dimensions[key]),
		JSON.stringify(detailsOf(event, Object.values(DIMENSIONS))),
	];
	return `${cells.map(csvCell).join(',')}\r\n`;
}

/** Dimensions in the order of their names, without those that stand elsewhere. */
export function detailsOf({ dimensions }: TelemetryEvent, elsewhere: readonly string[]): Record<string, string> {
	const rest = Object.entries(dimensions).filter(([key]) => !elsewhere.includes(key));
	return Object.fromEntries(rest.sort(([left], [right]) => (left < right ? -1 : 1)));
}

function csvCell(value: string | number | undefined): string {
	if (value === undefined) return '';
	if (typeof value === 'number') return String(value);
	const text = printable(FORMULA.test(value) ? `'${value}` : value);
	return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
