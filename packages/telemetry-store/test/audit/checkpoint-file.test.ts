import { generateKeyPairSync } from 'node:crypto';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { appendCheckpoint, newestCheckpoint, readAuditCheckpoints } from '../../src/audit/checkpoint-file.ts';
import { type SignatureCheck, signatureCheckOf, signerOf } from '../../src/audit/signing-key.ts';

const folder = mkdtempSync(join(tmpdir(), 'checkpoint-file-'));
afterAll(() => rmSync(folder, { recursive: true }));

const { privateKey, publicKey } = generateKeyPairSync('ed25519', {
	privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
	publicKeyEncoding: { type: 'spki', format: 'pem' },
});
const pointOf = (block: number) => ({
	...{ chain: 'main', block, seq: block * 10, hash: 'ab', time: '2026-11-21T10:00:00.000000Z' },
	producers: { 'producer-1': block },
});

/** Numbers of the blocks that checkpoints of the chain name. */
const read = async (path: string, isSigned?: SignatureCheck, maxPoints?: number) => {
	const { points, producers, invalidLines } = await readAuditCheckpoints(path, isSigned, maxPoints);
	return {
		blocks: points.get('main')?.map(({ block }) => block) ?? [],
		producers: producers.get('main'),
		invalidLines,
	};
};

it('reads what was appended, and nothing from a file that is not there', async () => {
	const path = join(folder, 'whole');
	expect(await read(path)).toEqual({ blocks: [], producers: undefined, invalidLines: [] });
	expect(await newestCheckpoint(path, 'main')).toBeUndefined();
	const signer = signerOf(privateKey);
	for (const block of [1, 2]) await appendCheckpoint(path, pointOf(block), signer);
	await appendCheckpoint(path, { ...pointOf(7), chain: 'other' }, signer);
	const { points, producers, invalidLines } = await readAuditCheckpoints(path, signatureCheckOf([publicKey]));
	expect([...points]).toEqual([
		[
			'main',
			[
				{ chain: 'main', block: 1, seq: 10, hash: 'ab' },
				{ chain: 'main', block: 2, seq: 20, hash: 'ab' },
			],
		],
		['other', [{ chain: 'other', block: 7, seq: 70, hash: 'ab' }]],
	]);
	expect([...producers]).toEqual([
		['main', { 'producer-1': 2 }],
		['other', { 'producer-1': 7 }],
	]);
	expect(invalidLines).toEqual([]);
	expect(await newestCheckpoint(path, 'main')).toMatchObject(pointOf(2));
	expect(await newestCheckpoint(path, 'nobody')).toBeUndefined();
	expect(statSync(path).mode & 0o777).toBe(0o600);
});

it('names lines that were changed, are of nobody, or are no checkpoint', async () => {
	const path = join(folder, 'changed');
	const signer = signerOf(privateKey);
	for (const block of [1, 2]) await appendCheckpoint(path, pointOf(block), signer);
	await appendCheckpoint(path, pointOf(3), undefined);
	writeFileSync(path, readFileSync(path, 'utf8').replace('"seq":20', '"seq":19'));
	appendFileSync(path, '{}\nnull\n7\n{"block":1}\n');
	expect(await read(path, signatureCheckOf([publicKey]))).toMatchObject({
		blocks: [1],
		invalidLines: [2, 3, 4, 5, 6, 7],
	});
	expect((await read(path)).blocks).toEqual([1, 2, 3]);
	expect(await newestCheckpoint(path, 'main')).toMatchObject({ block: 3 });
});

it('goes on in place of a line that was cut off', async () => {
	const path = join(folder, 'cut');
	await appendCheckpoint(path, pointOf(1), undefined);
	appendFileSync(path, '{"chain":"ma');
	expect(await read(path)).toMatchObject({ blocks: [1], invalidLines: [] });
	expect(await newestCheckpoint(path, 'main')).toMatchObject({ block: 1 });
	await appendCheckpoint(path, pointOf(2), undefined);
	expect(await read(path)).toMatchObject({ blocks: [1, 2], invalidLines: [] });
});

it('reads a file of any size, but no line of any size', async () => {
	const path = join(folder, 'large');
	await appendCheckpoint(path, pointOf(1), undefined);
	truncateSync(path, 300 * 1024 * 1024);
	appendFileSync(path, '\n');
	await appendCheckpoint(path, pointOf(2), undefined);
	expect(await read(path)).toMatchObject({ blocks: [1, 2], invalidLines: [2] });
	expect(await newestCheckpoint(path, 'main')).toMatchObject(pointOf(2));
});

it('reads lines from either end, however they lie in the pieces that are read', async () => {
	const path = join(folder, 'long-lines');
	const producers = Object.fromEntries(Array.from({ length: 9_000 }, (_, index) => [`producer-ä-${index}`, index]));
	for (const block of [1, 2, 3, 4, 5, 6, 7])
		await appendCheckpoint(path, { ...pointOf(block), producers, chain: block === 2 ? 'second' : 'main' }, undefined);
	expect(await read(path)).toEqual({ blocks: [1, 3, 4, 5, 6, 7], producers, invalidLines: [] });
	expect(await newestCheckpoint(path, 'second')).toMatchObject({ block: 2, producers });
});

it('keeps the newest of more checkpoints than it may hold, and others from everywhere', async () => {
	const path = join(folder, 'many');
	for (let block = 1; block <= 20; block++) await appendCheckpoint(path, pointOf(block), undefined);
	const { blocks, producers } = await read(path, undefined, 8);
	expect(blocks.length).toBeLessThanOrEqual(8);
	expect([blocks.at(-1), producers]).toEqual([20, { 'producer-1': 20 }]);
	expect(blocks[0]).toBeLessThan(8);
});
