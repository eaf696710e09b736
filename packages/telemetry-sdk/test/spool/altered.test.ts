import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createRedaction } from '../../src/redaction/redaction.ts';
import { GROUP_HEADER_BYTES, SEGMENT_HEADER_BYTES, segmentName } from '../../src/spool/format.ts';
import { SegmentReader } from '../../src/spool/segment-reader.ts';
import { SpoolShipper } from '../../src/spool/spool-shipper.ts';
import { HttpSink } from '../export/http-sink.ts';
import { filledGroups, type InThread, inThread } from './in-thread.ts';
import { seqsIn } from './seqs-in.ts';

const GROUPS = 3;
const SEGMENT = segmentName(1);

/** A spool of three groups with a record each, and where they begin. */
async function threeRecords(): Promise<{ spool: InThread; offsets: number[] }> {
	const spool = await inThread();
	for (let group = 0; group < GROUPS; group++) await spool.write(filledGroups(1));
	await spool.close();
	const reader = await SegmentReader.open(join(spool.directory, SEGMENT));
	const offsets: number[] = [];
	for await (const { offset, entries } of reader.groups(SEGMENT_HEADER_BYTES)) if (entries > 0) offsets.push(offset);
	await reader.close();
	return { spool, offsets };
}

async function ship({ directory, producerId }: InThread): Promise<{ seqs: number[]; lost: unknown[]; seq: number }> {
	const sink = await HttpSink.start([]);
	const lost: unknown[] = [];
	let shipped = -1;
	const shipper = new SpoolShipper({
		directory,
		producerId,
		destination: { url: `${sink.origin}/v1/logs` },
		resource: { attributes: {} },
		redaction: createRedaction(),
		durableSeq: () => Number.POSITIVE_INFINITY,
		onShipped: ({ seq }) => {
			shipped = seq;
		},
		onFailure: () => {},
		onLost: (...loss) => lost.push(loss),
	});
	onTestFinished(() => sink.close());
	await shipper.kick();
	await shipper.stop();
	return { seqs: sink.received.flatMap(({ body }) => seqsIn(body)), lost, seq: shipped };
}

// A byte of an entry, of how many entries there are, and of the number of the first of them.
it.each([
	['an entry', GROUP_HEADER_BYTES + 40],
	['how many entries it counts', 8],
	['the number of its first entry', 19],
])('a group of which somebody has changed %s is not sent, is counted, and is kept as it stands', async (_, at) => {
	const { spool, offsets } = await threeRecords();
	const path = join(spool.directory, SEGMENT);
	const bytes = await readFile(path);
	bytes[offsets[1]! + at]! ^= 0x41;
	await writeFile(path, bytes);
	expect(await ship(spool)).toEqual({ seqs: [1, 3], lost: [['UNREADABLE', 1]], seq: 3 });
	const [altered] = (await readdir(spool.directory)).filter((name) => name.startsWith('altered-'));
	expect(altered).toBe(`altered-${SEGMENT}-${offsets[1]}`);
	expect(await readFile(join(spool.directory, altered!))).toEqual(bytes.subarray(offsets[1], offsets[2]));
});

it('groups that nobody has changed are sent', async () => {
	const { spool, offsets } = await threeRecords();
	expect(offsets).toHaveLength(GROUPS);
	expect(await ship(spool)).toEqual({ seqs: [1, 2, 3], lost: [], seq: 3 });
});
