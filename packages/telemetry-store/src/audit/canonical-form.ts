// Runs for every entry: no intermediate objects beyond the text that is hashed.
import { hash } from 'node:crypto';
import type { EventRow } from '../events/event-row.ts';

/** What a checksum covers: all that an entry says, and where it stands in its chain. */
export interface SealedContent extends Omit<EventRow, 'value'> {
	readonly chain_id: string;
	readonly seq: number;
	readonly block_id: number;
}

const TEXTS_BEFORE_SEVERITY = ['event_id', 'service', 'module', 'component', 'event_type'] as const;
const TEXTS_AFTER_SEVERITY = [
	...['name', 'trace_id', 'span_id', 'parent_span_id'],
	...['record_id', 'batch_id', 'correlation_id', 'unit'],
] as const satisfies readonly string[];

/** Length in bytes, a colon, the bytes: what follows cannot be taken for a part of it. */
const netstring = (text: string): string => `${Buffer.byteLength(text)}:${text}`;
/** The same where every character is a byte. */
const asciiNetstring = (text: string): string => `${text.length}:${text}`;

/**
 * SHA-256, hexadecimal, of the entry's canonical form: netstrings of its fields in a fixed order, then of each dimension's key and value by
 * sorted key. Texts must be well-formed and instants have microseconds. `CHECKSUM_SQL` is the same in the engine.
 */
export function checksumOf(content: SealedContent): string {
	const text = formOf(content, asciiNetstring, Object.keys(content.dimensions).sort());
	// One length is measured instead of sixty, which is a third of the time; few entries need them all.
	const isAscii = Buffer.byteLength(text) === text.length;
	return hash('sha256', isAscii ? text : formOf(content, netstring, sortedKeys(content.dimensions)), 'hex');
}

function formOf(content: SealedContent, netstring: (text: string) => string, keys: readonly string[]): string {
	let text = netstring(content.chain_id) + netstring(String(content.seq));
	text += netstring(String(content.block_id)) + netstring(content.tenant_id);
	text += netstring(microsOf(content.timestamp)) + netstring(microsOf(content.received_at));
	for (const field of TEXTS_BEFORE_SEVERITY) text += netstring(content[field]);
	text += netstring(String(content.severity));
	for (const field of TEXTS_AFTER_SEVERITY)
		text += netstring((content as unknown as Record<string, string>)[field] ?? '');
	// No measurement: audit entries have none, and one that was put in shows.
	text += netstring('');
	for (const key of keys) text += netstring(key) + netstring(content.dimensions[key] ?? '');
	return text;
}

/** As the engine sorts them, by bytes: only surrogates make another order of UTF-16 code units. */
function sortedKeys(dimensions: Readonly<Record<string, string>>): readonly string[] {
	const keys = Object.keys(dimensions).sort();
	return keys.some((key) => /[\ud800-\udfff]/.test(key)) ? keys.sort(byBytes) : keys;
}

function byBytes(left: string, right: string): number {
	return Buffer.compare(Buffer.from(left), Buffer.from(right));
}

/** Microseconds since the epoch of `YYYY-MM-DDThh:mm:ss.ffffffZ`, exact for times that can be stored. */
export function microsOf(timestamp: string): string {
	return String(Date.parse(`${timestamp.slice(0, 23)}Z`) * 1_000 + Number(timestamp.slice(23, 26)));
}

const netstringSql = (expression: string): string => `toString(length(${expression})), ':', ${expression}`;

const PAIRS_SQL = "arraySort(CAST(dimensions, 'Array(Tuple(String, String))'))";

/** `checksumOf` of a row of `audit_events`, in SQL. */
export const CHECKSUM_SQL = `lower(hex(SHA256(concat(${[
	...['chain_id', 'toString(seq)', 'toString(block_id)', 'tenant_id'],
	...['toString(toUnixTimestamp64Micro(timestamp))', 'toString(toUnixTimestamp64Micro(received_at))'],
	...TEXTS_BEFORE_SEVERITY.map((field) => (field === 'event_id' ? 'toString(event_id)' : field)),
	'toString(severity)',
	...TEXTS_AFTER_SEVERITY,
	"ifNull(toString(value), '')",
]
	.map(netstringSql)
	.join(
		', ',
	)}, arrayStringConcat(arrayMap(pair -> concat(${netstringSql('pair.1')}, ${netstringSql('pair.2')}), ${PAIRS_SQL}))))))`;

/** Columns that are read from a dimension when a row is added: whoever changes only them leaves the checksum as it was. */
const MATERIALIZED = {
	lineage_id: 'pipeline.lineage_id',
	source_id: 'pipeline.source_id',
	destination_id: 'pipeline.destination_id',
	trace_outcome: 'pipeline.trace.outcome',
	actor_id: 'audit.actor_id',
	actor_type: 'audit.actor_type',
	resource_type: 'audit.resource_type',
	resource_id: 'audit.resource_id',
	action: 'audit.action',
	outcome: 'audit.outcome',
	producer_id: 'audit.producer_id',
} as const;

/** Whether a row's columns still say what its dimensions say, in SQL. */
export const COLUMNS_AGREE_SQL = [
	...Object.entries(MATERIALIZED).map(([column, key]) => `${column} = dimensions['${key}']`),
	"producer_seq = toUInt64OrZero(dimensions['audit.producer_seq'])",
	"duration_ms = toFloat64OrZero(dimensions['pipeline.trace.duration_ms'])",
	"tenant_id = multiIf(dimensions['pipeline.tenant'] != '', dimensions['pipeline.tenant'], dimensions['tenant'] != '', dimensions['tenant'], 'default')",
].join(' AND ');
