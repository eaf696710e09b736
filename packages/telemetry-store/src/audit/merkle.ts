// Twice the entries of a block are hashed when it is sealed.
import { hash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';

/** What stands next to a node on the way from its leaf to the root, and on which side. */
export interface MerkleStep {
	/** Hexadecimal. */
	readonly hash: string;
	readonly side: 'left' | 'right';
}

/** Leaves and nodes are told apart by their first byte, as in certificate transparency: no node passes for a leaf. */
const LEAF = '00';
const NODE = Buffer.from([1]);

const HASH_BYTES = 32;

const sha256 = (bytes: Uint8Array): Buffer => hash('sha256', bytes, 'buffer');
const leafOf = (checksum: string): Buffer => sha256(Buffer.from(LEAF + checksum, 'hex'));

/** What nodes are hashed from, one after the other: they are many, and two buffers for each would cost as much as its hash. */
class Pair {
	readonly #bytes = Buffer.concat([NODE], 1 + 2 * HASH_BYTES);

	parentOf(left: Buffer, right: Buffer): Buffer {
		left.copy(this.#bytes, 1);
		right.copy(this.#bytes, 1 + HASH_BYTES);
		return sha256(this.#bytes);
	}
}

/** Leaves that are hashed at once, a power of two: some 2 ms. Whole subtrees of that size make the same root as the leaves. */
const SLICE = 1_024;

/**
 * Root of the Merkle tree over checksums, hexadecimal. A node without a right neighbour goes up as it is.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6962#section-2.1
 */
export async function merkleRoot(checksums: readonly string[]): Promise<string> {
	const subtrees: Buffer[] = [];
	for (let at = 0; at < checksums.length; at += SLICE) {
		if (at > 0) await setImmediate();
		subtrees.push(rootOf(checksums.slice(at, at + SLICE).map(leafOf)));
	}
	return rootOf(subtrees).toString('hex');
}

function rootOf(nodes: readonly Buffer[]): Buffer {
	let level = nodes;
	while (level.length > 1) level = parentsOf(level);
	return level[0] ?? sha256(Buffer.alloc(0));
}

/** The way from a leaf to the root. @param index of the leaf, from 0 */
export function merklePath(checksums: readonly string[], index: number): readonly MerkleStep[] {
	const path: MerkleStep[] = [];
	let level = checksums.map(leafOf);
	for (let at = index; level.length > 1; at = Math.floor(at / 2)) {
		const sibling = level[at % 2 === 0 ? at + 1 : at - 1];
		if (sibling !== undefined) path.push({ hash: sibling.toString('hex'), side: at % 2 === 0 ? 'right' : 'left' });
		level = parentsOf(level);
	}
	return path;
}

/** The root to which a path leads. */
export function rootOfPath(checksum: string, path: readonly MerkleStep[]): string {
	let node = leafOf(checksum);
	for (const { hash: text, side } of path) {
		const sibling = Buffer.from(text, 'hex');
		node = sha256(Buffer.concat(side === 'left' ? [NODE, sibling, node] : [NODE, node, sibling]));
	}
	return node.toString('hex');
}

function parentsOf(level: readonly Buffer[]): Buffer[] {
	const pair = new Pair();
	const parents: Buffer[] = [];
	for (let left = 0; left < level.length; left += 2) {
		const right = level[left + 1];
		parents.push(right === undefined ? (level[left] as Buffer) : pair.parentOf(level[left] as Buffer, right));
	}
	return parents;
}
