// Hot path: runs for every value of every record, on both sides of an edge.
import { createHash } from 'node:crypto';
import type { Sha } from './shapes/blocks.ts';
import { ADDED_FIELDS } from './trace-fields.ts';
import { type Content, contentOf } from './wire-names.ts';

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
 * JSON with sorted keys and no whitespace. What observers add to structures is left out; data of the same name is not: fields (their
 * values are FieldValues), and everything in a map or in JSON parameters. bigint and bytes have a text form.
 */
export function canonicalJson(value: unknown): string {
	return canonical(value, 'STRUCTURE');
}

function canonical(value: unknown, content: Content): string {
	switch (typeof value) {
		case 'bigint':
			return `"${value}n"`;
		case 'object':
			return value === null ? 'null' : canonicalObject(value, content);
		default:
			return JSON.stringify(value) ?? 'null';
	}
}

// Loops, one growing string and known names: twice as fast as entries, filter, map and join.
function canonicalObject(value: object, content: Content): string {
	if (value instanceof Uint8Array) return `"${Buffer.from(value).toString('base64')}"`;
	const inner = content === 'JSON' ? 'JSON' : 'STRUCTURE';
	if (Array.isArray(value)) return canonicalArray(value, inner);
	const object = value as Readonly<Record<string, unknown>>;
	const isStructure = content === 'STRUCTURE';
	let text = '{';
	for (const key of Object.keys(object).sort()) {
		const entry = object[key];
		if (entry === undefined || (isStructure && !isContent(key, entry))) continue;
		text += text.length === 1 ? named(key) : `,${named(key)}`;
		text += canonical(entry, isStructure && typeof entry === 'object' ? contentOf(key, 'errorId' in object) : inner);
	}
	return `${text}}`;
}

function canonicalArray(values: readonly unknown[], content: Content): string {
	let text = '[';
	for (const value of values) text += text.length === 1 ? canonical(value, content) : `,${canonical(value, content)}`;
	return `${text}]`;
}

const names = new Map<string, string>();
const MAX_NAMES = 1_000;

// The same few names come again in every record; those of hostile data must not fill the cache.
function named(key: string): string {
	const known = names.get(key);
	if (known !== undefined) return known;
	const made = `${JSON.stringify(key)}:`;
	if (names.size < MAX_NAMES) names.set(key, made);
	return made;
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
