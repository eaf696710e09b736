import {
	EVENT_TYPES,
	type EventType,
	MODULES,
	type Module,
	SEVERITIES,
	type Severity,
} from '@pipeline/telemetry-core/schema';
import * as v from 'valibot';
import { StoreError } from '../connection/store-error.ts';

/** Half-open: `from` belongs to it, `to` does not. ISO 8601, UTC. */
export interface TimeRange {
	readonly from: string;
	readonly to: string;
}

/** What is looked for: entries that agree with every filter. An absent or empty list is no filter. */
export interface AuditQueryRequest {
	readonly timeRange: TimeRange;
	readonly recordIds?: readonly string[];
	readonly traceIds?: readonly string[];
	readonly modules?: readonly Module[];
	readonly eventTypes?: readonly EventType[];
	readonly severityMinimum?: Severity;
	/** `parser`, or with its module `alpha.parser`. */
	readonly components?: readonly string[];
	readonly actorIds?: readonly string[];
	readonly resourceIds?: readonly string[];
	readonly correlationIds?: readonly string[];
	readonly batchIds?: readonly string[];
	readonly lineageIds?: readonly string[];
	/** One tenant of the scope. */
	readonly tenant?: string;
	/** 1 to 10,000. @default 500 */
	readonly pageSize?: number;
	/** Of the page before; all other fields but the page size stay as they were. */
	readonly continuationToken?: string;
	/** By time. @default 'ASC' */
	readonly order?: 'ASC' | 'DESC';
}

/** A request with its defaults, checked. */
export type CheckedAuditQuery = v.InferOutput<typeof schema>;

const MAX_VALUES = 1_000;
const MAX_VALUE_LENGTH = 1_024;
const MAX_TOKEN_LENGTH = 2_048;
export const MAX_PAGE_SIZE = 10_000;
const DEFAULT_PAGE_SIZE = 500;
const INSTANT = /^(?:19|20|21)\d{2}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?Z$/;

const instant = v.pipe(
	v.string(),
	v.regex(INSTANT, 'an instant is YYYY-MM-DDThh:mm:ss.ffffffZ of the years 1900 to 2199'),
	v.check((text) => !Number.isNaN(Date.parse(text)), 'no real date'),
	v.transform((text) => `${text.slice(0, 19)}.${text.slice(20, -1).padEnd(6, '0')}Z`),
);
const listOf = <Item extends v.GenericSchema<string>>(item: Item) =>
	v.optional(v.pipe(v.array(item), v.maxLength(MAX_VALUES, `at most ${MAX_VALUES} values`)), []);
const texts = listOf(v.pipe(v.string(), v.maxLength(MAX_VALUE_LENGTH, `at most ${MAX_VALUE_LENGTH} characters`)));

const schema = v.strictObject({
	timeRange: v.pipe(
		v.strictObject({ from: instant, to: instant }),
		v.check(({ from, to }) => from < to, 'from has to be before to'),
	),
	recordIds: texts,
	traceIds: texts,
	modules: listOf(v.picklist(MODULES, 'unknown module')),
	eventTypes: listOf(v.picklist(EVENT_TYPES, 'unknown event type')),
	severityMinimum: v.optional(v.picklist(SEVERITIES, 'unknown severity')),
	components: texts,
	actorIds: texts,
	resourceIds: texts,
	correlationIds: texts,
	batchIds: texts,
	lineageIds: texts,
	tenant: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(128))),
	pageSize: v.optional(
		v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_PAGE_SIZE, `at most ${MAX_PAGE_SIZE}`)),
		DEFAULT_PAGE_SIZE,
	),
	continuationToken: v.optional(v.pipe(v.string(), v.maxLength(MAX_TOKEN_LENGTH, 'no token of this store'))),
	order: v.optional(v.picklist(['ASC', 'DESC'], 'ASC or DESC'), 'ASC'),
});

/** @throws StoreError `QUERY_INVALID` naming the first field that is wrong; values stay out of the message */
export function checkAuditQuery(request: unknown): CheckedAuditQuery {
	const result = v.safeParse(schema, request);
	if (result.success) return result.output;
	const [issue] = result.issues;
	const isOwnMessage = !issue.message.startsWith('Invalid');
	const path = v.getDotPath(issue)?.slice(0, 100) ?? 'request';
	throw new StoreError('QUERY_INVALID', `${path}: ${isOwnMessage ? issue.message : `expected ${issue.expected}`}.`);
}
