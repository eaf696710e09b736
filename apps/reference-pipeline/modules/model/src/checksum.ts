import { createHash } from 'node:crypto';
import type { Sha } from './shapes/blocks.ts';
import { ADDED_FIELDS } from './trace-fields.ts';

const ADDED = new Set<string>([
	...ADDED_FIELDS,
	'contextOrigin',
	'originTraceId',
	'originSpanId',
	'replayTraceIds',
	'deliverySpanId',
	'traceStartedAt',
	'traceCompletedAt',
	'traceDurationMs',
	'traceOutcome',
	'stageTimingsMs',
	'traceVerdicts',
	'stageChecksums',
	'upstreamQualityScore',
	'targetSchemaCount',
]);

/**
 * JSON with sorted keys and no whitespace. What observers add to structures is left out; a data field of the same name
 * is not, because its value is a FieldValue. bigint and bytes have a text form.
 */
export function canonicalJson(value: unknown): string {
	if (typeof value === 'bigint') return `"${value}n"`;
	if (value instanceof Uint8Array) return `"${Buffer.from(value).toString('base64')}"`;
	if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
	if (typeof value === 'object' && value !== null) {
		const entries = Object.entries(value).filter(([key, entry]) => entry !== undefined && isContent(key, entry));
		entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
		return `{${entries.map(([key, entry]) => `${JSON.stringify(key)}:${canonicalJson(entry)}`).join(',')}}`;
	}
	return JSON.stringify(value) ?? 'null';
}

/** SHA-256 over canonical JSON, or over the bytes themselves. */
export function checksumOf(value: unknown): Sha {
	return createHash('sha256')
		.update(value instanceof Uint8Array ? value : canonicalJson(value))
		.digest('hex');
}

function isContent(key: string, entry: unknown): boolean {
	if (!ADDED.has(key)) return true;
	return typeof entry === 'object' && entry !== null && 'fieldType' in entry && 'isNull' in entry;
}
