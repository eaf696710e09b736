import type { StoreDatabase } from '../connection/store-database.ts';
import { EVENT_FIELDS, type EventRow } from '../events/event-row.ts';
import { type AuditBlock, digestOf } from './audit-block.ts';
import type { Findings } from './audit-report.ts';
import { CHECKSUM_SQL, COLUMNS_AGREE_SQL, checksumOf, type SealedContent } from './canonical-form.ts';

/** An entry of a block that is damaged. */
interface SuspectRow {
	readonly seq: number;
	readonly blockId: number;
	readonly eventId: string;
	readonly checksum: string;
	readonly isSound: boolean;
	readonly isAstray: boolean;
}

/** Entries whose former place is looked for: each is tried at the place of each other. */
const MAX_MOVED = 300;
/** A block has 10,000; whoever put more in does not fill the memory. */
const MAX_ROWS = 20_000;

/** Finds out which entries of damaged blocks are the cause. */
export class DamageLocator {
	readonly #database: StoreDatabase;
	readonly #chain: string;
	readonly #findings: Findings;
	readonly #blocks: AuditBlock[] = [];
	readonly #unsound: SuspectRow[] = [];
	readonly #missing: number[] = [];

	constructor(database: StoreDatabase, chain: string, findings: Findings) {
		this.#database = database;
		this.#chain = chain;
		this.#findings = findings;
	}

	/** @param isExpired retention may have taken entries away: those that are missing are not looked for */
	async inspect(block: AuditBlock, isExpired: boolean): Promise<void> {
		const { block_id, first_seq, last_seq } = block;
		const before = this.#findings.count;
		const unsoundBefore = this.#unsound.length;
		this.#blocks.push(block);
		const rows = await this.#rowsOf(first_seq, last_seq);
		const bySeq = Map.groupBy(rows, ({ seq }) => seq);
		const missing = isExpired ? [] : missingNumbers(first_seq, last_seq, bySeq);
		this.#missing.push(...missing);
		for (const [from, to] of rangesOf(missing)) this.#deleted(block_id, from, to);
		for (const row of rows) {
			if (row.isSound && row.isAstray) this.#edited(row, 'A column does not say what its dimension says.');
		}
		for (const ofSeq of bySeq.values()) this.#judgeEntries(ofSeq, block, bySeq);
		if (isExpired || this.#findings.count > before || this.#unsound.length > unsoundBefore) return;
		if (digestOf(rows.map(({ checksum }) => checksum)) === block.digest) return;
		const place = { chain: this.#chain, block: block_id, firstSeq: first_seq, lastSeq: last_seq };
		const message = 'Entries are not those that were sealed, and their checksums were made anew.';
		this.#findings.add({ kind: 'EDITED', ...place, message });
	}

	/** To be called when all damaged blocks were inspected: an entry that was moved may have come from any of them. */
	async end(): Promise<void> {
		const contents = await this.#contentsOf(this.#unsound.slice(0, MAX_MOVED));
		const places = [...this.#unsound.slice(0, MAX_MOVED).map(({ seq }) => seq), ...this.#missing.slice(0, MAX_MOVED)];
		for (const row of this.#unsound) {
			const former = (contents.get(row.eventId) ?? []).flatMap((content) => this.#formerPlaces(row, content, places));
			if (former[0] === undefined) this.#edited(row, 'It does not say what its checksum says.');
			else this.#report('REORDERED', row, `It was number ${former[0]}.`);
		}
	}

	/** Entries that have the same number, and should be one. */
	#judgeEntries(
		rows: readonly SuspectRow[],
		block: AuditBlock,
		bySeq: ReadonlyMap<number, readonly SuspectRow[]>,
	): void {
		const sound = rows.filter(({ isSound, blockId }) => isSound && blockId === block.block_id);
		const others = rows.filter((row) => !sound.includes(row));
		if (rows.length === 1) {
			if (others[0] !== undefined) this.#unsound.push(others[0]);
			return;
		}
		const genuine = sound.length < 2 ? (sound[0] ?? rows[0]) : genuineOf(sound, block, bySeq);
		for (const row of rows) if (row !== genuine) this.#report('INSERTED', row, 'Its number belongs to another entry.');
		if (genuine !== undefined && !sound.includes(genuine)) this.#unsound.push(genuine);
	}

	async #rowsOf(first: number, last: number): Promise<readonly SuspectRow[]> {
		const rows = await this.#database.query<Record<string, string>>(
			`SELECT seq, block_id, toString(event_id) AS id, checksum, checksum = ${CHECKSUM_SQL} AS sound,
				${COLUMNS_AGREE_SQL} AS agree
			FROM audit_events WHERE chain_id = {chain:String} AND seq >= {first:UInt64} AND seq <= {last:UInt64}
			ORDER BY seq, checksum LIMIT {limit:UInt32}`,
			{ chain: this.#chain, first, last, limit: MAX_ROWS },
		);
		return rows.map(({ seq, block_id, id = '', checksum = '', sound, agree }) => ({
			seq: Number(seq),
			blockId: Number(block_id),
			eventId: id,
			checksum,
			isSound: Number(sound) === 1,
			isAstray: Number(agree) !== 1,
		}));
	}

	async #contentsOf(rows: readonly SuspectRow[]): Promise<ReadonlyMap<string, readonly SealedContent[]>> {
		if (rows.length === 0) return new Map();
		const contents = await this.#database.query<EventRow & Record<'chain_id' | 'seq' | 'block_id', string>>(
			`SELECT ${EVENT_FIELDS}, chain_id, seq, block_id,
				formatDateTime(received_at, '%Y-%m-%dT%H:%i:%S.%fZ', 'UTC') AS received_at
			FROM (SELECT * FROM audit_events WHERE chain_id = {chain:String} AND seq IN {seqs:Array(UInt64)})
			LIMIT {limit:UInt32}`,
			{ chain: this.#chain, seqs: rows.map(({ seq }) => seq), limit: MAX_ROWS },
		);
		const numbered = contents.map((row) => ({ ...row, seq: Number(row.seq), block_id: Number(row.block_id) }));
		return Map.groupBy(numbered, ({ event_id }) => event_id);
	}

	/** Other numbers under which the entry says what its checksum says. */
	#formerPlaces({ checksum }: SuspectRow, content: SealedContent, places: readonly number[]): readonly number[] {
		return places.filter((seq) => {
			if (seq === content.seq) return false;
			const block = this.#blocks.find(({ first_seq, last_seq }) => first_seq <= seq && seq <= last_seq);
			return checksumOf({ ...content, seq, block_id: block?.block_id ?? content.block_id }) === checksum;
		});
	}

	#deleted(block: number, firstSeq: number, lastSeq: number): void {
		const count = lastSeq - firstSeq + 1;
		const message = count === 1 ? 'An entry is missing.' : `${count} entries are missing.`;
		this.#findings.add({ kind: 'DELETED', chain: this.#chain, block, firstSeq, lastSeq, message });
	}

	#edited(row: SuspectRow, message: string): void {
		this.#report('EDITED', row, message);
	}

	#report(kind: 'EDITED' | 'INSERTED' | 'REORDERED', { seq, blockId, eventId }: SuspectRow, message: string): void {
		this.#findings.add({ kind, chain: this.#chain, block: blockId, firstSeq: seq, lastSeq: seq, eventId, message });
	}
}

/** Of several entries that are sound, the one that was sealed: with it the digest is right, if no other number has several. */
function genuineOf(
	candidates: readonly SuspectRow[],
	block: AuditBlock,
	bySeq: ReadonlyMap<number, readonly SuspectRow[]>,
): SuspectRow | undefined {
	const inOrder = [...bySeq.values()].map(([first]) => first).toSorted((a, b) => (a?.seq ?? 0) - (b?.seq ?? 0));
	const digestWith = (candidate: SuspectRow) =>
		digestOf(inOrder.map((row) => (row?.seq === candidate.seq ? candidate : row)?.checksum ?? ''));
	return candidates.find((candidate) => digestWith(candidate) === block.digest) ?? candidates[0];
}

function missingNumbers(first: number, last: number, present: ReadonlyMap<number, unknown>): number[] {
	const missing: number[] = [];
	for (let number = first; number <= last && missing.length < MAX_ROWS; number++) {
		if (!present.has(number)) missing.push(number);
	}
	return missing;
}

function rangesOf(numbers: readonly number[]): readonly (readonly [number, number])[] {
	const ranges: [number, number][] = [];
	for (const number of numbers) {
		const last = ranges.at(-1);
		if (last !== undefined && last[1] === number - 1) last[1] = number;
		else ranges.push([number, number]);
	}
	return ranges;
}
