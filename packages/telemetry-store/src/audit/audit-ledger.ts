import { isoFromMs } from '@pipeline/telemetry-core';
import type { TelemetryEvent } from '@pipeline/telemetry-core/schema';
import type { StoreDatabase } from '../connection/store-database.ts';
import { StoreError } from '../connection/store-error.ts';
import { eventKey } from '../events/event-row.ts';
import { AppendQueue, type AppendResult, type QueuedItem } from './append-queue.ts';
import { MAX_BLOCK_ENTRIES } from './audit-block.ts';
import { AuditProducers, type ProducerState } from './audit-producers.ts';
import type { AuditEntry } from './audit-row.ts';
import { ChainWriter, type SealedBlock, writeEvents } from './chain-writer.ts';
import { appendCheckpoint, newestCheckpoint } from './checkpoint-file.ts';
import { findStored } from './find-stored.ts';
import { type AuditLedgerOptions, type LedgerSettings, ledgerSettings } from './ledger-options.ts';
import { type PreparedItem, prepare, withoutPlace } from './prepared-item.ts';
import { isProducerPlace, type ProducerPlace, producerPlaceOf } from './producer-place.ts';
import { type Signer, signerOf } from './signing-key.ts';

const CHECKPOINT_PRODUCERS = 1_000;
/** Producers that an operator is told of because another sender claims to be them. */
const MAX_CLAIMS_TOLD = 1_000;

/** What is stored together, ready to be inserted. */
interface LedgerGroup {
	readonly items: readonly QueuedItem[];
	/** Without those that were stored before. */
	readonly fresh: ReadonlySet<QueuedItem>;
	readonly blocks: readonly SealedBlock[];
	/** Events that are no audit. */
	readonly others: readonly AuditEntry[];
	readonly places: readonly ProducerPlace[];
}

/**
 * Where audit is written: every entry once, numbered without gaps, sealed into chained blocks. What `append` has acknowledged survives the
 * end of the process at any moment. One ledger writes to a chain at a time.
 */
export class AuditLedger {
	readonly #database: StoreDatabase;
	readonly #settings: LedgerSettings;
	readonly #signer: Signer | undefined;
	readonly #queue = new AppendQueue();
	readonly #chain: ChainWriter;
	readonly #producers: AuditProducers;
	/** After a failure nobody knows what was stored: it is read again before anything is written. */
	#isCurrent = false;
	#running: Promise<void> | undefined;
	/** Never rejects. */
	#storing: Promise<void> = Promise.resolve();
	/** Keys of the group that was made last: the next one is made before they are found in the store. */
	#newestKeys: ReadonlySet<string> = new Set();
	#timer: NodeJS.Timeout | undefined;
	#checkpointed = 0;
	readonly #claimed = new Set<string>();
	#closing: Promise<void> | undefined;

	private constructor(database: StoreDatabase, settings: LedgerSettings) {
		this.#database = database;
		this.#settings = settings;
		this.#signer = settings.signingKey === undefined ? undefined : signerOf(settings.signingKey);
		this.#chain = new ChainWriter(database, settings.chainId, this.#signer);
		this.#producers = new AuditProducers(database, settings.chainId, settings.maxProducers);
	}

	/** Takes up where the last ledger of the chain ended, however it ended. @throws StoreError, `QUERY_INVALID` for options */
	static async open(database: StoreDatabase, options: AuditLedgerOptions = {}): Promise<AuditLedger> {
		const settings = ledgerSettings(options);
		const ledger = new AuditLedger(database, settings);
		await ledger.#catchUp();
		if (settings.checkpointPath !== undefined) {
			ledger.#timer = setInterval(() => void ledger.#checkpointOrWarn(), settings.checksumIntervalS * 1_000);
			ledger.#timer.unref();
		}
		return ledger;
	}

	/**
	 * Resolves when the entries are stored and sealed. Events that are not AUDIT are stored as events, and count for the watermark if a
	 * spool sent them: one that is sent by another than its producer's first sender is stored, and does not count. After a rejection send the same again: what was stored is recognised.
	 *
	 * @throws StoreError `QUERY_INVALID` for what is no event, `STORE_UNAVAILABLE` when too much waits, `STORE_CLOSED`
	 */
	async append(entries: readonly AuditEntry[]): Promise<AppendResult> {
		return await this.#enqueue(entries.map((entry) => ({ entry })));
	}

	/**
	 * Counts entries for the watermark that were refused for good: sending them again would change nothing. Not those of another sender than
	 * the producer's.
	 *
	 * @throws StoreError `QUERY_INVALID` for a place that is none
	 */
	async settle(places: readonly ProducerPlace[]): Promise<void> {
		if (!places.every(isProducerPlace))
			throw new StoreError('QUERY_INVALID', 'places: a producer and a number from 1.');
		await this.#enqueue(places.map((place) => ({ place })));
	}

	/**
	 * Up to which `producer_seq` everything of this producer is here for good; 0 for one that is not known, or was not heard for long.
	 */
	durableSeq(producerId: string): number {
		return this.#producers.durableSeq(producerId);
	}

	/** The producers that were heard last, the last one last. */
	producers(): readonly ProducerState[] {
		return this.#producers.states();
	}

	/** Writes a checkpoint, unless nothing was sealed since the last one or there is no file for it. */
	async checkpoint(): Promise<void> {
		const { checkpointPath, chainId } = this.#settings;
		const { blockId, seq, blockHash } = this.#chain.head;
		if (checkpointPath === undefined || blockId <= this.#checkpointed) return;
		const heard = this.#producers.states().slice(-CHECKPOINT_PRODUCERS);
		const producers = Object.fromEntries(heard.map(({ producerId, durableSeq }) => [producerId, durableSeq]));
		const point = { chain: chainId, block: blockId, seq, hash: blockHash, time: isoFromMs(Date.now()), producers };
		await appendCheckpoint(checkpointPath, point, this.#signer);
		this.#checkpointed = blockId;
	}

	/** Waits for what was appended, and writes a last checkpoint. May be called twice. */
	close(): Promise<void> {
		this.#closing ??= this.#close();
		return this.#closing;
	}

	async #close(): Promise<void> {
		clearInterval(this.#timer);
		await this.#running;
		await this.#storing;
		await this.checkpoint();
	}

	async #checkpointOrWarn(): Promise<void> {
		try {
			await this.checkpoint();
		} catch {
			this.#settings.onWarning('A checkpoint cannot be written: the end of the chain is not vouched for.');
		}
	}

	async #enqueue(items: readonly Omit<QueuedItem, 'caller'>[]): Promise<AppendResult> {
		if (this.#closing !== undefined) throw new StoreError('STORE_CLOSED', 'The ledger was closed.');
		if (items.length === 0) return { stored: 0, duplicates: 0 };
		const stored = this.#queue.add(items);
		this.#running ??= this.#run();
		return await stored;
	}

	/** While the engine stores one group the next one is made: both take about as long. */
	async #run(): Promise<void> {
		while (!this.#queue.isEmpty) {
			const items = this.#queue.take(MAX_BLOCK_ENTRIES);
			try {
				const ahead = this.#isCurrent ? await this.#make(items) : undefined;
				await this.#storing;
				// What was made behind a group that could not be stored has the numbers of others.
				const group = ahead !== undefined && this.#isCurrent ? ahead : await this.#makeAnew(items);
				this.#storing = this.#store(group);
			} catch (error) {
				await this.#storing;
				this.#isCurrent = false;
				this.#queue.fail(items, error);
			}
		}
		// Not in a later turn: whoever appends in between would wait for a run that has ended.
		this.#running = undefined;
	}

	async #makeAnew(items: readonly QueuedItem[]): Promise<LedgerGroup> {
		await this.#catchUp();
		return await this.#make(items);
	}

	async #make(items: readonly QueuedItem[]): Promise<LedgerGroup> {
		const prepared = await this.#withOwnPlaces(await prepare(items));
		const places = prepared.flatMap(({ place }) => place ?? []);
		const fresh = await this.#newOnes(prepared);
		const entries = fresh.flatMap(({ entry }) => entry ?? []);
		const blocks = await this.#chain.seal(entries.filter(({ event }) => event.eventType === 'AUDIT'));
		const others = entries.filter(({ event }) => event.eventType !== 'AUDIT');
		return { items, fresh: new Set(fresh.map(({ item }) => item)), blocks, others, places };
	}

	async #withOwnPlaces(prepared: readonly PreparedItem[]): Promise<readonly PreparedItem[]> {
		await this.#producers.load(idsOf(prepared.flatMap(({ place }) => place ?? [])));
		return prepared.map((one) => {
			if (one.place === undefined || this.#producers.isOfSender(one.place)) return one;
			this.#tellOfClaim(one.place.producerId);
			return withoutPlace(one);
		});
	}

	#tellOfClaim(producerId: string): void {
		if (this.#claimed.has(producerId) || this.#claimed.size >= MAX_CLAIMS_TOLD) return;
		this.#claimed.add(producerId);
		this.#settings.onWarning(
			`Another sender than before says that it is producer ${producerId}: its entries are stored, and do not count for that producer.`,
		);
	}

	/** Entries, then their seal, then how far their producers are: only then they count as stored. Never rejects. */
	async #store({ items, fresh, blocks, others, places }: LedgerGroup): Promise<void> {
		try {
			if (others.length > 0) await writeEvents(this.#database, others);
			await this.#chain.write(blocks);
			await this.#notePlaces(places);
			this.#queue.settle(items, (item) => fresh.has(item));
		} catch (error) {
			this.#isCurrent = false;
			this.#queue.fail(items, error);
		}
	}

	async #notePlaces(places: readonly ProducerPlace[]): Promise<void> {
		const producerIds = idsOf(places);
		const now = isoFromMs(Date.now());
		// Others may have been loaded in their place meanwhile.
		await this.#producers.load(producerIds);
		this.#producers.note(places, now);
		await this.#producers.save(producerIds, this.#chain.head.seq, now);
	}

	/** Without those that are in the store, or come twice. Most are known to be new by their place; of others the id is looked up. */
	async #newOnes(prepared: readonly PreparedItem[]): Promise<readonly PreparedItem[]> {
		const seen = new Set<string>();
		const doubtful: TelemetryEvent[] = [];
		const once = prepared.filter(({ entry, place }) => {
			if (entry === undefined) return false;
			const key = eventKey(entry.event);
			if (seen.has(key) || this.#newestKeys.has(key)) return false;
			seen.add(key);
			if (place === undefined || this.#producers.mayBeStored(place)) doubtful.push(entry.event);
			return true;
		});
		const found = await findStored(this.#database, doubtful);
		this.#newestKeys = seen;
		return found.size === 0
			? once
			: once.filter(({ entry }) => entry !== undefined && !found.has(eventKey(entry.event)));
	}

	async #catchUp(): Promise<void> {
		this.#newestKeys = new Set();
		const sealed = await this.#chain.open();
		if (sealed > 0) this.#settings.onWarning(`${sealed} entries that were stored and not sealed are sealed now.`);
		await this.#skipWhatIsGone();
		await this.#producers.open();
		await this.#noteStoredPlaces();
		this.#isCurrent = true;
	}

	/** A chain that is shorter than its last checkpoint was cut: its numbers are not given twice, so that the gap stays visible. */
	async #skipWhatIsGone(): Promise<void> {
		const { checkpointPath, chainId, onWarning } = this.#settings;
		if (checkpointPath === undefined) return;
		const newest = await newestCheckpoint(checkpointPath, chainId);
		if (newest === undefined) return;
		this.#checkpointed = newest.block;
		if (newest.block <= this.#chain.head.blockId) return;
		onWarning(`Entries ${this.#chain.head.seq + 1} to ${newest.seq} were sealed and are gone: verify the store.`);
		this.#chain.skipTo(newest.block, newest.seq);
	}

	/** Entries that were stored after the last note of how far producers are: of one append at most. */
	async #noteStoredPlaces(): Promise<void> {
		const { chainId } = this.#settings;
		const rows = await this.#database.query<{ producer: string; seqs: readonly string[] }>(
			`SELECT dimensions['audit.producer_id'] AS producer,
				groupUniqArray(toUInt64OrZero(dimensions['audit.producer_seq'])) AS seqs FROM audit_events
			WHERE chain_id = {chain:String} AND dimensions['audit.producer_id'] != ''
				AND seq > greatest({from:UInt64}, (SELECT max(seq) FROM audit_producers WHERE chain_id = {chain:String}))
			GROUP BY producer LIMIT {limit:UInt32}`,
			{ chain: chainId, from: Math.max(0, this.#chain.head.seq - MAX_BLOCK_ENTRIES), limit: MAX_BLOCK_ENTRIES },
			{ isForStoring: true },
		);
		const places = rows.flatMap(({ producer, seqs }) =>
			seqs.flatMap((seq) => {
				const place = producerPlaceOf({
					dimensions: { 'audit.producer_id': producer, 'audit.producer_seq': seq },
				});
				return place === undefined ? [] : [place];
			}),
		);
		await this.#notePlaces(places);
	}
}

const idsOf = (places: readonly ProducerPlace[]): ReadonlySet<string> =>
	new Set(places.map(({ producerId }) => producerId));
