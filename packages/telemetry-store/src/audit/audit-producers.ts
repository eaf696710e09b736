import type { StoreDatabase } from '../connection/store-database.ts';
import { MAX_BLOCK_ENTRIES } from './audit-block.ts';
import { type NumberRange, NumberRanges } from './number-ranges.ts';
import type { ProducerPlace } from './producer-place.ts';

/** Which entries of a producer are here for good. */
export interface ProducerState {
	readonly producerId: string;
	/** The only one whose entries count; empty when senders are not told apart. */
	readonly sender: string;
	/** All entries up to it are here. */
	readonly durableSeq: number;
	/** Further entries that came before those in front of them: in front of each is a gap. At most 1,000. */
	readonly later: readonly NumberRange[];
	/** When something of it last came: ISO 8601. */
	readonly lastHeardAt: string;
}

interface Producer {
	sender: string;
	readonly ranges: NumberRanges;
	/** Top of the ranges as it was last written. */
	durableSeq: number;
	lastHeardAt: string;
	/**
	 * Events whose ids are looked up whatever their place: what was being stored when a process ended is in the tables, and its places are
	 * not noted yet.
	 */
	unproven: number;
}

interface ProducerRow {
	readonly producer_id: string;
	readonly sender: string;
	readonly durable_seq: string;
	readonly later: readonly (readonly [string, string])[];
	readonly at: string;
}

/** Ranges kept of a producer: one that sends in order has none, whatever is lost on the way a few. */
const MAX_LATER = 1_000;
const ROW_FIELDS =
	"producer_id, sender, durable_seq, later, formatDateTime(updated_at, '%Y-%m-%dT%H:%i:%S.%fZ', 'UTC') AS at";

/** The producers heard last, in memory; all of them are in `audit_producers`. */
export class AuditProducers {
	readonly #database: StoreDatabase;
	readonly #chainId: string;
	readonly #maxProducers: number;
	/** In the order in which they were heard. */
	readonly #producers = new Map<string, Producer>();

	constructor(database: StoreDatabase, chainId: string, maxProducers: number) {
		this.#database = database;
		this.#chainId = chainId;
		this.#maxProducers = maxProducers;
	}

	/** Reads those that were heard last. */
	async open(): Promise<void> {
		this.#producers.clear();
		const rows = await this.#database.query<ProducerRow>(
			`SELECT ${ROW_FIELDS} FROM audit_producers FINAL WHERE chain_id = {chain:String} ORDER BY updated_at DESC LIMIT {limit:UInt32}`,
			{ chain: this.#chainId, limit: this.#maxProducers },
			{ isForStoring: true },
		);
		for (const row of rows.toReversed()) this.#keep(row);
	}

	/** Makes sure that these are in memory. */
	async load(producerIds: ReadonlySet<string>): Promise<void> {
		const unknown = [...producerIds].filter((producerId) => !this.#producers.has(producerId));
		if (unknown.length === 0) return;
		const rows = await this.#database.query<ProducerRow>(
			`SELECT ${ROW_FIELDS} FROM audit_producers FINAL WHERE chain_id = {chain:String} AND producer_id IN {producers:Array(String)}`,
			{ chain: this.#chainId, producers: unknown },
			{ isForStoring: true },
		);
		for (const row of rows) this.#keep(row);
		for (const producerId of unknown) {
			if (this.#producers.has(producerId)) continue;
			this.#producers.set(producerId, {
				sender: '',
				ranges: new NumberRanges(MAX_LATER),
				durableSeq: 0,
				lastHeardAt: '',
				unproven: MAX_BLOCK_ENTRIES,
			});
		}
	}

	/**
	 * Whether its sender may speak for the producer: the first one that did is the only one. Where senders are not told apart anybody may. For
	 * producers that are loaded.
	 */
	isOfSender({ producerId, sender = '' }: ProducerPlace): boolean {
		const producer = this.#producers.get(producerId);
		if (producer === undefined || sender === '') return true;
		if (producer.sender === '') producer.sender = sender;
		return producer.sender === sender;
	}

	/** Whether something of this entry may be stored already: the event's id tells. For producers that are loaded. */
	mayBeStored({ producerId, seq }: ProducerPlace): boolean {
		const producer = this.#producers.get(producerId);
		if (producer === undefined || producer.unproven-- > 0) return true;
		return producer.ranges.has(seq) || !producer.ranges.isSureOf(seq);
	}

	/** Notes entries of the producers' own senders that are stored. For producers that are loaded. */
	note(places: readonly ProducerPlace[], at: string): void {
		for (const { producerId, seq, sender = '' } of places) {
			const producer = this.#producers.get(producerId);
			if (producer === undefined) continue;
			producer.ranges.add(seq);
			producer.sender ||= sender;
			producer.lastHeardAt = at;
		}
	}

	/**
	 * Writes what is known of these producers, and forgets those that were not heard for longest.
	 *
	 * @param seq newest number of the chain that this takes account of
	 */
	async save(producerIds: ReadonlySet<string>, seq: number, at: string): Promise<void> {
		const lines = [...producerIds].flatMap((producerId) => {
			const producer = this.#producers.get(producerId);
			if (producer === undefined) return [];
			this.#producers.delete(producerId);
			this.#producers.set(producerId, producer);
			const { top, later } = producer.ranges;
			const row = { producer_id: producerId, chain_id: this.#chainId, sender: producer.sender };
			return [JSON.stringify({ ...row, durable_seq: top, later, seq, updated_at: at })];
		});
		if (lines.length === 0) return;
		const token = `${this.#chainId}:producers:${seq}:${at}:${lines.length}`;
		await this.#database.insert('audit_producers', Buffer.from(lines.join('\n')), token);
		for (const producerId of producerIds) {
			const producer = this.#producers.get(producerId);
			if (producer !== undefined) producer.durableSeq = producer.ranges.top;
		}
		for (const producerId of this.#producers.keys()) {
			if (this.#producers.size <= this.#maxProducers) break;
			this.#producers.delete(producerId);
		}
	}

	durableSeq(producerId: string): number {
		return this.#producers.get(producerId)?.durableSeq ?? 0;
	}

	states(): readonly ProducerState[] {
		return [...this.#producers].map(([producerId, { sender, ranges, durableSeq, lastHeardAt }]) => ({
			producerId,
			sender,
			durableSeq,
			later: ranges.later.map(([from, to]) => [from, to] as const),
			lastHeardAt,
		}));
	}

	#keep({ producer_id, sender, durable_seq, later, at }: ProducerRow): void {
		const ranges = later.map(([from, to]) => [Number(from), Number(to)] as const);
		this.#producers.set(producer_id, {
			sender,
			ranges: new NumberRanges(MAX_LATER, Number(durable_seq), ranges),
			durableSeq: Number(durable_seq),
			lastHeardAt: at,
			unproven: MAX_BLOCK_ENTRIES,
		});
	}
}
