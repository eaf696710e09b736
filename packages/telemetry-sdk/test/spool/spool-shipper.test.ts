import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createRedaction } from '../../src/redaction/redaction.ts';
import { GROUP_HEADER_BYTES, SEGMENT_HEADER_BYTES } from '../../src/spool/format.ts';
import { sealGroup } from '../../src/spool/group-chain.ts';
import { RecentGroups } from '../../src/spool/recent-groups.ts';
import { SpoolCursor, type SpoolPosition } from '../../src/spool/spool-cursor.ts';
import { SpoolShipper } from '../../src/spool/spool-shipper.ts';
import { HttpSink } from '../export/http-sink.ts';
import { filledGroups, type InThread, inThread } from './in-thread.ts';

const SEGMENT = 1;

function sealed(entries: number, bytes = GROUP_HEADER_BYTES): Uint8Array {
	const group = new Uint8Array(bytes);
	sealGroup(group, entries, { seq: 0, hash: Buffer.alloc(32) }, 0);
	return group;
}

describe('groups that were written last', () => {
	it('are there once, at their places', () => {
		const recent = new RecentGroups();
		for (const [segment, offset] of [
			[1, 64],
			[1, 160],
			[2, 64],
		] as const)
			recent.add(segment, offset, sealed(offset));
		expect(recent.take(1, 0)).toBeUndefined();
		expect(recent.take(1, 64)).toMatchObject({ offset: 64, entries: 64, bytes: GROUP_HEADER_BYTES, isIntact: true });
		expect(recent.take(1, 64)).toBeUndefined();
		// Whoever is there has been beyond what stands before it.
		expect(recent.take(2, 64)).toMatchObject({ offset: 64, entries: 64 });
		expect(recent.take(1, 160)).toBeUndefined();
	});

	it('are copies', () => {
		const recent = new RecentGroups();
		const group = sealed(1);
		recent.add(1, 64, group);
		group.fill(0);
		expect(recent.take(1, 64)?.entries).toBe(1);
	});

	it('stay when there is no room for others', () => {
		const recent = new RecentGroups(2 * GROUP_HEADER_BYTES);
		for (const offset of [64, 160, 256]) recent.add(1, offset, sealed(1));
		expect(recent.take(1, 64)).toBeDefined();
		recent.add(1, 352, sealed(1));
		expect([160, 256, 352].map((offset) => recent.take(1, offset)?.offset)).toEqual([160, undefined, 352]);
		recent.add(1, 448, sealed(1, 2 * GROUP_HEADER_BYTES + 4));
		expect(recent.take(1, 448)).toBeUndefined();
	});

	it('are not read from disk', async () => {
		const spool = await inThread();
		await spool.write(filledGroups(20));
		const stored = await (await groupsOf(spool)).next();
		const recent = new RecentGroups();
		recent.add(SEGMENT, SEGMENT_HEADER_BYTES, sealed(7));
		const cursor = new SpoolCursor(spool.directory, undefined, recent);
		onTestFinished(() => cursor.close());
		expect((await cursor.next())?.group).toMatchObject({ entries: 7, bytes: GROUP_HEADER_BYTES });
		expect((await (await groupsOf(spool, new RecentGroups())).next())?.group).toEqual(stored?.group);
		await spool.close();
	});
});

async function groupsOf({ directory }: InThread, recent?: RecentGroups): Promise<SpoolCursor> {
	const cursor = new SpoolCursor(directory, undefined, recent);
	onTestFinished(() => cursor.close());
	return cursor;
}

describe('how far entries were accepted', () => {
	it('is noted when someone waits for it, else from time to time', async () => {
		const sink = await HttpSink.start([]);
		const spool = await inThread();
		const shipped: SpoolPosition[] = [];
		let durable = 0;
		const shipper = new SpoolShipper({
			directory: spool.directory,
			producerId: spool.producerId,
			destination: { url: `${sink.origin}/v1/logs` },
			resource: { attributes: {} },
			redaction: createRedaction(),
			noteEveryMs: 3_600_000,
			durableSeq: () => durable,
			onShipped: (position) => shipped.push(position),
			onFailure: () => {},
			onLost: () => {},
		});
		onTestFinished(async () => {
			await shipper.stop();
			await sink.close();
			await spool.close();
		});
		const ship = async (seq: number) => {
			await spool.write(filledGroups(1));
			durable = seq;
			await shipper.kick();
		};
		const noted = async () =>
			(JSON.parse(await readFile(join(spool.directory, 'shipped.json'), 'utf8')) as SpoolPosition).seq;
		await ship(1);
		expect([sink.received.length, await noted()]).toEqual([1, 1]);
		await ship(2);
		await ship(3);
		expect([sink.received.length, await noted()]).toEqual([3, 1]);
		expect(await shipper.flush(10_000)).toBe(true);
		expect([sink.received.length, await noted()]).toEqual([3, 3]);
		expect(shipped.map(({ seq }) => seq)).toEqual([1, 3]);
	});
});
