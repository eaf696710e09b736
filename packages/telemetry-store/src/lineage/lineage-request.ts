import { StoreError } from '../connection/store-error.ts';
import { checkId } from './lineage-node.ts';

/**
 * Where to begin. `subject`: a person or thing that the data is about, by its keyed hash, where audit events name one in the dimension
 * `pipeline.subject_key`. `node`: an id as the graph has them.
 */
export type LineageStart =
	| { readonly record: string }
	| { readonly lineage: string }
	| { readonly batch: string }
	| { readonly destination: string }
	| { readonly source: string }
	| { readonly node: string }
	| { readonly subject: string };

/** Half open: from, and before to. ISO 8601 with a zone. */
export interface LineageTimeRange {
	readonly from: string;
	readonly to: string;
}

export interface LineageRequest {
	readonly start: LineageStart;
	/** `forward`: what became of it; `backward`: where it came from. @default 'both' */
	readonly direction?: 'forward' | 'backward' | 'both';
	/** Hops in each direction, 1 to 64. @default 16 */
	readonly depth?: number;
	/** Steps outside it are not followed. */
	readonly timeRange?: LineageTimeRange;
	/** 1 to 100,000. @default 10,000 */
	readonly maxEdges?: number;
}

export type StartKind = 'record' | 'lineage' | 'batch' | 'destination' | 'source' | 'node' | 'subject';

/** A request that was looked at. */
export interface CheckedRequest {
	readonly kind: StartKind;
	readonly id: string;
	readonly direction: 'forward' | 'backward' | 'both';
	readonly depth: number;
	readonly timeRange: LineageTimeRange | undefined;
	readonly maxEdges: number;
}

const START_KINDS: readonly StartKind[] = ['record', 'lineage', 'batch', 'destination', 'source', 'node', 'subject'];
const DIRECTIONS = ['forward', 'backward', 'both'] as const;
const MAX_DEPTH = 64;
const DEFAULT_DEPTH = 16;
const MAX_EDGES = 100_000;
const DEFAULT_EDGES = 10_000;
/** As the redaction writes them: the key's id, if any, and hexadecimal digits. A name in clear text is refused, not looked for. */
const KEYED_HASH = /^(?:[\w-]{1,32}:)?[0-9a-f]{16,64}$/;

/** @throws StoreError `QUERY_INVALID` */
export function checkRequest(request: LineageRequest): CheckedRequest {
	const starts = Object.entries(request.start ?? {});
	const [kind, id] = starts[0] ?? [];
	const known = START_KINDS.find((name) => name === kind);
	if (starts.length !== 1 || known === undefined) {
		throw new StoreError('QUERY_INVALID', `Lineage starts at one of ${START_KINDS.join(', ')}.`);
	}
	const direction = DIRECTIONS.find((name) => name === (request.direction ?? 'both'));
	if (direction === undefined) {
		throw new StoreError('QUERY_INVALID', `A direction is one of ${DIRECTIONS.join(', ')}.`);
	}
	if (known === 'subject' && !KEYED_HASH.test(checkId(known, id))) {
		throw new StoreError('QUERY_INVALID', 'A subject is asked for by its keyed hash, never by its name.');
	}
	return {
		kind: known,
		id: checkId(known, id),
		direction,
		depth: within('depth', request.depth ?? DEFAULT_DEPTH, MAX_DEPTH),
		timeRange: request.timeRange === undefined ? undefined : checkTimeRange(request.timeRange),
		maxEdges: within('number of edges', request.maxEdges ?? DEFAULT_EDGES, MAX_EDGES),
	};
}

/** @throws StoreError `QUERY_INVALID` when an end is no instant, or the range is empty */
export function checkTimeRange({ from, to }: LineageTimeRange): LineageTimeRange {
	const range = { from: instantIn(from), to: instantIn(to) };
	if (range.from === '' || range.to === '' || range.from >= range.to) {
		throw new StoreError(
			'QUERY_INVALID',
			'A time range goes from one instant to a later one, as in ISO 8601 with a zone.',
		);
	}
	return range;
}

/** What the engine can compare with. */
const FIRST_MS = Date.UTC(1900, 0, 1);
const LAST_MS = Date.UTC(2299, 11, 31);

/** In UTC, with microseconds: the engine refuses a 30th of February, which JavaScript takes. Empty for what is no instant. */
function instantIn(text: string): string {
	const ms = Date.parse(text);
	const hasZone = text.length <= 40 && /(?:Z|[+-]\d\d:?\d\d)$/.test(text);
	if (!hasZone || !(ms >= FIRST_MS && ms <= LAST_MS)) return '';
	const micros = /\.\d{3}(\d{1,3})/.exec(text)?.[1] ?? '';
	return `${new Date(ms).toISOString().slice(0, -1)}${micros.padEnd(3, '0')}Z`;
}

export function within(what: string, value: number, max: number): number {
	if (Number.isInteger(value) && value >= 1 && value <= max) return value;
	throw new StoreError('QUERY_INVALID', `The ${what} is a whole number from 1 to ${max}.`);
}
