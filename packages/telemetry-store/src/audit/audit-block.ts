import { hash } from 'node:crypto';
import { merkleRoot } from './merkle.ts';
import type { Signer } from './signing-key.ts';

/** A sealed run of entries of a chain: a row of `audit_blocks`. Hashes are hexadecimal, instants ISO 8601 with microseconds. */
export interface AuditBlock {
	readonly chain_id: string;
	/** From 1, without gaps. */
	readonly block_id: number;
	readonly first_seq: number;
	readonly last_seq: number;
	readonly first_time: string;
	readonly last_time: string;
	/** SHA-256 over the checksums in order. */
	readonly digest: string;
	readonly merkle_root: string;
	/** Of the block before it; zeros in the first. */
	readonly previous_hash: string;
	/** SHA-256 over all fields above and when it was sealed. */
	readonly block_hash: string;
	readonly sealed_at: string;
	/** Ed25519 over the block hash, base64; empty without a key. */
	readonly signature: string;
	readonly key_id: string;
}

/** The newest of a chain: what comes next goes on from here. */
export interface ChainHead {
	readonly chainId: string;
	readonly blockId: number;
	readonly seq: number;
	readonly blockHash: string;
}

/** What of an entry its block is made of. */
export interface SealedEntry {
	readonly seq: number;
	readonly timestamp: string;
	readonly checksum: string;
}

/** Most entries of a block: what is proven, inserted and repaired at once. */
export const MAX_BLOCK_ENTRIES = 10_000;

export const chainStart = (chainId: string): ChainHead => ({
	chainId,
	blockId: 0,
	seq: 0,
	blockHash: '0'.repeat(64),
});

/** @param checksums hexadecimal, in the order of their numbers */
export const digestOf = (checksums: readonly string[]): string => hash('sha256', checksums.join(''), 'hex');

/** Fields in a fixed order, each by its length: no two blocks have the same text. */
export function blockHashOf(block: Omit<AuditBlock, 'block_hash' | 'signature' | 'key_id'>): string {
	const fields = [
		...[block.chain_id, block.block_id, block.first_seq, block.last_seq, block.first_time, block.last_time],
		...[block.digest, block.merkle_root, block.previous_hash, block.sealed_at],
	];
	return hash('sha256', fields.map((field) => `${Buffer.byteLength(String(field))}:${field}`).join(''), 'hex');
}

/** @param entries at least one, in the order of their numbers */
export async function sealBlock(
	head: ChainHead,
	entries: readonly SealedEntry[],
	sealedAt: string,
	signer: Signer | undefined,
): Promise<AuditBlock> {
	const checksums = entries.map(({ checksum }) => checksum);
	const { first, last } = timesOf(entries);
	const unsigned = {
		chain_id: head.chainId,
		block_id: head.blockId + 1,
		first_seq: entries[0]?.seq ?? 0,
		last_seq: entries.at(-1)?.seq ?? 0,
		first_time: first ?? sealedAt,
		last_time: last ?? sealedAt,
		digest: digestOf(checksums),
		merkle_root: await merkleRoot(checksums),
		previous_hash: head.blockHash,
		sealed_at: sealedAt,
	};
	const block_hash = blockHashOf(unsigned);
	return {
		...unsigned,
		block_hash,
		signature: signer?.sign(block_hash) ?? '',
		key_id: signer === undefined ? '' : signer.keyId,
	};
}

/** The earliest and the latest: entries come in the order of their numbers, which is about that of their times. */
function timesOf(entries: readonly SealedEntry[]): { readonly first?: string; readonly last?: string } {
	let first = entries[0]?.timestamp;
	let last = first;
	for (const { timestamp } of entries) {
		if (first === undefined || timestamp < first) first = timestamp;
		if (last === undefined || timestamp > last) last = timestamp;
	}
	return first === undefined || last === undefined ? {} : { first, last };
}

export const headOf = (block: AuditBlock): ChainHead => ({
	chainId: block.chain_id,
	blockId: block.block_id,
	seq: block.last_seq,
	blockHash: block.block_hash,
});

const isoSql = (column: string) => `formatDateTime(${column}, '%Y-%m-%dT%H:%i:%S.%fZ', 'UTC') AS ${column}`;

/** Select list that `auditBlockOf` reads. */
export const BLOCK_FIELDS = [
	...['chain_id', 'block_id', 'first_seq', 'last_seq', 'digest', 'merkle_root', 'previous_hash', 'block_hash'],
	...['signature', 'key_id', isoSql('first_time'), isoSql('last_time'), isoSql('sealed_at')],
].join(', ');

/** Numbers come as text. */
export type BlockRow = { readonly [Field in keyof AuditBlock]: string };

export const auditBlockOf = (row: BlockRow): AuditBlock => ({
	...row,
	block_id: Number(row.block_id),
	first_seq: Number(row.first_seq),
	last_seq: Number(row.last_seq),
});
