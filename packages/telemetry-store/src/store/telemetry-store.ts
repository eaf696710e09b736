import { createPublicKey, randomBytes } from 'node:crypto';
import type { AppendResult } from '../audit/append-queue.ts';
import { AuditLedger } from '../audit/audit-ledger.ts';
import { accessDenied } from '../audit/audit-of-access.ts';
import type { AuditEntry } from '../audit/audit-row.ts';
import type { AuditLedgerOptions } from '../audit/ledger-options.ts';
import { openDatabase, type StoreTarget } from '../connection/open-database.ts';
import type { StoreDatabase } from '../connection/store-database.ts';
import { Ingest, type IngestOptions } from '../ingest/ingest.ts';
import { migrate } from '../schema/migrate.ts';
import { applyRetention, RETENTIONS, type Retention, type RetentionProfile } from '../schema/retention.ts';
import { accessEvents, type ReaderIdentity } from './access-events.ts';
import { AccessLog } from './access-log.ts';
import { RecentEvents } from './recent-events.ts';
import { type ReaderParts, StoreReader } from './store-reader.ts';

export interface StoreOptions {
	readonly target: StoreTarget;
	/** How long everything is kept; applied when the store is opened. @default what the store has, or 'dev' for a new one */
	readonly retention?: Retention | RetentionProfile;
	readonly audit?: AuditLedgerOptions;
	readonly ingest?: Omit<IngestOptions, 'ledger'>;
	/** Events kept in memory for when the store is away. @default 10,000 */
	readonly recentEvents?: number;
	/** Signs continuation tokens, at least 16 bytes: the same for processes that answer for each other. @default drawn anew */
	readonly tokenKey?: Uint8Array;
}

/** Someone was refused. */
export interface Refusal extends ReaderIdentity {
	/** What was asked for. */
	readonly resource: string;
	readonly reason: string;
}

/**
 * Opens a store, brings its tables up to date and takes up the audit chain where it ended.
 *
 * @throws StoreError `STORE_LOCKED`, `STORE_UNAVAILABLE`, `ENGINE_MISSING`, `ACCESS_DENIED`, `SCHEMA_INVALID`
 */
export async function openStore(options: StoreOptions): Promise<TelemetryStore> {
	const database = await openDatabase(options.target);
	try {
		const applied = await migrate(database);
		const isNew = applied.includes(1);
		// What somebody has set stays: a shorter time would take audit away for good.
		const retention = options.retention ?? (isNew ? 'dev' : undefined);
		if (retention !== undefined) {
			await applyRetention(database, typeof retention === 'string' ? RETENTIONS[retention] : retention);
		}
		return new TelemetryStore(database, await AuditLedger.open(database, options.audit), options);
	} catch (error) {
		await database.close();
		throw error;
	}
}

/** Everything that one process does with a store: takes telemetry in, and reads it for whoever may. */
export class TelemetryStore {
	readonly ingest: Ingest;
	readonly #database: StoreDatabase;
	readonly #ledger: AuditLedger;
	readonly #access: AccessLog;
	readonly #recent: RecentEvents;
	readonly #tokenKey: Uint8Array;
	readonly #verification: ReaderParts['verification'];
	#closing: Promise<void> | undefined;

	/** @see openStore */
	constructor(database: StoreDatabase, ledger: AuditLedger, options: Omit<StoreOptions, 'target'> = {}) {
		this.#database = database;
		this.#ledger = ledger;
		this.#access = new AccessLog(ledger);
		this.#recent = new RecentEvents(options.recentEvents);
		this.#tokenKey = options.tokenKey ?? randomBytes(32);
		this.#verification = verificationOf(options.audit);
		this.ingest = new Ingest(database, {
			...options.ingest,
			ledger: { append: (entries) => this.append(entries), settle: (places) => ledger.settle(places) },
		});
	}

	/** Adds entries to the audit, as ingest does. They are in memory, too, for when the store is away. */
	async append(entries: readonly AuditEntry[]): Promise<AppendResult> {
		for (const { event } of entries) this.#recent.add(event);
		return await this.#ledger.append(entries);
	}

	/** Reads for one who asks. */
	reader(who: ReaderIdentity): StoreReader {
		const parts = {
			database: this.#database,
			access: this.#access,
			recent: this.#recent,
			tokenKey: this.#tokenKey,
			producers: () => this.#ledger.producers(),
			verification: this.#verification,
		};
		return new StoreReader(parts, who);
	}

	/** Writes to the audit that someone was refused. */
	async auditRefusal({ resource, reason, ...who }: Refusal): Promise<void> {
		const dimensions = { 'audit.resource_id': resource, 'pipeline.reason': reason };
		const events = accessEvents(who, dimensions, (access) => accessDenied(access, {}));
		await Promise.all(events.map((event) => this.#access.record(event)));
	}

	/** Up to which entry a producer's audit is here for good; 0 for one that is not known. */
	durableSeq(producerId: string): number {
		return this.#ledger.durableSeq(producerId);
	}

	/** Whether the database answers. */
	ping(): Promise<boolean> {
		return this.#database.ping();
	}

	/** Stores what was taken in, writes a last checkpoint, lets go of the data. May be called twice. */
	close(): Promise<void> {
		this.#closing ??= this.#close();
		return this.#closing;
	}

	async #close(): Promise<void> {
		try {
			await this.ingest.close();
			await this.#access.close();
			await this.#ledger.close();
		} finally {
			await this.#database.close();
		}
	}
}

/** Blocks are verified with the key that signs them, and those that did before. */
function verificationOf({
	checkpointPath,
	signingKey,
	formerPublicKeys = [],
}: AuditLedgerOptions = {}): ReaderParts['verification'] {
	return {
		...(checkpointPath === undefined ? {} : { checkpointPath }),
		...(signingKey === undefined ? {} : { publicKeys: [publicKeyOf(signingKey), ...formerPublicKeys] }),
	};
}

const publicKeyOf = (privateKey: string): string =>
	createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString();
