import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { status } from '@grpc/grpc-js';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { logsRequestJson } from '../../src/export/otlp-json.ts';
import { type FilledGroup, GroupWriter } from '../../src/spool/group-writer.ts';
import { GrpcSink } from '../export/grpc-sink.ts';
import { type Answer, accept, HttpSink } from '../export/http-sink.ts';
import { filledGroups, inThread } from './in-thread.ts';
import { seqsIn } from './seqs-in.ts';

const EVENTS_OF_A_RECORD = 2;

interface RefusedLine {
	readonly seq: number;
	readonly reason: string;
	readonly request: unknown;
}

async function refusedOf(directory: string): Promise<RefusedLine[]> {
	const lines = (await readFile(join(directory, 'refused.ndjson'), 'utf8')).trimEnd().split('\n');
	return lines.map((line) => JSON.parse(line) as RefusedLine);
}

/** Accepts requests without these entries only. */
async function fussySink(bad: readonly number[], code: number) {
	const accepted: number[] = [];
	const answer: Answer = (response) => {
		const seqs = seqsIn(sink.received.at(-1)!.body);
		const isBad = seqs.some((seq) => bad.includes(seq));
		if (!isBad) accepted.push(...seqs);
		response.writeHead(isBad ? code : 200).end(isBad ? 'no' : undefined);
	};
	const sink = await HttpSink.start(Array.from({ length: 1_000 }, () => answer));
	onTestFinished(() => sink.close());
	return { sink, accepted, destination: { url: `${sink.origin}/v1/logs` } };
}

describe('a request that is refused for good', () => {
	it.each([400, 413, 422])('with %i costs the entry that is to blame, and no other', async (code) => {
		const { accepted, destination } = await fussySink([7, 30], code);
		const spool = await inThread({ destination });
		expect(await spool.write(filledGroups(40))).toBe(true);
		const good = Array.from({ length: 40 }, (_, index) => index + 1).filter((seq) => seq !== 7 && seq !== 30);
		expect(accepted).toEqual(good);
		const refused = await refusedOf(spool.directory);
		expect(refused.map(({ seq, reason }) => [seq, reason])).toEqual([
			[7, expect.stringContaining(String(code))],
			[30, expect.stringContaining(String(code))],
		]);
		expect(JSON.stringify(refused[0]!.request)).toContain('record-6');
		expect(spool.messages.filter(({ kind }) => kind === 'lost')).toEqual([
			{ kind: 'lost', reason: 'REJECTED', count: EVENTS_OF_A_RECORD },
			{ kind: 'lost', reason: 'REJECTED', count: EVENTS_OF_A_RECORD },
		]);
		expect(spool.messages.findLast(({ kind }) => kind === 'state')).toMatchObject({
			shippedSeq: 40,
			sendFailure: undefined,
		});
		await spool.close();
	});

	it('leaves the numbers of entries as they were: nobody sees a gap that is none', async () => {
		const { sink, destination } = await fussySink([3], 400);
		const spool = await inThread({ destination });
		await spool.write(filledGroups(8));
		await spool.close();
		const whole = JSON.stringify(logsRequestJson(sink.received[0]!.body));
		const part = JSON.stringify(logsRequestJson(sink.received.at(-1)!.body));
		const previous = /"audit\.producer_previous_seq","value":\{[^}]*\}/g;
		expect(whole.match(previous)!.slice(-EVENTS_OF_A_RECORD)).toEqual(part.match(previous)!.slice(-EVENTS_OF_A_RECORD));
	});

	it('is an outage when an endpoint refuses everything: no more than a few entries are put aside', async () => {
		const everything = Array.from({ length: 100 }, (_, index) => index + 1);
		const { destination } = await fussySink(everything, 400);
		const spool = await inThread({ destination });
		expect(await spool.write(filledGroups(100), 1_500)).toBe(false);
		expect(await refusedOf(spool.directory)).toHaveLength(8);
		expect(spool.messages.findLast(({ kind }) => kind === 'state')).toMatchObject({
			shippedSeq: 0,
			sendFailure: expect.any(String),
		});
		await spool.close(0);
	});

	it('is tried again for what may pass: wrong credentials, a path that is not there', async () => {
		const denied: Answer = (response) => void response.writeHead(401).end();
		const absent: Answer = (response) => void response.writeHead(404).end();
		const sink = await HttpSink.start([denied, absent, accept]);
		onTestFinished(() => sink.close());
		const spool = await inThread({ destination: { url: `${sink.origin}/v1/logs` } });
		expect(await spool.write(filledGroups(5))).toBe(true);
		expect(sink.received.map(({ body }) => seqsIn(body))).toEqual(Array.from({ length: 3 }, () => [1, 2, 3, 4, 5]));
		expect(spool.messages.filter(({ kind }) => kind === 'lost')).toEqual([]);
		await spool.close();
	});

	it('over gRPC is one with an argument that is invalid', async () => {
		const sink = await GrpcSink.start([status.INVALID_ARGUMENT, status.OK, status.INVALID_ARGUMENT]);
		onTestFinished(() => sink.close());
		const spool = await inThread({ destination: { url: sink.origin, protocol: 'grpc' } });
		expect(await spool.write(filledGroups(2))).toBe(true);
		expect(sink.received.map(({ body }) => seqsIn(body))).toEqual([[1, 2], [1], [2]]);
		expect((await refusedOf(spool.directory)).map(({ seq }) => seq)).toEqual([2]);
		await vi.waitFor(() =>
			expect(spool.messages).toContainEqual({ kind: 'lost', reason: 'REJECTED', count: EVENTS_OF_A_RECORD }),
		);
		await spool.close();
	});

	it('over gRPC is one that is longer than the receiver takes', { timeout: 20_000 }, async () => {
		const sink = await GrpcSink.start();
		onTestFinished(() => sink.close());
		const spool = await inThread({ destination: { url: sink.origin, protocol: 'grpc' } });
		const groups: FilledGroup[] = [];
		const writer = new GroupWriter({ onGroup: (group) => groups.push(group), onFirst() {}, onLost() {} });
		const name = 'pipeline.alpha.trace.trace.completed';
		const dimensions = Object.fromEntries(Array.from({ length: 80 }, (_, at) => [`key.${at}`, 'x'.repeat(60_000)]));
		writer.event(JSON.stringify({ name, detail: { recordId: 'long', dimensions } }));
		writer.event(JSON.stringify({ name, detail: { recordId: 'short' } }));
		writer.close();
		expect(await spool.write(groups)).toBe(true);
		expect(sink.received.map(({ body }) => seqsIn(body))).toEqual([[2]]);
		expect((await refusedOf(spool.directory)).map(({ seq }) => seq)).toEqual([1]);
		await spool.close();
	});
});
