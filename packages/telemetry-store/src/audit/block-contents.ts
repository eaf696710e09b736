import type { StoreDatabase } from '../connection/store-database.ts';
import type { AuditBlock } from './audit-block.ts';
import { CHECKSUM_SQL, COLUMNS_AGREE_SQL } from './canonical-form.ts';

/** What the engine says about the entries that claim to be of a block. */
export interface BlockContents {
	readonly blockId: number;
	readonly entries: number;
	/** Checksums that are not those of their entries. */
	readonly unsound: number;
	/** Entries of which a column does not say what its dimension says. */
	readonly astray: number;
	/** Over the checksums that are stored, hexadecimal. */
	readonly digest: string;
}

/** Entries that the engine works through in one query: about a second, some hundred megabytes. */
const ENTRIES_PER_QUERY = 250_000;

/** Entries by block, of all that have the numbers of these blocks. Every checksum is made anew, inside the engine. */
export async function contentsOf(
	database: StoreDatabase,
	chain: string,
	firstSeq: number,
	lastSeq: number,
): Promise<readonly BlockContents[]> {
	const rows = await database.query<Record<'block_id' | 'entries' | 'unsound' | 'astray' | 'digest', string>>(
		`SELECT block_id, count() AS entries, countIf(checksum != ${CHECKSUM_SQL}) AS unsound,
			countIf(NOT (${COLUMNS_AGREE_SQL})) AS astray,
			lower(hex(SHA256(arrayStringConcat(arrayMap(pair -> pair.2, arraySort(groupArray((seq, checksum)))))))) AS digest
		FROM audit_events WHERE chain_id = {chain:String} AND seq >= {first:UInt64} AND seq <= {last:UInt64}
		GROUP BY block_id LIMIT {limit:UInt32}`,
		{ chain, first: firstSeq, last: lastSeq, limit: 2 * ENTRIES_PER_QUERY },
	);
	return rows.map(({ block_id, entries, unsound, astray, digest }) => ({
		blockId: Number(block_id),
		entries: Number(entries),
		unsound: Number(unsound),
		astray: Number(astray),
		digest,
	}));
}

/** Blocks one behind the other, as many as one query works through. */
export function* windowsOf(blocks: readonly AuditBlock[]): Generator<readonly AuditBlock[]> {
	let window: AuditBlock[] = [];
	for (const block of blocks) {
		const first = window[0];
		if (first !== undefined && block.last_seq - first.first_seq >= ENTRIES_PER_QUERY) {
			yield window;
			window = [];
		}
		window.push(block);
	}
	if (window.length > 0) yield window;
}
