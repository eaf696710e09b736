import { isoFromMs } from '@pipeline/telemetry-core';
import type { TelemetryEvent } from '@pipeline/telemetry-core/schema';
import type { StoreDatabase } from '../connection/store-database.ts';
import { instantNs, instantOf } from '../traces/time-range.ts';
import { type AuditReport, Findings } from './audit-report.ts';
import { type AuditCheckpoints, readAuditCheckpoints } from './checkpoint-file.ts';
import { compareProducerEvents } from './compare-producer-events.ts';
import { checkProducers } from './producer-gaps.ts';
import { signatureCheckOf } from './signing-key.ts';
import { verifyChain } from './verify-chain.ts';

export interface VerifyAuditOptions {
	/** Entries of this time and what was sealed with them are looked into, half-open; ISO 8601, UTC. Blocks are always checked from the first on. @default all */
	readonly from?: string;
	readonly to?: string;
	/** @default all chains */
	readonly chainId?: string;
	/** The file that the ledger writes. Without it nobody vouches for the end of a chain. */
	readonly checkpointPath?: string;
	/** Ed25519 public keys, PEM, the former ones too: only blocks and checkpoints that are signed with one of them count. */
	readonly publicKeys?: readonly string[];
	/** Days that audit is kept: what is older may be gone. @default as the table has it; for ever if it does not say */
	readonly retentionDays?: number;
	/** Milliseconds since the epoch. @default Date.now */
	readonly now?: () => number;
	/**
	 * What producers say that they wrote, as it was given to the ledger (after whatever repairs events on their way): each audit event has to
	 * be here, and to say the same. Verify the spool first.
	 */
	readonly producerEvents?: AsyncIterable<TelemetryEvent> | Iterable<TelemetryEvent>;
}

const DAY_MS = 86_400_000;

/**
 * Proves that audit is what was once stored, or says what is not and where. Reads all entries of the time, inside the engine: about a second
 * for a million. May run while a ledger writes.
 *
 * @throws StoreError `QUERY_INVALID` for options, `QUERY_TIMEOUT`
 */
export async function verifyAudit(database: StoreDatabase, options: VerifyAuditOptions = {}): Promise<AuditReport> {
	const startedMs = performance.now();
	const { checkpointPath, publicKeys, now = Date.now } = options;
	const from = options.from === undefined ? '' : microsecondsOf(options.from);
	const to = options.to === undefined ? '~' : microsecondsOf(options.to);
	const findings = new Findings();
	const isSigned = publicKeys === undefined ? undefined : signatureCheckOf(publicKeys);
	const { points, producers, invalidLines }: AuditCheckpoints =
		checkpointPath === undefined
			? { points: new Map(), producers: new Map(), invalidLines: [] }
			: await readAuditCheckpoints(checkpointPath, isSigned);
	for (const line of invalidLines) {
		findings.add({ kind: 'FORGED', chain: '', message: `Line ${line} of the checkpoints is not signed, or is none.` });
	}
	const days = options.retentionDays ?? (await retentionDaysOf(database));
	const keptSince = days === 0 ? '' : isoFromMs(now() - days * DAY_MS);
	const chains = [];
	for (const chain of await chainsOf(database, options.chainId, [...points.keys()])) {
		const checkpoints = points.get(chain) ?? [];
		chains.push(await verifyChain(database, { chain, findings, checkpoints, isSigned, from, to, keptSince }));
		await checkProducers(database, chain, producers.get(chain) ?? {}, findings);
	}
	if (options.producerEvents !== undefined) await compareProducerEvents(database, options.producerEvents, findings);
	return {
		isIntact: findings.count === 0,
		findings: findings.list,
		findingCount: findings.count,
		chains,
		notes: notesOf(options),
		elapsedMs: performance.now() - startedMs,
	};
}

/** As the times of blocks are written. */
function microsecondsOf(instant: string): string {
	return `${instantOf(instantNs(instant, 'An end of the time range')).slice(0, -4)}Z`;
}

function notesOf({ checkpointPath, publicKeys, from, to, producerEvents }: VerifyAuditOptions): readonly string[] {
	return [
		...(checkpointPath === undefined ? ['Without checkpoints nobody vouches for the end of a chain.'] : []),
		...(publicKeys === undefined ? ['Without a key, whoever can write all of it can seal it anew.'] : []),
		...(from === undefined && to === undefined ? [] : ['Entries of other times were not looked into.']),
		...(producerEvents === undefined ? ['What happened before the store was not looked at.'] : []),
	];
}

/** Also of those of which nothing is left but entries, or a checkpoint. */
async function chainsOf(
	database: StoreDatabase,
	chainId: string | undefined,
	vouched: readonly string[],
): Promise<readonly string[]> {
	if (chainId !== undefined) return [chainId];
	const rows = await database.query<{ chain: string }>(
		`SELECT DISTINCT chain FROM (SELECT DISTINCT toString(chain_id) AS chain FROM audit_blocks
		UNION ALL SELECT DISTINCT toString(chain_id) AS chain FROM audit_events) LIMIT 10000`,
	);
	return [...new Set([...rows.map(({ chain }) => chain), ...vouched])].sort();
}

/** 0: for ever. */
async function retentionDaysOf(database: StoreDatabase): Promise<number> {
	const [row] = await database.query<{ days: string }>(
		`SELECT extract(create_table_query, 'toIntervalDay\\\\((\\\\d+)') AS days FROM system.tables
		WHERE database = {database:String} AND name IN ('audit_events_local', 'audit_events') ORDER BY name DESC LIMIT 1`,
		{ database: database.name },
	);
	return Number(row?.days ?? '') || 0;
}
