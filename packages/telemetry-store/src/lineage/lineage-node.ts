import { StoreError } from '../connection/store-error.ts';

const KINDS = ['record', 'schema', 'source', 'destination', 'entry', 'raw'] as const;

/** `schema`: a record as one target schema has it. `entry`: of a queue. `other`: written by a newer version. */
export type LineageNodeKind = (typeof KINDS)[number] | 'other';

/** What an id of a node says. */
export interface NodeName {
	readonly kind: LineageNodeKind;
	/** Without its kind, and without the record's id where it is a schema. */
	readonly name: string;
	/** Of a record, or of a record in one schema. */
	readonly recordId?: string;
}

/** Longest id of a node: two ids of 128 characters and what stands between them. */
const MAX_LENGTH = 512;

export function nodeName(id: string): NodeName {
	const at = id.indexOf(':');
	const kind = KINDS.find((known) => known === id.slice(0, at)) ?? 'other';
	if (kind === 'other') return { kind, name: id };
	const name = id.slice(at + 1);
	if (kind === 'record') return { kind, name, recordId: name };
	if (kind !== 'schema') return { kind, name };
	const slash = name.indexOf('/');
	return slash < 0 ? { kind, name } : { kind, name: name.slice(slash + 1), recordId: name.slice(0, slash) };
}

/** Sources and destinations touch everything: a walk that went on through them would bring the whole pipeline. */
export function isHub(id: string): boolean {
	return id.startsWith('source:') || id.startsWith('destination:');
}

/** @throws StoreError `QUERY_INVALID` for what is empty or too long to be an id */
export function checkId(what: string, id: unknown): string {
	if (typeof id === 'string' && id !== '' && id.length <= MAX_LENGTH) return id;
	throw new StoreError('QUERY_INVALID', `A ${what} has 1 to ${MAX_LENGTH} characters.`);
}
