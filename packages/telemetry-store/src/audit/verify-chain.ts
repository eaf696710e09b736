import type { QueryParameters, StoreDatabase } from '../connection/store-database.ts';
import { type AuditBlock, MAX_BLOCK_ENTRIES } from './audit-block.ts';
import type { ChainReport, Findings } from './audit-report.ts';
import { type BlockContents, contentsOf, windowsOf } from './block-contents.ts';
import { ChainWalk } from './chain-walk.ts';
import type { VouchedPoint } from './checkpoint-file.ts';
import { DamageLocator } from './locate-damage.ts';
import type { SignatureCheck } from './signing-key.ts';

export interface VerifyChainOptions {
	readonly chain: string;
	readonly findings: Findings;
	readonly checkpoints: readonly VouchedPoint[];
	readonly isSigned: SignatureCheck | undefined;
	/** Only blocks with entries of this time are looked into: ISO 8601, half-open. */
	readonly from: string;
	readonly to: string;
	/** Entries older than this may be gone: ISO 8601. */
	readonly keptSince: string;
}

/** Damaged blocks that are looked into; of others it is only said that they are damaged. */
const MAX_INSPECTED = 200;
const MAX_STRAYS = 1_000;

/** Holds the blocks of a chain against each other, and their entries against them. */
export async function verifyChain(database: StoreDatabase, options: VerifyChainOptions): Promise<ChainReport> {
	const { chain, findings, checkpoints, isSigned } = options;
	const walk = new ChainWalk(chain, findings, checkpoints, isSigned);
	const check = new ContentCheck(database, options);
	for await (const blocks of walk.pages(database)) await check.blocks(blocks);
	walk.end();
	const { last } = walk;
	await check.end();
	const unsealed = await unsealedOf(database, options, last);
	return {
		chain,
		blocks: walk.blocks,
		entries: check.entries,
		expired: check.expired,
		unsealed,
		lastSeq: last?.last_seq ?? 0,
		vouchedSeq: walk.vouchedSeq,
		lastBlockHash: last?.block_hash ?? '',
	};
}

/** Entries against the blocks that sealed them. */
class ContentCheck {
	readonly #database: StoreDatabase;
	readonly #options: VerifyChainOptions;
	readonly #locator: DamageLocator;
	/** Conditions under which entries belong to no block, or to another one than they say. */
	readonly #strays: (readonly [condition: string, parameters: QueryParameters])[] = [];
	#inspected = 0;
	entries = 0;
	expired = 0;

	constructor(database: StoreDatabase, options: VerifyChainOptions) {
		this.#database = database;
		this.#options = options;
		this.#locator = new DamageLocator(database, options.chain, options.findings);
	}

	async blocks(blocks: readonly AuditBlock[]): Promise<void> {
		const { from, to } = this.#options;
		const ofTime = blocks.filter((block) => block.first_time < to && block.last_time >= from && this.#isOfSize(block));
		for (const window of windowsOf(ofTime)) await this.#window(window);
	}

	/** To be called at the end: what cannot be told of one block alone. */
	async end(): Promise<void> {
		await this.#locator.end();
		await this.#findStrays('seq = 0', {});
		for (const [condition, parameters] of this.#strays.slice(0, MAX_INSPECTED)) {
			await this.#findStrays(condition, parameters);
		}
	}

	/** Whoever changes the bounds of a block does not make others read the whole chain. */
	#isOfSize({ block_id, first_seq, last_seq }: AuditBlock): boolean {
		const count = last_seq - first_seq + 1;
		if (count >= 1 && count <= MAX_BLOCK_ENTRIES) return true;
		const { chain, findings } = this.#options;
		const message = `It cannot have ${count} entries.`;
		findings.add({ kind: 'BLOCK_CHANGED', chain, block: block_id, firstSeq: first_seq, lastSeq: last_seq, message });
		return false;
	}

	async #window(blocks: readonly AuditBlock[]): Promise<void> {
		const [first, last] = [blocks[0]?.first_seq ?? 0, blocks.at(-1)?.last_seq ?? 0];
		const contents = await contentsOf(this.#database, this.#options.chain, first, last);
		const byBlock = new Map(contents.map((content) => [content.blockId, content]));
		const known = new Set(blocks.map(({ block_id }) => block_id));
		for (const block of blocks) await this.#block(block, byBlock.get(block.block_id));
		const strangers = contents.filter(({ blockId }) => !known.has(blockId)).map(({ blockId }) => blockId);
		if (strangers.length === 0) return;
		this.#strays.push([
			'block_id IN {blocks:Array(UInt64)} AND arrayExists((f, t) -> seq BETWEEN f AND t, {from:Array(UInt64)}, {to:Array(UInt64)})',
			{
				blocks: strangers.slice(0, MAX_STRAYS),
				from: blocks.map(({ first_seq }) => first_seq),
				to: blocks.map(({ last_seq }) => last_seq),
			},
		]);
	}

	async #block(block: AuditBlock, contents: BlockContents | undefined): Promise<void> {
		const { first_seq, last_seq, last_time, digest } = block;
		const { entries = 0, unsound = 0, astray = 0 } = contents ?? {};
		const count = last_seq - first_seq + 1;
		const isExpired = last_time < this.#options.keptSince;
		this.entries += entries;
		if (isExpired) this.expired += Math.max(0, count - entries);
		const isWhole = entries === count ? contents?.digest === digest : isExpired && entries < count;
		if (isWhole && unsound === 0 && astray === 0) return;
		this.#inspected++;
		this.#strays.push([
			'block_id = {block:UInt64} AND (seq < {first:UInt64} OR seq > {last:UInt64})',
			{ block: block.block_id, first: first_seq, last: last_seq },
		]);
		if (this.#inspected <= MAX_INSPECTED) return await this.#locator.inspect(block, isExpired && entries < count);
		const place = { chain: this.#options.chain, block: block.block_id, firstSeq: first_seq, lastSeq: last_seq };
		this.#options.findings.add({ kind: 'EDITED', ...place, message: 'Its entries are not those that were sealed.' });
	}

	/** Those with a wrong checksum were found where they stand. */
	async #findStrays(condition: string, parameters: QueryParameters): Promise<void> {
		const { chain, findings } = this.#options;
		const rows = await this.#database.query<Record<'seq' | 'block_id' | 'id', string>>(
			`SELECT seq, block_id, toString(event_id) AS id FROM audit_events WHERE chain_id = {chain:String} AND (${condition})
			ORDER BY seq LIMIT {limit:UInt32}`,
			{ chain, limit: MAX_STRAYS, ...parameters },
		);
		for (const { seq, block_id, id } of rows) {
			const place = { chain, block: Number(block_id), firstSeq: Number(seq), lastSeq: Number(seq), eventId: id };
			const isKnown = findings.list.some(({ eventId, firstSeq }) => eventId === id && firstSeq === place.firstSeq);
			if (!isKnown) findings.add({ kind: 'INSERTED', ...place, message: 'Its block has not sealed it.' });
		}
	}
}

/**
 * What stands behind the last block belongs to the next one, that is being made. Anything beyond it was sealed once, or was put there. Blocks
 * are read after the entries: those that a ledger has sealed meanwhile are no finding.
 */
async function unsealedOf(
	database: StoreDatabase,
	{ chain, findings }: VerifyChainOptions,
	last: AuditBlock | undefined,
): Promise<number> {
	const found = await database.query<Record<'block_id' | 'entries' | 'first' | 'newest', string>>(
		`SELECT block_id, count() AS entries, min(seq) AS first, max(seq) AS newest FROM audit_events
		WHERE chain_id = {chain:String} AND seq > {seq:UInt64} GROUP BY block_id ORDER BY block_id LIMIT {limit:UInt32}`,
		{ chain, seq: last?.last_seq ?? 0, limit: MAX_STRAYS },
	);
	const blocks = await database.query<{ block_id: string }>(
		`SELECT DISTINCT block_id FROM audit_blocks WHERE chain_id = {chain:String} AND block_id >= {last:UInt64}
		ORDER BY block_id LIMIT {limit:UInt32}`,
		{ chain, last: last?.block_id ?? 0, limit: 1_000_000 },
	);
	const sealed = new Set(blocks.map(({ block_id }) => block_id));
	const unsealed = found.filter(({ block_id }) => !sealed.has(block_id));
	const next = Number(blocks.at(-1)?.block_id ?? 0) + 1;
	for (const { block_id, first, newest } of unsealed) {
		if (Number(block_id) === next) continue;
		const place = { chain, block: Number(block_id), firstSeq: Number(first), lastSeq: Number(newest) };
		const message = 'Entries of a block that is missing, or that no ledger has written.';
		findings.add({ kind: 'BLOCK_DELETED', ...place, message });
	}
	return unsealed.reduce((sum, { entries }) => sum + Number(entries), 0);
}
