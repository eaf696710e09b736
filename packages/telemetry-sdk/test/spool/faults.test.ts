import { mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { uuidV7 } from '@pipeline/telemetry-core';
import { describe, expect, it, vi } from 'vitest';
import { createRedaction } from '../../src/redaction/redaction.ts';
import { CheckpointWriter, readCheckpoints } from '../../src/spool/checkpoints.ts';
import { GroupAppender } from '../../src/spool/group-appender.ts';
import { chainStart } from '../../src/spool/group-chain.ts';
import { SegmentReader } from '../../src/spool/segment-reader.ts';
import { SpoolCursor } from '../../src/spool/spool-cursor.ts';
import { listSegments } from '../../src/spool/spool-directory.ts';
import { SpoolKeeper } from '../../src/spool/spool-keeper.ts';
import { verifySpool } from '../../src/spool/verify-spool.ts';
import { filledGroups, inThread, temporaryFolder } from './in-thread.ts';

const RECORDS = 200;
const CALLS = ['write', 'writev', 'datasync', 'sync', 'truncate'] as const;

interface Disk {
	/** Calls so far. */
	calls(): number;
	restore(): void;
}

/** A disk whose call number `at` fails, and none besides. */
async function failingDisk(at: number): Promise<Disk> {
	const handle = await open('/dev/null');
	const prototype = Object.getPrototypeOf(handle) as Record<(typeof CALLS)[number], (...args: unknown[]) => unknown>;
	await handle.close();
	let calls = 0;
	const spies = CALLS.map((name) => {
		const original = prototype[name];
		return vi.spyOn(prototype, name).mockImplementation(function (this: unknown, ...args) {
			if (calls++ === at) return Promise.reject(new Error(`ENOSPC: ${name}`));
			return original.apply(this, args);
		});
	});
	return {
		calls: () => calls,
		restore() {
			for (const spy of spies) spy.mockRestore();
		},
	};
}

describe('a disk that fails once', () => {
	it('whenever that is, leaves every entry once, and no segment behind that is not accounted for', async () => {
		for (let at = 0, isOver = false; !isOver; at++) {
			const spool = await temporaryFolder();
			const producerId = uuidV7();
			const directory = join(spool, producerId);
			const redaction = createRedaction();
			const appender = new GroupAppender({ directory, producerId, segmentBytes: 8_192, redaction });
			const finished: number[] = [];
			const groups = filledGroups(RECORDS).map(({ buffer, words, entries }) => ({
				bytes: buffer.bytes.subarray(0, words * 4),
				entries,
			}));
			const disk = await failingDisk(at);
			for (const group of groups) {
				await appender.append([group]).catch(async () => {
					// As if the process had ended here: what is there can be read.
					const reports = await verifySpool(spool);
					const kinds = reports.flatMap(({ findings }) => findings.map(({ kind }) => kind));
					expect(kinds, `call ${at}`).not.toContain('UNREADABLE');
					await appender.append([group]);
				});
				finished.push(...appender.takeFinished().map(({ segment }) => segment));
			}
			disk.restore();
			isOver = disk.calls() <= at;
			await appender.close();
			const [report] = await verifySpool(spool);
			expect(report, `call ${at}`).toMatchObject({ findings: [], entries: RECORDS, lastSeq: RECORDS });
			const segments = (await listSegments(directory)).map(({ number }) => number);
			expect(finished, `call ${at}`).toEqual(segments.slice(0, -1));
		}
	});

	it('takes what it is given piece by piece', async () => {
		const handle = await open('/dev/null');
		const prototype = Object.getPrototypeOf(handle) as { writev(parts: Uint8Array[], at: number): Promise<unknown> };
		await handle.close();
		const original = prototype.writev;
		const spy = vi.spyOn(prototype, 'writev').mockImplementation(function (this: unknown, parts, at) {
			const [first = Buffer.alloc(0), ...others] = parts;
			return original.call(
				this,
				first.length > 1_001 ? [first.subarray(0, 1_001)] : [first, ...others.slice(0, 1)],
				at,
			);
		});
		const spool = await inThread();
		await spool.write(filledGroups(RECORDS));
		await spool.close();
		expect(spy.mock.calls.length).toBeGreaterThan(10);
		spy.mockRestore();
		expect((await verifySpool(spool.path))[0]).toMatchObject({ findings: [], entries: RECORDS, lastSeq: RECORDS });
	});

	it('writes groups once whose segment could not be vouched for, and makes up for that', async () => {
		const spool = await inThread({ segmentBytes: 8_192 });
		const groups = filledGroups(RECORDS);
		await spool.write(groups.slice(0, 1));
		const inTheWay = join(spool.directory, 'checkpoints.ndjson');
		await rm(inTheWay);
		await mkdir(inTheWay);
		for (const group of groups.slice(1)) expect(await spool.write([group])).toBe(true);
		expect((await listSegments(spool.directory)).length).toBeGreaterThan(2);
		expect(spool.messages.findLast(({ kind }) => kind === 'state')).toMatchObject({
			writeFailure: expect.stringContaining('EISDIR'),
		});
		await rm(inTheWay, { recursive: true });
		await spool.close();
		expect((await verifySpool(spool.path))[0]).toMatchObject({ findings: [], entries: RECORDS, lastSeq: RECORDS });
	});

	it('leaves no half of a checkpoint before the next one', async () => {
		for (const name of ['write', 'datasync'] as const) {
			const directory = await temporaryFolder();
			const producerId = uuidV7();
			const writer = new CheckpointWriter(directory, producerId);
			const point = { segment: 1, bytes: 64, seq: 0, hash: chainStart(producerId) };
			await writer.write('INTERVAL', point, 1);
			const handle = await open('/dev/null');
			const prototype = Object.getPrototypeOf(handle) as { write(...args: unknown[]): Promise<unknown> };
			await handle.close();
			const original = prototype[name as 'write'];
			const spy = vi.spyOn(prototype, name as 'write').mockImplementationOnce(async function (this: unknown, ...args) {
				if (name === 'write') await original.call(this, (args[0] as Buffer).subarray(0, 40));
				throw new Error('ENOSPC');
			});
			await expect(writer.write('INTERVAL', point, 2)).rejects.toThrow('ENOSPC');
			spy.mockRestore();
			await Promise.all([writer.write('INTERVAL', point, 3), writer.write('CLOSED', point, 4)]);
			const { checkpoints, invalidLines } = await readCheckpoints(directory, producerId);
			expect(invalidLines, name).toEqual([]);
			expect(checkpoints.map(({ timeMs }) => timeMs)).toEqual([1, 3, 4]);
		}
	});
});

describe('two at a time', () => {
	it('let go of no segment that is still there', async () => {
		const spool = await inThread({ segmentBytes: 8_192 });
		for (const group of filledGroups(300)) await spool.write([group]);
		await spool.close();
		const keeper = new SpoolKeeper(new CheckpointWriter(spool.directory, spool.producerId), Date.now);
		const segments = await listSegments(spool.directory);
		const hash = chainStart(spool.producerId);
		for (const { number, path } of segments) keeper.add(path, { segment: number, bytes: 100, seq: number, hash });
		await Promise.all([keeper.release(2, 0), keeper.release(2, 0), keeper.release(2, 0)]);
		expect(keeper.bytes).toBe((segments.length - 2) * 100);
		expect((await listSegments(spool.directory))[0]!.number).toBe(3);
		await keeper.release(3, 0);
		expect((await listSegments(spool.directory))[0]!.number).toBe(4);
	});

	it('read a group that was written while they looked for the next segment', async () => {
		const spool = await inThread({ segmentBytes: 8_192 });
		const groups = filledGroups(RECORDS);
		await spool.write(groups.slice(0, 1));
		const cursor = new SpoolCursor(spool.directory);
		const seen: number[] = [];
		const readAll = async () => {
			for (let read = await cursor.next(); read !== undefined; read = await cursor.next())
				if (read.group.entries > 0) seen.push(read.group.firstSeq);
		};
		await readAll();
		const original = SegmentReader.prototype.groupAt;
		vi.spyOn(SegmentReader.prototype, 'groupAt').mockImplementationOnce(async function (this: SegmentReader, offset) {
			const group = await original.call(this, offset);
			for (const one of groups.slice(1)) await spool.write([one]);
			return group;
		});
		await readAll();
		await cursor.close();
		await spool.close();
		expect((await readdir(spool.directory)).length).toBeGreaterThan(3);
		let next = 1;
		expect(seen).toEqual(
			groups.map(({ entries }) => {
				const first = next;
				next += entries;
				return first;
			}),
		);
	});
});
