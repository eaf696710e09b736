import { generateKeyPairSync } from 'node:crypto';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { appendCheckpoint, readAuditCheckpoints } from '../../src/audit/checkpoint-file.ts';
import { signatureCheckOf, signerOf } from '../../src/audit/signing-key.ts';

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

it('reads what was appended, and nothing from a file that is not there', async () => {
	const path = join(folder, 'whole');
	expect(await readAuditCheckpoints(path)).toEqual({ checkpoints: [], invalidLines: [] });
	const signer = signerOf(privateKey);
	for (const block of [1, 2]) await appendCheckpoint(path, pointOf(block), signer);
	const { checkpoints, invalidLines } = await readAuditCheckpoints(path, signatureCheckOf([publicKey]));
	expect(checkpoints).toMatchObject([pointOf(1), pointOf(2)]);
	expect(invalidLines).toEqual([]);
	expect(statSync(path).mode & 0o777).toBe(0o600);
});

it('names lines that were changed, are of nobody, or are no checkpoint', async () => {
	const path = join(folder, 'changed');
	const signer = signerOf(privateKey);
	for (const block of [1, 2]) await appendCheckpoint(path, pointOf(block), signer);
	await appendCheckpoint(path, pointOf(3), undefined);
	writeFileSync(path, readFileSync(path, 'utf8').replace('"seq":20', '"seq":19'));
	appendFileSync(path, '{}\nnull\n7\n{"block":1}\n');
	const { checkpoints, invalidLines } = await readAuditCheckpoints(path, signatureCheckOf([publicKey]));
	expect(checkpoints).toMatchObject([{ block: 1 }]);
	expect(invalidLines).toEqual([2, 3, 4, 5, 6, 7]);
	expect((await readAuditCheckpoints(path)).checkpoints).toMatchObject([{ block: 1 }, { seq: 19 }, { block: 3 }]);
});

it('goes on in place of a line that was cut off', async () => {
	const path = join(folder, 'cut');
	await appendCheckpoint(path, pointOf(1), undefined);
	appendFileSync(path, '{"chain":"ma');
	expect(await readAuditCheckpoints(path)).toMatchObject({ checkpoints: [{ block: 1 }], invalidLines: [] });
	await appendCheckpoint(path, pointOf(2), undefined);
	expect(await readAuditCheckpoints(path)).toMatchObject({
		checkpoints: [{ block: 1 }, { block: 2 }],
		invalidLines: [],
	});
});
