import { hash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { isoFromMs } from '@pipeline/telemetry-core';
import type { StoreDatabase } from '../connection/store-database.ts';
import { StoreError } from '../connection/store-error.ts';
import { EVENT_COLUMNS, type EventRow, eventRow } from '../events/event-row.ts';
import {
	type AuditBlock,
	auditBlockOf,
	BLOCK_FIELDS,
	type BlockRow,
	type ChainHead,
	chainStart,
	headOf,
	type SealedEntry,
	sealBlock,
} from './audit-block.ts';
import { AUDIT_COLUMNS, type AuditEntry, auditRow } from './audit-row.ts';
import type { Signer } from './signing-key.ts';

/** Rows that are made before others get their turn: some 2 ms. */
const ROWS_AT_ONCE = 200;
/** Rows without a seal that are read at once. */
const ROWS_PER_QUERY = 100_000;
/** The engine refuses an insert into more than 100 partitions; events are stored by day. */
const DAYS_PER_INSERT = 50;

/** A block with its entries, in the form in which they are inserted: arrays of `AUDIT_COLUMNS`. */
export interface SealedBlock {
	readonly block: AuditBlock;
	readonly rows: Buffer;
}

/** Seals entries into blocks and writes them. One at a time writes to a chain. */
export class ChainWriter {
	readonly #database: StoreDatabase;
	readonly #signer: Signer | undefined;
	/** The end of what is stored. */
	#head: ChainHead;
	/** The end of what is sealed, and may still wait to be stored. */
	#sealed: ChainHead;

	constructor(database: StoreDatabase, chainId: string, signer: Signer | undefined) {
		this.#database = database;
		this.#signer = signer;
		this.#head = chainStart(chainId);
		this.#sealed = this.#head;
	}

	get head(): ChainHead {
		return this.#head;
	}

	/**
	 * Finds the newest block that is stored, whatever was sealed behind it, and seals what was stored and not sealed when a process ended.
	 *
	 * @returns entries that it sealed
	 * @throws StoreError `QUERY_INVALID` without a key where the chain has signatures: what went on without them would be taken for forged
	 */
	async open(): Promise<number> {
		const { chainId } = this.#head;
		const [newest] = await this.#database.query<BlockRow>(
			`SELECT ${BLOCK_FIELDS} FROM audit_blocks WHERE chain_id = {chain:String} ORDER BY block_id DESC LIMIT 1`,
			{ chain: chainId },
			{ isForStoring: true },
		);
		if (this.#signer === undefined && newest !== undefined && newest.signature !== '') {
			throw new StoreError('QUERY_INVALID', 'This audit is signed: give the key that signs it.');
		}
		this.#head = newest === undefined ? chainStart(chainId) : headOf(auditBlockOf(newest));
		let sealed = 0;
		for (let rows = await this.#unsealed(); rows.length > 0; rows = await this.#unsealed()) {
			const blocks = [...Map.groupBy(rows, ({ blockId }) => blockId)];
			// The last one may go on behind what was read.
			if (rows.length === ROWS_PER_QUERY && blocks.length > 1) blocks.pop();
			for (const [blockId, entries] of blocks) {
				await this.#sealStored(entries, blockId);
				sealed += entries.length;
			}
		}
		this.#sealed = this.#head;
		return sealed;
	}

	/** Numbers go on behind this place: what stood up to it is gone, and its numbers must not be given again. */
	skipTo(blockId: number, seq: number): void {
		this.#head = {
			...this.#head,
			blockId: Math.max(blockId, this.#head.blockId),
			seq: Math.max(seq, this.#head.seq),
		};
		this.#sealed = this.#head;
	}

	/**
	 * Seals entries, at most `MAX_BLOCK_ENTRIES`, as `storable` leaves them, behind those that were sealed before. Nothing is stored: `write` does that, in the
	 * same order. When something of it was not stored, `open` comes first.
	 */
	async seal(entries: readonly AuditEntry[]): Promise<readonly SealedBlock[]> {
		const blocks: SealedBlock[] = [];
		// A block for each month: an insert into one partition is whole or not at all, even when the process ends.
		for (const ofMonth of byMonth(entries)) blocks.push(await this.#sealBlock(ofMonth));
		return blocks;
	}

	/** Stores blocks in the order in which they were sealed. */
	async write(blocks: readonly SealedBlock[]): Promise<void> {
		for (const { block, rows } of blocks) {
			const token = `${block.chain_id}:${block.first_seq}:${block.last_seq}:${block.digest}`;
			await this.#database.insert('audit_events', rows, token, AUDIT_COLUMNS);
			await this.#writeBlock(block);
			this.#head = headOf(block);
		}
	}

	async #unsealed(): Promise<readonly (SealedEntry & { readonly blockId: number })[]> {
		const rows = await this.#database.query<Record<'seq' | 'block_id' | 'checksum' | 'at', string>>(
			`SELECT seq, block_id, checksum, formatDateTime(timestamp, '%Y-%m-%dT%H:%i:%S.%fZ', 'UTC') AS at FROM audit_events
			WHERE chain_id = {chain:String} AND seq > {seq:UInt64} ORDER BY seq LIMIT {limit:UInt32}`,
			{ chain: this.#head.chainId, seq: this.#head.seq, limit: ROWS_PER_QUERY },
			{ isForStoring: true },
		);
		return rows.map(({ seq, block_id, checksum, at }) => ({
			seq: Number(seq),
			blockId: Number(block_id),
			checksum,
			timestamp: at,
		}));
	}

	async #sealBlock(entries: readonly AuditEntry[]): Promise<SealedBlock> {
		const { chainId, blockId, seq } = this.#sealed;
		const sealed: SealedEntry[] = [];
		const bytes: Buffer[] = [];
		for (let at = 0; at < entries.length; at += ROWS_AT_ONCE) {
			// Before the first ones, too: what was done to find out which entries are new took its time.
			await setImmediate();
			const rows = entries
				.slice(at, at + ROWS_AT_ONCE)
				.map((entry, index) => auditRow(entry, { chainId, seq: seq + at + index + 1, blockId: blockId + 1 }));
			bytes.push(linesOf(rows));
			for (const { seq: number, timestamp, checksum } of rows) sealed.push({ seq: number, timestamp, checksum });
		}
		const block = await sealBlock(this.#sealed, sealed, isoFromMs(Date.now()), this.#signer);
		this.#sealed = headOf(block);
		return { block, rows: Buffer.concat(bytes) };
	}

	/** Seals what is stored. */
	async #sealStored(entries: readonly SealedEntry[], blockId: number): Promise<void> {
		const head = { ...this.#head, blockId: blockId - 1 };
		const block = await sealBlock(head, entries, isoFromMs(Date.now()), this.#signer);
		await this.#writeBlock(block);
		// Never backwards: entries that somebody put behind the end may belong to any block.
		const { blockId: lastId, seq } = this.#head;
		this.#head = headOf(block);
		this.skipTo(lastId, seq);
	}

	async #writeBlock(block: AuditBlock): Promise<void> {
		await this.#database.insert('audit_blocks', Buffer.from(JSON.stringify(block)), `${block.block_hash}:block`);
	}
}

/** Events that are not audit, as `storable` leaves them: they are stored, and not sealed. */
export async function writeEvents(database: StoreDatabase, entries: readonly AuditEntry[]): Promise<void> {
	const inOrder = entries.toSorted((left, right) => (left.event.timestamp < right.event.timestamp ? -1 : 1));
	const days = Map.groupBy(inOrder, ({ event }) => event.timestamp.slice(0, 10));
	const groups = [...days.values()];
	for (let at = 0; at < groups.length; at += DAYS_PER_INSERT) {
		const some = groups.slice(at, at + DAYS_PER_INSERT).flat();
		const ids = hash('sha256', some.map(({ event }) => event.eventId).join(''), 'hex');
		const bytes: Buffer[] = [];
		for (let first = 0; first < some.length; first += ROWS_AT_ONCE) {
			if (first > 0) await setImmediate();
			const rows = some.slice(first, first + ROWS_AT_ONCE).map(({ event, origin }) => eventRow(event, origin));
			bytes.push(linesOf(rows));
		}
		await database.insert('telemetry_events', Buffer.concat(bytes), `events:${ids}`, EVENT_COLUMNS);
	}
}

/** Without the names of the columns. */
function linesOf(rows: readonly EventRow[]): Buffer {
	let lines = '';
	for (const row of rows) lines += `${JSON.stringify(Object.values(row))}\n`;
	return Buffer.from(lines);
}

function byMonth(entries: readonly AuditEntry[]): Iterable<readonly AuditEntry[]> {
	return Map.groupBy(entries, ({ event }) => event.timestamp.slice(0, 7)).values();
}
