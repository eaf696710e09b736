import type { QueryParameters } from '../connection/store-database.ts';
import { StoreError } from '../connection/store-error.ts';
import type { TenantScope } from '../tenancy/tenant-scope.ts';
import type { SpanStatus } from './span-row.ts';
import { checkedRange, type TimeRange } from './time-range.ts';

/** What a span must be like; what is absent does not matter. */
export interface TraceSearchRequest {
	/** At most 92 days. */
	readonly timeRange: TimeRange;
	readonly service?: string;
	/** `ALPHA`, `BETA`, ...: the first part of the names of its spans. */
	readonly module?: string;
	/** Name of the span. */
	readonly operation?: string;
	readonly minDurationMs?: number;
	readonly maxDurationMs?: number;
	readonly status?: SpanStatus;
	/** Attributes of the span or of its resource, at most 16. */
	readonly tags?: Readonly<Record<string, string>>;
	/** 1 to 1,000. @default 100 */
	readonly pageSize?: number;
	readonly continuationToken?: string;
}

/** Conditions of a WHERE clause, and their values. */
export interface CheckedSearch {
	readonly conditions: readonly string[];
	readonly parameters: QueryParameters;
	readonly pageSize: number;
}

const MAX_DAYS = 92;
const MAX_TAGS = 16;
const MAX_TEXT = 1_024;
const MAX_PAGE = 1_000;
const DEFAULT_PAGE = 100;
const NS_PER_MS = 1e6;
const MODULE = /^[A-Za-z]{1,32}$/;

const STATUS_CONDITIONS: Readonly<Record<SpanStatus, string>> = {
	ERROR: "endsWith(upper(StatusCode), 'ERROR')",
	OK: "endsWith(upper(StatusCode), 'OK')",
	UNSET: "NOT endsWith(upper(StatusCode), 'ERROR') AND NOT endsWith(upper(StatusCode), 'OK')",
};

type Part = readonly [condition: string, parameters?: QueryParameters];

/** @throws StoreError `QUERY_INVALID` for what is out of bounds */
export function checkedSearch(scope: TenantScope, request: TraceSearchRequest): CheckedSearch {
	const { fromNs, toNs } = checkedRange(request.timeRange, MAX_DAYS);
	const pageSize = request.pageSize ?? DEFAULT_PAGE;
	if (!Number.isInteger(pageSize) || pageSize < 1 || pageSize > MAX_PAGE) {
		throw invalid(`A page has 1 to ${MAX_PAGE} traces.`);
	}
	const parts: readonly Part[] = [
		["TraceId != ''"],
		['Timestamp >= fromUnixTimestamp64Nano({from_ns:Int64})', { from_ns: String(fromNs) }],
		['Timestamp < fromUnixTimestamp64Nano({to_ns:Int64})', { to_ns: String(toNs) }],
		[scope.condition(), scope.parameters],
		...spanParts(request),
		...tagParts(request.tags ?? {}),
	];
	return {
		conditions: parts.map(([condition]) => `(${condition})`),
		parameters: Object.assign({}, ...parts.map(([, parameters]) => parameters)) as QueryParameters,
		pageSize,
	};
}

function spanParts(request: TraceSearchRequest): readonly Part[] {
	const { service, module, operation, minDurationMs, maxDurationMs, status } = request;
	return [
		...given(service, (text): Part => ['ServiceName = {service:String}', { service: checkedText('service', text) }]),
		...given(module, (text): Part => {
			if (!MODULE.test(text)) throw invalid('A module has letters only.');
			return ['startsWith(SpanName, {module:String})', { module: `${text.toLowerCase()}.` }];
		}),
		...given(
			operation,
			(text): Part => ['SpanName = {operation:String}', { operation: checkedText('operation', text) }],
		),
		...given(minDurationMs, (ms): Part => ['Duration >= {min_ns:UInt64}', { min_ns: nanoseconds(ms) }]),
		...given(maxDurationMs, (ms): Part => ['Duration <= {max_ns:UInt64}', { max_ns: nanoseconds(ms) }]),
		...given(status, (code): Part => {
			if (!Object.hasOwn(STATUS_CONDITIONS, code)) throw invalid('A status is UNSET, OK or ERROR.');
			return [STATUS_CONDITIONS[code]];
		}),
	];
}

/** The indexes hold values, not pairs: they are asked first. */
function tagParts(tags: Readonly<Record<string, string>>): readonly Part[] {
	const entries = Object.entries(tags);
	if (entries.length > MAX_TAGS) throw invalid(`At most ${MAX_TAGS} tags can be asked for.`);
	return entries.map(([key, value], index): Part => {
		const [k, v] = [`{tag_${index}:String}`, `{tag_value_${index}:String}`];
		return [
			['SpanAttributes', 'ResourceAttributes']
				.map((column) => `(has(mapValues(${column}), ${v}) AND ${column}[${k}] = ${v})`)
				.join(' OR '),
			{ [`tag_${index}`]: checkedText('tag', key), [`tag_value_${index}`]: checkedText('tag value', value) },
		];
	});
}

function given<Value>(value: Value | undefined, partOf: (value: Value) => Part): readonly Part[] {
	return value === undefined ? [] : [partOf(value)];
}

function checkedText(what: string, text: string): string {
	if (text === '' || text.length > MAX_TEXT) throw invalid(`A ${what} has 1 to ${MAX_TEXT} characters.`);
	return text;
}

function nanoseconds(milliseconds: number): string {
	const ns = milliseconds * NS_PER_MS;
	if (!(ns >= 0 && ns <= Number.MAX_SAFE_INTEGER)) throw invalid('A duration has 0 to 9,007,199,254 milliseconds.');
	return String(Math.round(ns));
}

const invalid = (message: string) => new StoreError('QUERY_INVALID', message);
