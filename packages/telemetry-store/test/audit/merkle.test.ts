import { hash } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { merklePath, merkleRoot, rootOfPath } from '../../src/audit/merkle.ts';

const sha = (...hex: readonly string[]) => hash('sha256', Buffer.from(hex.join(''), 'hex'), 'hex');
const checksums = (count: number) =>
	Array.from({ length: count }, (_, index) => sha(index.toString(16).padStart(8, '0')));

it('is the tree of certificate transparency', async () => {
	const [a = '', b = '', c = ''] = checksums(3);
	expect(await merkleRoot([])).toBe(hash('sha256', '', 'hex'));
	expect(await merkleRoot([a])).toBe(sha('00', a));
	expect(await merkleRoot([a, b, c])).toBe(sha('01', sha('01', sha('00', a), sha('00', b)), sha('00', c)));
});

it('proves every leaf of every size, and no other leaf', async () => {
	await fc.assert(
		fc.asyncProperty(fc.integer({ min: 1, max: 40 }), fc.nat(), async (count, at) => {
			const leaves = checksums(count);
			const index = at % count;
			const path = merklePath(leaves, index);
			expect(rootOfPath(leaves[index] ?? '', path)).toBe(await merkleRoot(leaves));
			expect(rootOfPath(sha('ff'), path)).not.toBe(await merkleRoot(leaves));
		}),
	);
});

it('is the same for a tree that is hashed in slices', async () => {
	for (const count of [1_024, 1_025, 2_048, 3_500]) {
		const leaves = checksums(count);
		expect(rootOfPath(leaves[count - 1] ?? '', merklePath(leaves, count - 1))).toBe(await merkleRoot(leaves));
	}
});
