import { readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fromLogRecord, type TelemetryEvent } from '@pipeline/telemetry-core/schema';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { logsRequestJson } from '../../src/export/otlp-json.ts';
import { type FilledGroup, GroupWriter } from '../../src/spool/group-writer.ts';
import { readSpool } from '../../src/spool/read-spool.ts';
import { listSegments } from '../../src/spool/spool-directory.ts';
import { telemetryEventOf } from '../../src/spool/telemetry-event.ts';
import { verifySpool } from '../../src/spool/verify-spool.ts';
import { type Answer, accept, HttpSink, unavailable } from '../export/http-sink.ts';
import { filledGroups, type InThread, inThread, temporaryFolder } from './in-thread.ts';

interface LogsRequest {
	readonly resourceLogs: readonly {
		readonly scopeLogs: readonly {
			readonly scope: { readonly name: string };
			readonly logRecords: readonly object[];
		}[];
	}[];
}

async function sinkOf(answers: Answer[] = []): Promise<{ sink: HttpSink; destination: { url: string } }> {
	const sink = await HttpSink.start(answers);
	onTestFinished(() => sink.close());
	return { sink, destination: { url: `${sink.origin}/v1/logs` } };
}

function arrived({ received }: HttpSink): TelemetryEvent[] {
	const requests = received.map(({ body }) => logsRequestJson(body) as LogsRequest);
	const scopes = requests.flatMap(({ resourceLogs }) => resourceLogs.flatMap(({ scopeLogs }) => scopeLogs));
	return scopes.flatMap(({ logRecords }) => logRecords.map((record) => fromLogRecord(record)));
}

async function eventsOf({ path }: InThread): Promise<TelemetryEvent[]> {
	const events: TelemetryEvent[] = [];
	for await (const spooled of readSpool(path)) events.push(telemetryEventOf(spooled));
	return events;
}

const byId = (a: TelemetryEvent, b: TelemetryEvent) => (a.eventId < b.eventId ? -1 : 1);
/** Where entries were sent from is on the wire only. */
const comparable = (events: readonly TelemetryEvent[]) =>
	events
		.map(({ dimensions, ...event }) => {
			const { 'audit.producer_previous_seq': _, ...others } = dimensions;
			return { ...event, dimensions: others };
		})
		.sort(byId as never);
const stateOf = ({ messages }: InThread) => messages.findLast(({ kind }) => kind === 'state');

describe('what is written', () => {
	it('can be read as events, audit entries and completions alike', async () => {
		const spool = await inThread();
		await spool.write(filledGroups(3));
		await spool.close();
		const events = await eventsOf(spool);
		expect(events.map(({ name, recordId }) => [name, recordId])).toEqual(
			['record-0', 'record-1', 'record-2'].flatMap((recordId) => [
				['pipeline.alpha.adapter.audit.record_ingested', recordId],
				['pipeline.alpha.trace.trace.completed', recordId],
			]),
		);
		expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(6);
		expect(events[0]!.dimensions).toMatchObject({ 'audit.producer_id': spool.producerId, 'audit.producer_seq': '1' });
	});

	it('is redacted before it reaches the disk', async () => {
		const spool = await inThread({}, { extraDetectors: [{ rule: 'own', pattern: 'secret-42' }] });
		await spool.write(filledGroups(2, {}, 'a secret-42 that is long'));
		await spool.close();
		const bytes = await Promise.all((await listSegments(spool.directory)).map(({ path }) => readBytes(path)));
		expect(bytes.join('')).not.toContain('secret-42');
		expect(bytes.join('')).toContain('a *** that is long');
		expect((await verifySpool(spool.path))[0]?.isIntact).toBe(true);
	});
});

const readBytes = async (path: string): Promise<string> => (await import('node:fs')).readFileSync(path, 'latin1');

describe('what is sent', () => {
	it('is what is in the spool, in order, with the numbers of its entries', async () => {
		const { sink, destination } = await sinkOf();
		const spool = await inThread({ destination, segmentBytes: 8_192 });
		expect(await spool.write(filledGroups(300))).toBe(true);
		const events = arrived(sink);
		expect(comparable(events)).toEqual(comparable(await eventsOf(spool)));
		const numbers = events.map(({ dimensions }) => Number(dimensions['audit.producer_seq']));
		expect(numbers).toEqual(Array.from({ length: 600 }, (_, index) => 1 + Math.floor(index / 2)));
		expect(stateOf(spool)).toMatchObject({ shippedSeq: 300, sendFailure: undefined });
		await spool.close();
	});

	it('arrives though the endpoint was away', async () => {
		const { sink, destination } = await sinkOf([...Array.from({ length: 7 }, () => unavailable), accept]);
		const spool = await inThread({ destination });
		expect(await spool.write(filledGroups(5), 30_000)).toBe(true);
		expect(arrived(sink).length % 10).toBe(0);
		expect(spool.messages).toContainEqual(expect.objectContaining({ kind: 'state', sendFailure: expect.any(String) }));
		expect(stateOf(spool)).toMatchObject({ shippedSeq: 5, sendFailure: undefined });
		await spool.close();
	});

	it('goes on where the process before it stopped, with the same ids', async () => {
		const { destination } = await sinkOf(Array.from({ length: 1_000 }, () => unavailable));
		const first = await inThread({ destination });
		expect(await first.write(filledGroups(20), 50)).toBe(false);
		await vi.waitFor(async () => expect(await eventsOf(first)).toHaveLength(40));
		const events = await eventsOf(first);
		await first.close(0);
		await rm(join(first.directory, 'owner.json'));
		const { sink, destination: up } = await sinkOf();
		const second = await inThread({ spool: first.path, destination: up });
		await vi.waitFor(() => expect(arrived(sink)).toHaveLength(40), 10_000);
		expect(comparable(arrived(sink))).toEqual(comparable(events));
		await second.close();
	});

	it('leaves to its owner what another process still writes', async () => {
		const { sink, destination } = await sinkOf();
		const path = await temporaryFolder();
		const first = await inThread({ spool: path });
		await first.write(filledGroups(3));
		const second = await inThread({ spool: path, destination });
		await second.write(filledGroups(1));
		expect(arrived(sink).every(({ dimensions }) => dimensions['audit.producer_id'] === second.producerId)).toBe(true);
		await first.close();
		await second.close();
	});

	it('arrives whatever stands beside it in the file', async () => {
		const { sink, destination } = await sinkOf();
		const spool = await inThread({ destination });
		const groups: FilledGroup[] = [];
		const writer = new GroupWriter({ onGroup: (group) => groups.push(group), onFirst() {}, onLost() {} });
		const name = 'pipeline.alpha.trace.trace.completed';
		const odd = [null, { a: { toString: 1 } }, [{}], 'text', 1].flatMap((value) => [
			{ dimensions: { odd: value } },
			{ dimensions: value },
			{ recordId: value, batchId: value, timestampMs: value, severity: value, context: value, durationMs: value },
			{ context: { traceId: value, spanId: value, parentSpanId: value, traceFlags: value } },
		]);
		for (const detail of odd) writer.event(JSON.stringify({ name, detail }));
		writer.event(JSON.stringify({ name, detail: { recordId: 'sound', timestampMs: 1 } }));
		writer.close();
		expect(await spool.write(groups)).toBe(true);
		expect(arrived(sink).map(({ recordId }) => recordId)).toContain('sound');
		expect(arrived(sink)).toHaveLength(odd.length + 1);
		await spool.close();
	});

	it('counts what the endpoint refuses for good', async () => {
		const refusing: Answer = (response) => {
			response.writeHead(200, { 'content-type': 'application/x-protobuf' });
			// partial_success { rejected_log_records: 3 }
			response.end(Buffer.from('0a020803', 'hex'));
		};
		const { destination } = await sinkOf([refusing]);
		const spool = await inThread({ destination });
		await spool.write(filledGroups(3));
		expect(spool.messages).toContainEqual({ kind: 'lost', reason: 'REJECTED', count: 3 });
		await spool.close();
	});
});

describe('room', () => {
	it('is made by the oldest segments, where nothing is sent', async () => {
		const spool = await inThread({ segmentBytes: 8_192, maxBytes: 40_000 });
		for (const group of filledGroups(2_000)) expect(await spool.write([group])).toBe(true);
		const segments = await listSegments(spool.directory);
		expect(segments[0]!.number).toBeGreaterThan(1);
		await spool.close();
		const [report] = await verifySpool(spool.path);
		expect(report).toMatchObject({ isIntact: true, lastSeq: 2_000 });
		expect(report!.firstSeq).toBeGreaterThan(1);
	});

	it('is not made by what has to stay', async () => {
		const spool = await inThread({ segmentBytes: 8_192, maxBytes: 20_000, retainMs: 60_000 });
		for (const group of filledGroups(1_000)) await spool.write([group], 20);
		expect(stateOf(spool)).toMatchObject({ writeFailure: expect.stringContaining('full size of 20000 bytes') });
		expect((await listSegments(spool.directory))[0]!.number).toBe(1);
		await spool.close(0);
	});

	it('is not made by what nobody has accepted: the spool says that it is full, and waits', async () => {
		const { destination } = await sinkOf(Array.from({ length: 10_000 }, () => unavailable));
		const spool = await inThread({ segmentBytes: 8_192, maxBytes: 20_000, destination });
		for (const group of filledGroups(1_000)) await spool.write([group], 20);
		expect(stateOf(spool)).toMatchObject({ writeFailure: expect.stringContaining('full size of 20000 bytes') });
		expect((await listSegments(spool.directory))[0]!.number).toBe(1);
		await spool.close(0);
	});

	it('is made only below the watermark, where a store publishes one', async () => {
		let durableSeq = 0;
		let asked = 0;
		const store = createServer(({ headers }, response) => {
			if (headers.authorization !== 'Bearer spool') return response.writeHead(401).end();
			asked++;
			response.end(JSON.stringify({ durableSeq }));
		});
		await new Promise<void>((listening) => store.listen(0, '127.0.0.1', listening));
		onTestFinished(() => void store.close());
		const { destination } = await sinkOf();
		const url = `http://127.0.0.1:${(store.address() as AddressInfo).port}/{producer}`;
		const watermark = { url, headers: { authorization: 'Bearer spool' } };
		const spool = await inThread({ segmentBytes: 8_192, destination, watermark });
		for (const group of filledGroups(600)) await spool.write([group]);
		const before = (await listSegments(spool.directory)).length;
		expect(before).toBeGreaterThan(4);
		await vi.waitFor(() => expect(asked).toBeGreaterThan(3));
		expect(await listSegments(spool.directory)).toHaveLength(before);
		durableSeq = 600;
		await vi.waitFor(async () => expect(await listSegments(spool.directory)).toHaveLength(1));
		await spool.close();
		expect((await verifySpool(spool.path))[0]).toMatchObject({ isIntact: true, lastSeq: 600 });
	});
});

describe('room that others take', () => {
	it('is looked at again: they may have gone', async () => {
		const path = await temporaryFolder();
		const other = await inThread({ spool: path });
		await other.write(filledGroups(400));
		const spool = await inThread({ spool: path, maxBytes: 40_000 });
		const groups = filledGroups(10);
		const written = spool.write(groups, 20_000);
		await vi.waitFor(() =>
			expect(stateOf(spool)).toMatchObject({ writeFailure: expect.stringContaining('full size') }),
		);
		await other.close();
		await rm(other.directory, { recursive: true });
		expect(await written).toBe(true);
		await spool.close();
	});

	it('is not that of the one segment that is being written', async () => {
		const spool = await inThread({ maxBytes: 40_000 });
		for (const group of filledGroups(1_000)) expect(await spool.write([group])).toBe(true);
		expect((await listSegments(spool.directory))[0]!.number).toBeGreaterThan(1);
		await spool.close();
	});

	it('is free when a store has for good what a process before this one wrote', async () => {
		const path = await temporaryFolder();
		const gone = await inThread({ spool: path });
		await gone.write(filledGroups(400));
		await gone.close();
		await rm(join(gone.directory, 'owner.json'));
		const store = createServer(({ url }, response) => {
			response.end(JSON.stringify({ durableSeq: url === `/${gone.producerId}` ? 400 : 0 }));
		});
		await new Promise<void>((listening) => store.listen(0, '127.0.0.1', listening));
		onTestFinished(() => void store.close());
		const { destination } = await sinkOf();
		const watermark = { url: `http://127.0.0.1:${(store.address() as AddressInfo).port}/{producer}` };
		const spool = await inThread({ spool: path, destination, watermark });
		await vi.waitFor(async () => expect(await readdir(path)).toEqual([spool.producerId]));
		await spool.close();
	});
});

describe('a disk that does not take it', () => {
	it('is tried again: nothing is lost, and nothing is written twice', async () => {
		const path = await temporaryFolder();
		const producerId = '01890a5d-ac96-774b-bcce-b302099a8057';
		// A file where the directory has to be.
		await writeFile(join(path, producerId), '');
		const spool = await inThread({ spool: path, producerId });
		const written = spool.write(filledGroups(10), 20_000);
		await vi.waitFor(() => expect(stateOf(spool)).toMatchObject({ writeFailure: expect.any(String) }));
		await rm(join(path, producerId));
		expect(await written).toBe(true);
		expect(stateOf(spool)).toMatchObject({ writeFailure: undefined });
		await spool.close();
		expect((await verifySpool(path))[0]).toMatchObject({ isIntact: true, entries: 10, lastSeq: 10 });
	});

	it('does not keep a process from ending', async () => {
		const path = await temporaryFolder();
		const producerId = '01890a5d-ac96-774b-bcce-b302099a8058';
		await writeFile(join(path, producerId), '');
		const spool = await inThread({ spool: path, producerId });
		expect(await spool.write(filledGroups(10), 100)).toBe(false);
		expect(await spool.close(100)).toBe(false);
	});
});

describe('a spool', () => {
	it('is for its owner only', async () => {
		const spool = await inThread();
		await spool.write(filledGroups(1));
		await spool.close();
		const { statSync } = await import('node:fs');
		expect(statSync(spool.directory).mode & 0o777).toBe(0o700);
		for (const name of await readdir(spool.directory))
			expect(statSync(join(spool.directory, name)).mode & 0o777, name).toBe(0o600);
	});
});
