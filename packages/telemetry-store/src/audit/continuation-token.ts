import { createHmac, timingSafeEqual } from 'node:crypto';
import * as v from 'valibot';
import { StoreError } from '../connection/store-error.ts';
import type { TenantScope } from '../tenancy/tenant-scope.ts';
import type { CheckedAuditQuery } from './audit-query-request.ts';

/** How far the pages of a query have come. Instants are ISO 8601. */
export interface PagePosition {
	/** Entries that came later are left out of all pages: none is seen twice, none moves another. */
	readonly asOf: string;
	/** Of the last entry so far; absent before the first page. */
	readonly timestamp?: string | undefined;
	readonly eventId?: string | undefined;
	/** Entries of all pages, as counted for the first one. */
	readonly total: number;
	readonly isEstimate: boolean;
}

const ISO = v.pipe(v.string(), v.regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z$/));
const schema = v.tuple([ISO, ISO, v.pipe(v.string(), v.uuid()), v.pipe(v.number(), v.integer()), v.boolean()]);

/**
 * Opaque to whoever gets it, and of no use with other filters, another order or another scope.
 *
 * @param key at least 16 bytes that only processes of this store have
 */
export function writeToken(
	key: Uint8Array,
	query: CheckedAuditQuery,
	scope: TenantScope,
	position: PagePosition,
): string {
	const { asOf, timestamp, eventId, total, isEstimate } = position;
	const payload = JSON.stringify([asOf, timestamp, eventId, total, isEstimate]);
	return `${Buffer.from(payload).toString('base64url')}.${macOf(key, query, scope, payload).toString('base64url')}`;
}

/** @throws StoreError `QUERY_INVALID` for a token that was not written for this query and scope */
export function readToken(key: Uint8Array, query: CheckedAuditQuery, scope: TenantScope, token: string): PagePosition {
	const [encoded = '', mac = ''] = token.split('.');
	const payload = Buffer.from(encoded, 'base64url').toString();
	const expected = macOf(key, query, scope, payload);
	const given = Buffer.from(mac, 'base64url');
	if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw invalid();
	const { success, output } = v.safeParse(schema, JSON.parse(payload));
	if (!success) throw invalid();
	const [asOf, timestamp, eventId, total, isEstimate] = output;
	return { asOf, timestamp, eventId, total, isEstimate };
}

/** Over what the token is bound to, too: everything of the request but the size of a page. */
function macOf(key: Uint8Array, query: CheckedAuditQuery, scope: TenantScope, payload: string): Buffer {
	const { continuationToken: _, pageSize: __, ...filters } = query;
	const bound = JSON.stringify([scope.tenants ?? null, Object.entries(filters).sort(byName)]);
	return createHmac('sha256', key)
		.update(JSON.stringify([bound, payload]))
		.digest();
}

const byName = ([left]: readonly [string, unknown], [right]: readonly [string, unknown]) => (left < right ? -1 : 1);

const invalid = () =>
	new StoreError('QUERY_INVALID', 'continuationToken: not of this query. Ask for the first page again.');
