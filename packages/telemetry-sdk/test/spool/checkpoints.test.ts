import { appendFileSync, mkdtempSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { type CheckpointReason, CheckpointWriter, readCheckpoints } from '../../src/spool/checkpoints.ts';

const PRODUCER = 'producer-1';
const folder = mkdtempSync(join(tmpdir(), 'checkpoints-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A file with these checkpoints: reason and segment of each. */
async function written(points: readonly (readonly [CheckpointReason, number])[]) {
	const directory = mkdtempSync(join(folder, 'producer-'));
	const writer = new CheckpointWriter(directory, PRODUCER);
	const write = (reason: CheckpointReason, segment: number) =>
		writer.write(reason, { segment, bytes: 64, seq: segment * 10, hash: Buffer.alloc(32) }, 0);
	for (const [reason, segment] of points) await write(reason, segment);
	return { directory, file: join(directory, 'checkpoints.ndjson'), write };
}

const read = async (directory: string, maxHeld?: number) => {
	const { checkpoints, invalidLines } = await readCheckpoints(directory, PRODUCER, undefined, maxHeld);
	return { points: checkpoints.map(({ reason, segment }) => [reason, segment]), invalidLines };
};

it('holds the last release and what is behind it', async () => {
	const { directory } = await written([
		['SEGMENT', 1],
		['SEGMENT', 2],
		['INTERVAL', 3],
		['RELEASED', 1],
		['RELEASED', 2],
		['CLOSED', 3],
	]);
	expect(await read(directory)).toEqual({
		points: [
			['INTERVAL', 3],
			['RELEASED', 2],
			['CLOSED', 3],
		],
		invalidLines: [],
	});
});

it('reads a file of any size, but no line of any size', async () => {
	const { directory, file, write } = await written([['SEGMENT', 1]]);
	truncateSync(file, 65 * 1024 * 1024);
	appendFileSync(file, '\n');
	await write('CLOSED', 1);
	// The writer knows where its lines end: what others have put there is gone.
	expect(await read(directory)).toEqual({
		points: [
			['SEGMENT', 1],
			['CLOSED', 1],
		],
		invalidLines: [],
	});
	truncateSync(file, 65 * 1024 * 1024);
	appendFileSync(file, '\n');
	expect(await read(directory)).toMatchObject({ points: { length: 2 }, invalidLines: [3] });
});

it('keeps the newest of more than it may hold, the release, and others from everywhere', async () => {
	const points = Array.from({ length: 20 }, (_, index) => ['INTERVAL', index + 2] as const);
	const { directory } = await written([['SEGMENT', 1], ['RELEASED', 1], ...points]);
	const { points: held } = await read(directory, 8);
	expect(held.length).toBeLessThanOrEqual(8);
	expect([held[0], held.at(-1)]).toEqual([
		['RELEASED', 1],
		['INTERVAL', 21],
	]);
	expect(held[1]?.[1]).toBeLessThan(16);
});

it('has none without a file, and says so where it cannot be read', async () => {
	expect(await read(join(folder, 'nowhere'))).toEqual({ points: [], invalidLines: [] });
	const { directory, file } = await written([]);
	expect(await read(directory)).toEqual({ points: [], invalidLines: [] });
	expect(await readCheckpoints(file, PRODUCER)).toEqual({ checkpoints: [], invalidLines: [] });
});
