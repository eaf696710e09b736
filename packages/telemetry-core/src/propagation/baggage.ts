import { percentDecode, percentEncode } from './percent-encoding.ts';
import { trimOptionalWhitespace } from './tracestate.ts';

/** Most members a baggage carries. */
export const MAX_BAGGAGE_MEMBERS = 64;
/** Longest serialised baggage, in bytes. */
export const MAX_BAGGAGE_BYTES = 8192;
/** Longest header that is looked at, in characters. */
const MAX_HEADER_LENGTH = 65_536;

/** The pipeline's own keys, the most important first: over a limit, unknown keys go first, then these from the end. */
export const PIPELINE_BAGGAGE_KEYS = [
	'pipeline.namespace',
	'pipeline.product.name',
	'pipeline.product.version',
	'pipeline.mode',
	'pipeline.lineage_id',
	'pipeline.ingested_at',
	'pipeline.source_id',
	'pipeline.execution_id',
	'pipeline.job_id',
	'pipeline.tenant',
	'pipeline.classification',
	'pipeline.keep',
] as const;

const RANK: ReadonlyMap<string, number> = new Map(PIPELINE_BAGGAGE_KEYS.map((key, rank) => [key, rank]));

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const VALUE = /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*$/;
const PROPERTY = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+(?:[ \t]*=[ \t]*[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*)?$/;

/** What a baggage header said. */
export interface ParsedBaggage {
	/** Decoded values by key; the properties of `key`, as received, under `key;`. */
	readonly baggage: Record<string, string>;
	/** False when members were malformed or over a limit, and therefore left out. */
	readonly isWhole: boolean;
}

/** Where the properties of a member are kept in a baggage map. */
export function propertiesKey(key: string): string {
	return `${key};`;
}

/**
 * Reads a `baggage` header (several joined by commas). Malformed members are left out, of a repeated key the last one counts.
 *
 * @see https://www.w3.org/TR/baggage/
 */
export function parseBaggage(header: string): ParsedBaggage {
	if (header.length > MAX_HEADER_LENGTH) return { baggage: {}, isWhole: false };
	const members = new Map<string, string>();
	let isWhole = true;
	for (const part of header.split(',')) {
		const member = trimOptionalWhitespace(part);
		if (member !== '' && !readMember(member, members)) isWhole = false;
	}
	const kept = limitBaggage(members);
	return { baggage: Object.fromEntries(kept), isWhole: isWhole && kept.size === members.size };
}

function readMember(member: string, into: Map<string, string>): boolean {
	const [pair = '', ...rest] = member.split(';').map(trimOptionalWhitespace);
	const properties = rest.filter((property) => property !== '');
	const equals = pair.indexOf('=');
	const key = trimOptionalWhitespace(pair.slice(0, Math.max(equals, 0)));
	const value = trimOptionalWhitespace(pair.slice(equals + 1));
	if (equals < 1 || !TOKEN.test(key) || !VALUE.test(value)) return false;
	if (!properties.every((property) => PROPERTY.test(property))) return false;
	into.delete(key);
	into.delete(propertiesKey(key));
	into.set(key, percentDecode(value));
	if (properties.length > 0) into.set(propertiesKey(key), properties.join(';'));
	return true;
}

/** Serialises a baggage map within both limits. Entries that no header can carry are left out. */
export function writeBaggage(baggage: Readonly<Record<string, string>>): string {
	const entries = limitBaggage(new Map(Object.entries(baggage)));
	const members: string[] = [];
	for (const key of entries.keys()) {
		if (TOKEN.test(key)) members.push(writeMember(entries, key));
	}
	return members.join(',');
}

function writeMember(entries: ReadonlyMap<string, string>, key: string): string {
	const properties = entries.get(propertiesKey(key));
	const pair = `${key}=${percentEncode(entries.get(key) ?? '')}`;
	return properties === undefined ? pair : `${pair};${properties}`;
}

function isWritableProperties(properties: string): boolean {
	return properties.split(';').every((property) => PROPERTY.test(property));
}

/**
 * The members of a baggage map that fit into 64 members and 8,192 bytes, in their order. Entries with an impossible key,
 * a value that is not a string, or properties without their member or with an impossible text are left out.
 */
export function limitBaggage(entries: ReadonlyMap<string, unknown>): Map<string, string> {
	const kept = new Map<string, string>();
	for (const [key, value] of entries) {
		if (!TOKEN.test(key) || typeof value !== 'string') continue;
		kept.set(key, value);
		const properties = entries.get(propertiesKey(key));
		if (typeof properties === 'string' && isWritableProperties(properties)) kept.set(propertiesKey(key), properties);
	}
	dropSurplus(kept);
	return kept;
}

function dropSurplus(kept: Map<string, string>): void {
	const keys = [...kept.keys()].filter((key) => TOKEN.test(key));
	let bytes = keys.reduce((sum, key) => sum + writeMember(kept, key).length + 1, -1);
	if (keys.length <= MAX_BAGGAGE_MEMBERS && bytes <= MAX_BAGGAGE_BYTES) return;
	let count = keys.length;
	for (const key of keys
		.map((key, index) => ({ key, index }))
		.sort(byDropOrder)
		.map(({ key }) => key)) {
		if (count <= MAX_BAGGAGE_MEMBERS && bytes <= MAX_BAGGAGE_BYTES) return;
		bytes -= writeMember(kept, key).length + 1;
		count--;
		kept.delete(key);
		kept.delete(propertiesKey(key));
	}
}

interface Candidate {
	readonly key: string;
	readonly index: number;
}

/** Unknown keys before known ones, the last unknown first; known ones from the least important. */
function byDropOrder(left: Candidate, right: Candidate): number {
	const leftRank = RANK.get(left.key) ?? Number.POSITIVE_INFINITY;
	const rightRank = RANK.get(right.key) ?? Number.POSITIVE_INFINITY;
	return leftRank === rightRank ? right.index - left.index : rightRank - leftRank;
}
