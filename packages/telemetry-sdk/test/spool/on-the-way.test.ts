import { readFile, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createRedaction } from '../../src/redaction/redaction.ts';
import { type FilledGroup, GroupWriter } from '../../src/spool/group-writer.ts';
import { readShipped } from '../../src/spool/shipped-file.ts';
import { SpoolShipper } from '../../src/spool/spool-shipper.ts';
import { type Answer, HttpSink } from '../export/http-sink.ts';
import { type InThread, inThread } from './in-thread.ts';
import { seqsIn } from './seqs-in.ts';

const name = 'pipeline.alpha.trace.trace.completed';
const dimensions = Object.fromEntries(Array.from({ length: 18 }, (_, at) => [`key.${at}`, 'x'.repeat(60_000)]));

/** Events of which each fills a request. */
function longEvents(count: number): FilledGroup[] {
	return Array.from({ length: count }, (_, index) => {
		const groups: FilledGroup[] = [];
		const writer = new GroupWriter({ onGroup: (group) => groups.push(group), onFirst() {}, onLost() {} });
		writer.event(JSON.stringify({ name, detail: { recordId: `record-${index}`, dimensions } }));
		writer.close();
		return groups;
	}).flat();
}

interface Shipping {
	readonly spool: InThread;
	readonly shipper: SpoolShipper;
	/** Entries of each request. */
	readonly requests: () => number[][];
	/** Answers to them that are still to be given. */
	readonly held: Map<number, ServerResponse>;
	/** How many of them there were with each that came. */
	readonly together: readonly number[];
	readonly answer: (seq: number, status: number) => void;
	readonly noted: () => Promise<number>;
	/** Numbers of entries as they were noted. */
	readonly shipped: number[];
	readonly failures: (string | undefined)[];
	readonly lost: [reason: string, count: number][];
}

interface ShippingOptions {
	readonly entries: number;
	readonly spool?: InThread;
	/** Whether answers wait until they are asked for. @default true */
	readonly isHeld?: boolean;
	readonly timeoutMs?: number;
	readonly noteEveryMs?: number;
}

/** A spool with so many long entries, and who sends them. */
async function shipping({
	entries,
	isHeld = true,
	timeoutMs,
	noteEveryMs = 0,
	...options
}: ShippingOptions): Promise<Shipping> {
	const held = new Map<number, ServerResponse>();
	const together: number[] = [];
	const answers = Array.from({ length: 100 }, (_, request): Answer => {
		return (response) => {
			if (!isHeld) return void response.end();
			const [seq = 0] = seqsIn(sink.received[request]!.body);
			held.set(seq, response);
			together.push(held.size);
			// Whoever has waited long enough goes.
			response.on('close', () => held.get(seq) === response && held.delete(seq));
		};
	});
	const sink = await HttpSink.start(answers);
	const spool = options.spool ?? (await inThread({ segmentBytes: 1_000_000 }));
	const write = (groups: readonly FilledGroup[]) => spool.write(groups);
	for (const group of options.spool === undefined ? longEvents(entries) : []) await write([group]);
	const shipped: number[] = [];
	const failures: (string | undefined)[] = [];
	const lost: [string, number][] = [];
	const shipper = new SpoolShipper({
		directory: spool.directory,
		producerId: spool.producerId,
		destination: { url: `${sink.origin}/v1/logs`, ...(timeoutMs === undefined ? {} : { timeoutMs }) },
		resource: { attributes: {} },
		redaction: createRedaction(),
		noteEveryMs,
		durableSeq: () => entries,
		onShipped: ({ seq }) => shipped.push(seq),
		onFailure: (message) => failures.push(message),
		onLost: (reason, count) => lost.push([reason, count]),
	});
	onTestFinished(async () => {
		await shipper.stop();
		await sink.close();
		await spool.close();
	});
	return {
		...{ spool, shipper, held, together, shipped, failures, lost },
		requests: () => sink.received.map(({ body }) => seqsIn(body)),
		answer: (seq, status) => {
			held.get(seq)?.writeHead(status).end();
			held.delete(seq);
		},
		noted: async () => (await readShipped(spool.directory)).seq,
	};
}

const heldAre = (held: Shipping['held'], seqs: readonly number[]) =>
	vi.waitFor(() => expect([...held.keys()].toSorted()).toEqual(seqs), 10_000);

describe('requests on their way', () => {
	it('are two at the most, and are noted in their order, whichever is accepted first', async () => {
		const { shipper, requests, held, answer, shipped } = await shipping({ entries: 5 });
		const sent = shipper.kick();
		await heldAre(held, [1, 2]);
		answer(2, 200);
		answer(1, 200);
		await heldAre(held, [3, 4]);
		expect(shipped.slice(0, 1)).toEqual([1]);
		answer(3, 200);
		await heldAre(held, [4, 5]);
		answer(4, 200);
		answer(5, 200);
		await sent;
		expect(requests()).toEqual([[1], [2], [3], [4], [5]]);
		expect(shipped).toEqual([1, 2, 3, 4, 5]);
	});

	it('are noted once for all that somebody waits for', async () => {
		const { shipper, noted, shipped } = await shipping({ entries: 5, isHeld: false, noteEveryMs: 3_600_000 });
		expect(await shipper.flush(10_000)).toBe(true);
		expect([await noted(), shipped]).toEqual([5, [1, 5]]);
	});

	it('are sent again by who comes next when the first of them was not accepted', async () => {
		const first = await shipping({ entries: 3 });
		void first.shipper.kick();
		await heldAre(first.held, [1, 2]);
		first.answer(2, 200);
		await first.shipper.stop();
		expect(await first.noted()).toBe(0);
		const second = await shipping({ entries: 3, spool: first.spool, isHeld: false });
		await second.shipper.kick();
		expect(second.requests()).toEqual([[1], [2], [3]]);
		expect(await second.noted()).toBe(3);
	});

	it('do not wait for one in front of them that is refused: it is put aside, and they count', async () => {
		const { spool, shipper, requests, held, answer, noted, lost } = await shipping({ entries: 2 });
		const sent = shipper.kick();
		await heldAre(held, [1, 2]);
		answer(2, 200);
		answer(1, 400);
		await sent;
		expect(requests()).toEqual([[1], [2]]);
		expect([await noted(), lost]).toEqual([2, [['REJECTED', 1]]]);
		expect(JSON.parse(await readFile(join(spool.directory, 'refused.ndjson'), 'utf8'))).toMatchObject({ seq: 1 });
	});

	it('are put aside when they are refused a second time, with nothing in front of them', async () => {
		const { shipper, requests, held, answer, noted, lost } = await shipping({ entries: 2 });
		const sent = shipper.kick();
		await heldAre(held, [1, 2]);
		answer(2, 400);
		answer(1, 200);
		await heldAre(held, [2]);
		expect([await noted(), lost]).toEqual([1, []]);
		answer(2, 400);
		await sent;
		expect(requests()).toEqual([[1], [2], [2]]);
		expect([await noted(), lost]).toEqual([2, [['REJECTED', 1]]]);
	});

	it('go one by one after a failure, until eight were accepted', async () => {
		const { shipper, requests, held, answer, noted, failures, together } = await shipping({ entries: 11 });
		const sent = shipper.kick();
		await heldAre(held, [1, 2]);
		answer(2, 500);
		answer(1, 500);
		const oneByOne = [1, 2, 3, 4, 5, 6, 7, 8, 9];
		for (const seq of oneByOne) {
			await heldAre(held, [seq]);
			answer(seq, 200);
		}
		await heldAre(held, [10, 11]);
		answer(10, 200);
		answer(11, 200);
		await sent;
		expect(requests().flat()).toEqual([1, 2, ...oneByOne, 10, 11]);
		expect(together).toEqual([1, 2, ...oneByOne.map(() => 1), 1, 2]);
		expect([await noted(), failures[0], failures.at(-1)]).toEqual([11, expect.any(String), undefined]);
	});

	it('that get no answer are tried again, and none behind them that was accepted', async () => {
		const { shipper, requests, held, answer, noted } = await shipping({ entries: 2, timeoutMs: 1_000 });
		const sent = shipper.kick();
		await heldAre(held, [1, 2]);
		answer(2, 200);
		await heldAre(held, []);
		await heldAre(held, [1]);
		answer(1, 200);
		await sent;
		expect(requests()).toEqual([[1], [2], [1]]);
		expect(await noted()).toBe(2);
	});

	it('are noted before what cannot be read is told', async () => {
		const { spool, shipper, requests, held, answer, noted, failures } = await shipping({ entries: 3 });
		await writeFile(join(spool.directory, 'segment-00000002.spool'), 'no segment');
		void shipper.kick();
		await heldAre(held, [1]);
		answer(1, 200);
		await vi.waitFor(() => expect(failures.at(-1)).toContain('cannot be read'), 10_000);
		expect(requests()).toEqual([[1]]);
		expect(await noted()).toBe(1);
	});
});
