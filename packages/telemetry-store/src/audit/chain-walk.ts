import type { StoreDatabase } from '../connection/store-database.ts';
import { type AuditBlock, auditBlockOf, BLOCK_FIELDS, type BlockRow, blockHashOf, chainStart } from './audit-block.ts';
import type { Findings } from './audit-report.ts';
import type { VouchedPoint } from './checkpoint-file.ts';
import type { SignatureCheck } from './signing-key.ts';

/** Blocks that are read at once. */
const BLOCKS_PER_PAGE = 5_000;

/** The blocks of a chain in order, each held against its hash, the one before it, its signature and the checkpoints that name it. */
export class ChainWalk {
	readonly #chain: string;
	readonly #findings: Findings;
	readonly #checkpoints: ReadonlyMap<number, VouchedPoint>;
	readonly #isSigned: SignatureCheck | undefined;
	#previous: AuditBlock | undefined;
	#blocks = 0;
	#vouchedSeq = 0;

	constructor(
		chain: string,
		findings: Findings,
		checkpoints: readonly VouchedPoint[],
		isSigned: SignatureCheck | undefined,
	) {
		this.#chain = chain;
		this.#findings = findings;
		this.#checkpoints = new Map(checkpoints.map((checkpoint) => [checkpoint.block, checkpoint]));
		this.#isSigned = isSigned;
	}

	get blocks(): number {
		return this.#blocks;
	}

	get vouchedSeq(): number {
		return this.#vouchedSeq;
	}

	/** The newest block there is. */
	get last(): AuditBlock | undefined {
		return this.#previous;
	}

	/** Pages of blocks, after they were checked. */
	async *pages(database: StoreDatabase): AsyncGenerator<readonly AuditBlock[]> {
		for (let after = -1; ; ) {
			const rows = await database.query<BlockRow>(
				`SELECT ${BLOCK_FIELDS} FROM audit_blocks WHERE chain_id = {chain:String} AND block_id > {after:Int64}
				ORDER BY block_id, first_seq LIMIT {limit:UInt32}`,
				{ chain: this.#chain, after, limit: BLOCKS_PER_PAGE },
			);
			const blocks = rows.map(auditBlockOf);
			const before = this.#findings.count;
			for (const block of blocks) this.#check(block);
			this.#checkSignatures(blocks, this.#findings.count > before);
			if (blocks.length > 0) yield blocks;
			const last = blocks.at(-1);
			if (last === undefined || blocks.length < BLOCKS_PER_PAGE) return;
			after = last.block_id;
		}
	}

	/** To be called at the end: what checkpoints name behind the last block is gone. */
	end(): void {
		const last = this.#previous;
		const [lastBlock, lastSeq] = [last?.block_id ?? 0, last?.last_seq ?? 0];
		const beyond = [...this.#checkpoints.values()].filter(({ block }) => block > lastBlock);
		const newest = beyond.reduce((most, { seq }) => Math.max(most, seq), 0);
		if (newest === 0) return;
		const message = `A checkpoint vouches for entries up to ${newest}; they end at ${lastSeq}.`;
		this.#findings.add({ kind: 'TRUNCATED', chain: this.#chain, firstSeq: lastSeq + 1, lastSeq: newest, message });
	}

	#check(block: AuditBlock): void {
		const { block_id, first_seq, block_hash, previous_hash } = block;
		const start = chainStart(this.#chain);
		const previous = this.#previous;
		this.#blocks++;
		this.#previous = block;
		const [lastId, lastSeq] = [previous?.block_id ?? 0, previous?.last_seq ?? 0];
		if (block_id === lastId) {
			this.#changed(block, 'There is another block of its number.');
			return;
		}
		if (blockHashOf(block) !== block_hash) this.#changed(block, 'Its fields are not those of its hash.');
		if (block_id !== lastId + 1) this.#deleted(lastId + 1, block_id - 1, lastSeq + 1, first_seq - 1);
		else if (first_seq !== lastSeq + 1) this.#changed(block, `It begins with ${first_seq} instead of ${lastSeq + 1}.`);
		else if (previous_hash !== (previous?.block_hash ?? start.blockHash)) {
			const isWhole = previous !== undefined && blockHashOf(previous) === previous.block_hash;
			if (isWhole) this.#changed(previous, 'It was written anew: the next block was sealed upon another.');
			else if (previous === undefined) this.#changed(block, 'The first block follows another one.');
		}
		this.#checkCheckpoint(block);
	}

	#checkCheckpoint(block: AuditBlock): void {
		const checkpoint = this.#checkpoints.get(block.block_id);
		if (checkpoint === undefined) return;
		if (checkpoint.hash === block.block_hash && checkpoint.seq === block.last_seq) this.#vouchedSeq = block.last_seq;
		else this.#changed(block, 'A checkpoint names another hash.');
	}

	/** The last one vouches for those before it, as long as they are linked. */
	#checkSignatures(blocks: readonly AuditBlock[], isEach: boolean): void {
		const isSigned = this.#isSigned;
		const last = blocks.at(-1);
		if (isSigned === undefined || last === undefined) return;
		const isGood = ({ block_hash, signature, key_id }: AuditBlock) => isSigned(block_hash, signature, key_id);
		if (!isEach && isGood(last)) return;
		for (const block of blocks) {
			if (isGood(block)) continue;
			const { block_id, first_seq, last_seq } = block;
			const message = 'It is not signed with a key that counts.';
			this.#findings.add({
				...{ kind: 'FORGED', chain: this.#chain, block: block_id, firstSeq: first_seq, lastSeq: last_seq, message },
			});
		}
	}

	#changed({ block_id, first_seq, last_seq }: AuditBlock, message: string): void {
		const place = { chain: this.#chain, block: block_id, firstSeq: first_seq, lastSeq: last_seq };
		this.#findings.add({ kind: 'BLOCK_CHANGED', ...place, message });
	}

	#deleted(firstBlock: number, lastBlock: number, firstSeq: number, lastSeq: number): void {
		const message = `Blocks ${firstBlock} to ${lastBlock} are missing.`;
		this.#findings.add({ kind: 'BLOCK_DELETED', chain: this.#chain, block: firstBlock, firstSeq, lastSeq, message });
	}
}
