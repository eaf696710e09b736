import type { TelemetryEvent } from '@pipeline/telemetry-core/schema';
import type { StoreDatabase } from '../connection/store-database.ts';
import { StoreError } from '../connection/store-error.ts';
import type { TenantScope } from '../tenancy/tenant-scope.ts';
import type { AuditQueryRequest } from './audit-query-request.ts';
import { cefOf } from './export-cef.ts';
import { ocsfOf } from './export-ocsf.ts';
import { CSV_HEADER, csvOf, jsonOf } from './export-text.ts';
import { type AuditQueryOptions, queryAudit } from './query-audit.ts';

/** How a format writes entries: each is a text of its own, pure. */
interface ExportWriter {
	readonly before: string;
	readonly between: string;
	readonly after: string;
	readonly write: (event: TelemetryEvent) => string;
	readonly contentType: string;
}

const LINES = { before: '', between: '', after: '' };

/** `json` one array; `ndjson` an object a line; `csv` with a header; `cef` and `ocsf` for security systems, an event a line. */
export const EXPORT_FORMATS = {
	json: {
		before: '[\n',
		between: ',\n',
		after: '\n]\n',
		write: jsonOf,
		contentType: 'application/json; charset=utf-8',
	},
	ndjson: { ...LINES, write: (event) => `${jsonOf(event)}\n`, contentType: 'application/x-ndjson; charset=utf-8' },
	csv: { ...LINES, before: CSV_HEADER, write: csvOf, contentType: 'text/csv; charset=utf-8; header=present' },
	cef: { ...LINES, write: cefOf, contentType: 'text/plain; charset=utf-8' },
	ocsf: { ...LINES, write: ocsfOf, contentType: 'application/x-ndjson; charset=utf-8' },
} as const satisfies Record<string, ExportWriter>;

export type ExportFormat = keyof typeof EXPORT_FORMATS;

/** Entries that are held in memory at a time. */
const PAGE_SIZE = 1_000;

/**
 * Everything that a query finds, in order, as text in pieces of at most 1,000 entries: what was there when the first was read. Page size and
 * continuation token of the request are of no account.
 *
 * @throws StoreError as `queryAudit`; `QUERY_INVALID` for an unknown format
 */
export async function* exportAudit(
	database: StoreDatabase,
	scope: TenantScope,
	request: AuditQueryRequest,
	format: ExportFormat,
	options: AuditQueryOptions = {},
): AsyncGenerator<string> {
	if (!Object.hasOwn(EXPORT_FORMATS, format)) {
		throw new StoreError('QUERY_INVALID', `format: one of ${Object.keys(EXPORT_FORMATS).join(', ')}.`);
	}
	const { before, between, after, write } = EXPORT_FORMATS[format];
	const { continuationToken: _, ...filters } = request;
	let token: string | null | undefined;
	let separator = before;
	while (token !== null) {
		const page = { ...filters, pageSize: PAGE_SIZE, ...(token === undefined ? {} : { continuationToken: token }) };
		const { entries, continuationToken } = await queryAudit(database, scope, page, options);
		if (entries.length > 0) yield `${separator}${entries.map(write).join(between)}`;
		else if (token === undefined) yield separator;
		separator = between;
		token = continuationToken;
	}
	if (after !== '') yield after;
}
