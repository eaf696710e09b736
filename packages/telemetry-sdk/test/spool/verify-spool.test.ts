import { generateKeyPairSync } from 'node:crypto';
import { readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedaction } from '../../src/redaction/redaction.ts';
import { CheckpointWriter } from '../../src/spool/checkpoints.ts';
import { GROUP, HASH_BYTES, segmentName } from '../../src/spool/format.ts';
import { GroupAppender } from '../../src/spool/group-appender.ts';
import { hashGroup } from '../../src/spool/group-chain.ts';
import { SegmentReader } from '../../src/spool/segment-reader.ts';
import { listSegments } from '../../src/spool/spool-directory.ts';
import { SpoolKeeper } from '../../src/spool/spool-keeper.ts';
import { verifySpool } from '../../src/spool/verify-spool.ts';
import { filledGroups, type InThread, inThread } from './in-thread.ts';

const RECORDS = 400;
const KEY = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
const file = (spool: InThread, segment: number) => join(spool.directory, segmentName(segment));

/** Three segments or more, as a process leaves them that ended in order. */
async function closedSpool(): Promise<InThread> {
	const spool = await inThread({ segmentBytes: 8_192 });
	for (const group of filledGroups(RECORDS)) expect(await spool.write([group])).toBe(true);
	expect(await spool.close()).toBe(true);
	return spool;
}

async function offsets(spool: InThread, segment: number): Promise<readonly { offset: number; bytes: number }[]> {
	const reader = await SegmentReader.open(file(spool, segment));
	const found: { offset: number; bytes: number }[] = [];
	for await (const { offset, bytes } of reader.groups()) found.push({ offset, bytes });
	await reader.close();
	return found;
}

const kindsOf = async ({ path }: InThread) => (await verifySpool(path))[0]?.findings.map(({ kind }) => kind);
const findingsOf = async ({ path }: InThread) => (await verifySpool(path))[0]?.findings ?? [];

describe('a spool as it was written', () => {
	it('is intact', async () => {
		const spool = await closedSpool();
		const [report] = await verifySpool(spool.path);
		expect(report).toMatchObject({
			producerId: spool.producerId,
			isIntact: true,
			entries: RECORDS,
			firstSeq: 1,
			lastSeq: RECORDS,
			checkpointSeq: RECORDS,
			isClosed: true,
			unfinishedBytes: 0,
			findings: [],
		});
		expect(report?.segments).toBeGreaterThan(3);
	});

	it('is intact after a process that ended while it wrote', async () => {
		const spool = await inThread();
		// The end of the first write is vouched for, that of the second is not yet.
		for (const records of [10, 10]) await spool.write(filledGroups(records));
		const path = file(spool, 1);
		const whole = await readFile(path);
		const last = (await offsets(spool, 1)).at(-1)!;
		for (const cut of [1, 7, 95, 97, last.bytes - 1]) {
			await writeFile(path, whole.subarray(0, last.offset + cut));
			const [report] = await verifySpool(spool.path);
			expect(report).toMatchObject({ isIntact: true, unfinishedBytes: cut, isClosed: false });
		}
		await spool.close();
	});
});

describe('what was done to it is found, and where', () => {
	it('any byte of any group', async () => {
		const spool = await closedSpool();
		await fc.assert(
			fc.asyncProperty(fc.nat(), fc.nat(), fc.integer({ min: 1, max: 255 }), async (which, where, change) => {
				const segment = 1 + (which % 3);
				const whole = await readFile(file(spool, segment));
				// The header's unused words and its time are nobody's claim.
				const at = 64 + (where % (whole.length - 64));
				const edited = Buffer.from(whole);
				edited[at]! ^= change;
				await writeFile(file(spool, segment), edited);
				const findings = await findingsOf(spool);
				await writeFile(file(spool, segment), whole);
				expect(findings.length).toBeGreaterThan(0);
				expect(findings[0]!.file).toBe(segmentName(segment));
				expect(findings[0]!.offset).toBeLessThanOrEqual(at);
			}),
			{ numRuns: 60 },
		);
		expect(await kindsOf(spool)).toEqual([]);
	});

	it('a group that is gone', async () => {
		const spool = await closedSpool();
		const [, second] = await offsets(spool, 2);
		const whole = await readFile(file(spool, 2));
		const cut = Buffer.concat([whole.subarray(0, second!.offset), whole.subarray(second!.offset + second!.bytes)]);
		await writeFile(file(spool, 2), cut);
		expect((await findingsOf(spool))[0]).toMatchObject({
			kind: 'DELETED',
			file: segmentName(2),
			offset: second!.offset,
		});
	});

	it('groups that changed places', async () => {
		const spool = await closedSpool();
		const [, first, second] = await offsets(spool, 2);
		const whole = await readFile(file(spool, 2));
		const swapped = Buffer.concat([
			whole.subarray(0, first!.offset),
			whole.subarray(second!.offset, second!.offset + second!.bytes),
			whole.subarray(first!.offset, first!.offset + first!.bytes),
			whole.subarray(second!.offset + second!.bytes),
		]);
		await writeFile(file(spool, 2), swapped);
		expect(await kindsOf(spool)).toContain('REORDERED');
	});

	it('a segment that is gone', async () => {
		const spool = await closedSpool();
		await rm(file(spool, 2));
		expect((await findingsOf(spool))[0]).toMatchObject({ kind: 'DELETED', file: segmentName(3), offset: 0 });
	});

	it('the first segment', async () => {
		const spool = await closedSpool();
		await rm(file(spool, 1));
		expect(await kindsOf(spool)).toContain('DELETED');
	});

	it('segments that changed places', async () => {
		const spool = await closedSpool();
		await rename(file(spool, 2), `${file(spool, 2)}.kept`);
		await rename(file(spool, 3), file(spool, 2));
		await rename(`${file(spool, 2)}.kept`, file(spool, 3));
		expect(await kindsOf(spool)).toContain('REORDERED');
	});

	it('the end, by groups and by segments', async () => {
		const spool = await closedSpool();
		const segments = (await verifySpool(spool.path))[0]!.segments;
		const last = (await offsets(spool, segments)).at(-1)!;
		await truncate(file(spool, segments), last.offset);
		expect(await kindsOf(spool)).toEqual(['TRUNCATED']);
		await rm(file(spool, segments));
		expect(await kindsOf(spool)).toEqual(['TRUNCATED']);
	});

	it('checkpoints that somebody else signed', async () => {
		const spool = await closedSpool();
		const path = join(spool.directory, 'checkpoints.ndjson');
		const lines = (await readFile(path, 'utf8')).split('\n');
		const forged = JSON.parse(lines[1]!) as { seq: number };
		await writeFile(path, [lines[0], JSON.stringify({ ...forged, seq: forged.seq - 1 }), ...lines.slice(2)].join('\n'));
		expect(await kindsOf(spool)).toEqual(['FORGED']);
	});

	it('a whole chain made anew, for whoever knows the key', async () => {
		const spool = await closedSpool();
		const other = await inThread({ spool: spool.path, segmentBytes: 8_192 });
		await other.write(filledGroups(3));
		await other.close();
		const keys: string[] = [];
		for (const { directory } of [spool, other]) {
			const [line] = (await readFile(join(directory, 'checkpoints.ndjson'), 'utf8')).split('\n');
			keys.push((JSON.parse(line!) as { publicKey: string }).publicKey);
		}
		const wholeBy = async (publicKeys: readonly string[]) =>
			(await verifySpool(spool.path, { publicKeys })).map(({ isIntact }) => isIntact);
		expect((await wholeBy(keys.slice(0, 1))).sort()).toEqual([false, true]);
		// Keys change from time to time: what was signed with an older one is whole, too.
		expect(await wholeBy(keys)).toEqual([true, true]);
		expect(await wholeBy([])).toEqual([false, false]);
	});

	it('is not whole when keys are given and no checkpoint is left', async () => {
		const { path, directory } = await closedSpool();
		const [line] = (await readFile(join(directory, 'checkpoints.ndjson'), 'utf8')).split('\n');
		const { publicKey } = JSON.parse(line!) as { publicKey: string };
		await rm(join(directory, 'checkpoints.ndjson'));
		expect(await verifySpool(path, { publicKeys: [publicKey] })).toMatchObject([
			{ isIntact: false, checkpointSeq: 0, findings: [{ kind: 'UNVOUCHED', file: 'checkpoints.ndjson' }] },
		]);
	});
});

describe('what somebody writes who can hash, too,', () => {
	it('is found where a checkpoint names the end of a group that is no longer there', async () => {
		const spool = await closedSpool();
		const { path, producerId, directory } = spool;
		for (const { path: segment } of await listSegments(directory)) await rm(segment);
		const redaction = createRedaction();
		const appender = new GroupAppender({ directory, producerId, segmentBytes: 8_192, redaction });
		for (const { buffer, words, entries } of filledGroups(RECORDS, { groupBytes: 3_072 }, 'another text'))
			await appender.append([{ bytes: buffer.bytes.subarray(0, words * 4), entries }]);
		await appender.close();
		const [report] = await verifySpool(path);
		expect(report).toMatchObject({ isIntact: false, entries: RECORDS, lastSeq: RECORDS });
		expect(report!.findings[0]).toMatchObject({ kind: 'EDITED', message: expect.stringContaining('checkpoint') });
	});

	it.each([Number.NaN, 3, 1e300, -1])('is found where entries are numbered %s', async (firstSeq) => {
		const spool = await closedSpool();
		const { segments } = (await verifySpool(spool.path))[0]!;
		const { offset, bytes } = (await offsets(spool, segments)).at(-1)!;
		const whole = await readFile(file(spool, segments));
		const group = Buffer.from(whole.subarray(offset, offset + bytes));
		whole.copy(group, GROUP.PREVIOUS, offset + GROUP.HASH, offset + GROUP.HASH + HASH_BYTES);
		group.writeDoubleLE(firstSeq, GROUP.FIRST_SEQ);
		hashGroup(group).copy(group, GROUP.HASH);
		await writeFile(file(spool, segments), Buffer.concat([whole, group]));
		expect((await findingsOf(spool))[0]).toMatchObject({ offset: whole.length });
	});

	it('is found where it cut the end off and a segment was released later', async () => {
		const spool = await inThread({ segmentBytes: 8_192 });
		for (const group of filledGroups(RECORDS)) await spool.write([group]);
		const keeper = new SpoolKeeper(new CheckpointWriter(spool.directory, spool.producerId, KEY), Date.now);
		await spool.close();
		await rm(join(spool.directory, 'checkpoints.ndjson'));
		const checkpoints = new CheckpointWriter(spool.directory, spool.producerId, KEY);
		const first = (await offsets(spool, 1)).at(-1)!;
		const reader = await SegmentReader.open(file(spool, 1));
		const end = (await reader.groupAt(first.offset))!;
		await reader.close();
		const point = { segment: 1, bytes: end.offset + end.bytes, seq: end.firstSeq + end.entries - 1, hash: end.hash };
		const segments = (await listSegments(spool.directory)).length;
		const last = (await offsets(spool, segments)).at(-1)!;
		const lastReader = await SegmentReader.open(file(spool, segments));
		const { hash } = (await lastReader.groupAt(last.offset))!;
		await lastReader.close();
		await checkpoints.write('INTERVAL', { segment: segments, bytes: last.offset + last.bytes, seq: RECORDS, hash }, 1);
		keeper.add(file(spool, 1), point);
		await keeper.release(RECORDS, 0);
		expect(await kindsOf(spool)).toEqual([]);
		await rm(file(spool, segments));
		expect(await kindsOf(spool)).toEqual(['TRUNCATED']);
	});
});

describe('files that are none', () => {
	it('are named', async () => {
		const spool = await closedSpool();
		await writeFile(file(spool, 2), 'not a segment');
		expect(await findingsOf(spool)).toContainEqual(
			expect.objectContaining({
				kind: 'UNREADABLE',
				file: segmentName(2),
				message: expect.stringContaining('no segment'),
			}),
		);
		const header = await readFile(file(spool, 1));
		header.writeUInt32LE(2, 8);
		await writeFile(file(spool, 1), header);
		expect((await findingsOf(spool))[0]).toMatchObject({
			kind: 'UNREADABLE',
			message: expect.stringContaining('version 2'),
		});
	});

	it('do not come to pass as a spool', async () => {
		await expect(verifySpool('/nowhere')).rejects.toMatchObject({ code: 'SPOOL_NOT_FOUND' });
	});
});
