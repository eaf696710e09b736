import { isUuid } from '@pipeline/telemetry-core';
import type { TelemetryEvent } from '@pipeline/telemetry-core/schema';
import type { StoreDatabase } from '../connection/store-database.ts';
import { StoreError } from '../connection/store-error.ts';
import { EVENT_FIELDS, type EventOrigin, type EventRow, eventOf, eventRow } from '../events/event-row.ts';
import type { TenantScope } from '../tenancy/tenant-scope.ts';
import {
	type AuditBlock,
	auditBlockOf,
	BLOCK_FIELDS,
	type BlockRow,
	blockHashOf,
	MAX_BLOCK_ENTRIES,
} from './audit-block.ts';
import { checksumOf } from './canonical-form.ts';
import { type MerkleStep, merklePath, rootOfPath } from './merkle.ts';
import { type SignatureCheck, signatureCheckOf } from './signing-key.ts';

/** Shows that an entry was in a block when it was sealed, without the other entries of the block. Plain JSON. */
export interface InclusionProof {
	readonly event: TelemetryEvent;
	readonly origin: EventOrigin;
	readonly seq: number;
	/** From the entry's checksum to the block's Merkle root. */
	readonly path: readonly MerkleStep[];
	readonly block: AuditBlock;
}

/** `CHANGED` the entry is not the one that was sealed. `BLOCK_CHANGED` the block is not the one of its hash. `UNSIGNED` not with this key. */
export type InclusionVerdict = 'INCLUDED' | 'CHANGED' | 'BLOCK_CHANGED' | 'UNSIGNED';

type EntryRow = EventRow & Record<'chain_id' | 'seq' | 'block_id', string>;

const MAX_STEPS = 64;
/** Time in an id of version 7 and time of its event differ by the clock of whoever made the id. */
const ID_TOLERANCE_MS = 60_000;

/**
 * The proof for one audit entry; undefined when the scope has no such entry, or it is not sealed yet.
 *
 * @throws StoreError `QUERY_INVALID` for an id that is none
 */
export async function proveInclusion(
	database: StoreDatabase,
	scope: TenantScope,
	eventId: string,
): Promise<InclusionProof | undefined> {
	if (!isUuid(eventId)) throw new StoreError('QUERY_INVALID', 'eventId: a lowercase UUID of version 4 or 7.');
	const row = (await findEntry(database, scope, eventId, true)) ?? (await findEntry(database, scope, eventId, false));
	if (row === undefined) return undefined;
	const [found] = await database.query<BlockRow>(
		`SELECT ${BLOCK_FIELDS} FROM audit_blocks WHERE chain_id = {chain:String} AND block_id = {block:UInt64} LIMIT 1`,
		{ chain: row.chain_id, block: row.block_id },
	);
	if (found === undefined) return undefined;
	const block = auditBlockOf(found);
	// Checksums of others say nothing of what they are about: the scope is that of the entry.
	const checksums = await database.query<{ seq: string; checksum: string }>(
		`SELECT seq, checksum FROM audit_events WHERE chain_id = {chain:String} AND seq >= {first:UInt64} AND seq <= {last:UInt64}
		ORDER BY seq LIMIT {limit:UInt32}`,
		{ chain: row.chain_id, first: block.first_seq, last: block.last_seq, limit: MAX_BLOCK_ENTRIES },
	);
	const index = checksums.findIndex(({ seq }) => seq === row.seq);
	return {
		event: eventOf(row),
		origin: { service: row.service, receivedAt: row.received_at },
		seq: Number(row.seq),
		path: merklePath(
			checksums.map(({ checksum }) => checksum),
			index,
		),
		block,
	};
}

/** @param publicKeys Ed25519, PEM: the block has to be signed with one of them @throws StoreError `QUERY_INVALID` for a key that is none */
export function checkInclusion(proof: InclusionProof, publicKeys?: readonly string[]): InclusionVerdict {
	const isSigned = publicKeys === undefined ? undefined : signatureCheckOf(publicKeys);
	try {
		return verdictOf(proof, isSigned);
	} catch {
		// Whoever shows a proof may show anything.
		return 'CHANGED';
	}
}

function verdictOf(proof: InclusionProof, isSigned: SignatureCheck | undefined): InclusionVerdict {
	const { event, origin, seq, path, block } = proof;
	if (blockHashOf(block) !== block.block_hash) return 'BLOCK_CHANGED';
	if (isSigned?.(block.block_hash, block.signature, block.key_id) === false) return 'UNSIGNED';
	if (path.length > MAX_STEPS || seq < block.first_seq || seq > block.last_seq) return 'CHANGED';
	const place = { chain_id: block.chain_id, block_id: block.block_id, seq };
	const checksum = checksumOf({ ...eventRow(event, origin), ...place });
	return rootOfPath(checksum, path) === block.merkle_root ? 'INCLUDED' : 'CHANGED';
}

/** @param isNear looks only around the time that the id says: rows are ordered by time, and there is no index of ids */
async function findEntry(
	database: StoreDatabase,
	scope: TenantScope,
	eventId: string,
	isNear: boolean,
): Promise<EntryRow | undefined> {
	const idMs = Number.parseInt(eventId.slice(0, 13).replace('-', ''), 16);
	const near =
		"AND timestamp BETWEEN fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND fromUnixTimestamp64Milli({to:Int64}, 'UTC')";
	const [row] = await database.query<EntryRow>(
		`SELECT ${EVENT_FIELDS}, chain_id, seq, block_id,
			formatDateTime(received_at, '%Y-%m-%dT%H:%i:%S.%fZ', 'UTC') AS received_at
		FROM (SELECT * FROM audit_events WHERE ${scope.condition()} AND event_id = {id:UUID} ${isNear ? near : ''} LIMIT 1)`,
		{
			...scope.parameters,
			id: eventId,
			...(isNear ? { from: idMs - ID_TOLERANCE_MS, to: idMs + ID_TOLERANCE_MS } : {}),
		},
	);
	return row;
}
