import { hash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { isoFromMs } from '@pipeline/telemetry-core';
import type { StoreDatabase } from '../connection/store-database.ts';
import { eventRow } from '../events/event-row.ts';
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
import { type AuditEntry, auditRow } from './audit-row.ts';
import type { Signer } from './signing-key.ts';

/** Rows that are made before others get their turn: some 5 ms. */
const ROWS_AT_ONCE = 500;
/** The engine refuses an insert into more than 100 partitions; events are stored by day. */
const DAYS_PER_INSERT = 50;

/** Writes entries and seals them into blocks. One at a time writes to a chain. */
export class ChainWriter {
	readonly #database: StoreDatabase;
	readonly #signer: Signer | undefined;
	#head: ChainHead;

	constructor(database: StoreDatabase, chainId: string, signer: Signer | undefined) {
		this.#database = database;
		this.#signer = signer;
		this.#head = chainStart(chainId);
	}

	get head(): ChainHead {
		return this.#head;
	}

	/** Finds the newest block, and seals what was stored and not sealed when a process ended. @returns entries that it sealed */
	async open(): Promise<number> {
		const { chainId } = this.#head;
		const [newest] = await this.#database.query<BlockRow>(
			`SELECT ${BLOCK_FIELDS} FROM audit_blocks WHERE chain_id = {chain:String} ORDER BY block_id DESC LIMIT 1`,
			{ chain: chainId },
		);
		this.#head = newest === undefined ? chainStart(chainId) : headOf(auditBlockOf(newest));
		const rows = await this.#database.query<{ seq: string; block_id: string; checksum: string; at: string }>(
			`SELECT seq, block_id, checksum, formatDateTime(timestamp, '%Y-%m-%dT%H:%i:%S.%fZ', 'UTC') AS at FROM audit_events
			WHERE chain_id = {chain:String} AND seq > {seq:UInt64} ORDER BY seq LIMIT 1000000`,
			{ chain: chainId, seq: this.#head.seq },
		);
		for (const [blockId, ofBlock] of Map.groupBy(rows, ({ block_id }) => block_id)) {
			const entries = ofBlock.map(({ seq, checksum, at }) => ({ seq: Number(seq), checksum, timestamp: at }));
			await this.#seal(entries, Number(blockId));
		}
		return rows.length;
	}

	/** Numbers go on behind this place: what stood up to it is gone, and its numbers must not be given again. */
	skipTo(blockId: number, seq: number): void {
		this.#head = {
			...this.#head,
			blockId: Math.max(blockId, this.#head.blockId),
			seq: Math.max(seq, this.#head.seq),
		};
	}

	/** Stores and seals entries, at most `MAX_BLOCK_ENTRIES`, as `storable` leaves them. */
	async write(entries: readonly AuditEntry[]): Promise<void> {
		// A block for each month: an insert into one partition is whole or not at all, even when the process ends.
		for (const ofMonth of byMonth(entries)) await this.#writeBlock(ofMonth);
	}

	async #writeBlock(entries: readonly AuditEntry[]): Promise<void> {
		const { chainId, blockId, seq } = this.#head;
		const sealed: SealedEntry[] = [];
		const bytes: Buffer[] = [];
		for (let at = 0; at < entries.length; at += ROWS_AT_ONCE) {
			if (at > 0) await setImmediate();
			const rows = entries
				.slice(at, at + ROWS_AT_ONCE)
				.map((entry, index) => auditRow(entry, { chainId, seq: seq + at + index + 1, blockId: blockId + 1 }));
			bytes.push(Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join('')));
			for (const { seq: number, timestamp, checksum } of rows) sealed.push({ seq: number, timestamp, checksum });
		}
		const digest = hash('sha256', sealed.map(({ checksum }) => checksum).join(''), 'hex');
		const token = `${chainId}:${seq + 1}:${seq + sealed.length}:${digest}`;
		await this.#database.insert('audit_events', Buffer.concat(bytes), token);
		await this.#seal(sealed, blockId + 1);
	}

	async #seal(entries: readonly SealedEntry[], blockId: number): Promise<void> {
		const head = { ...this.#head, blockId: blockId - 1 };
		const block: AuditBlock = await sealBlock(head, entries, isoFromMs(Date.now()), this.#signer);
		await this.#database.insert('audit_blocks', Buffer.from(JSON.stringify(block)), `${block.block_hash}:block`);
		this.#head = headOf(block);
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
		const rows = some.map(({ event, origin }) => JSON.stringify(eventRow(event, origin)));
		await database.insert('telemetry_events', Buffer.from(rows.join('\n')), `events:${ids}`);
	}
}

function byMonth(entries: readonly AuditEntry[]): Iterable<readonly AuditEntry[]> {
	return Map.groupBy(entries, ({ event }) => event.timestamp.slice(0, 7)).values();
}
