import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { context, logs, metrics, propagation, trace } from '@opentelemetry/api';
import { ENTRY_STAGE, StageStatus, telemetry } from '@pipeline/telemetry-core';
import { event, metric, span } from '@pipeline/telemetry-core/alpha';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { TelemetryProvider } from '../../src/provider/telemetry-provider.ts';
import { readSpool } from '../../src/spool/read-spool.ts';
import {
	type Answer,
	breakOff,
	closeEarly,
	drip,
	fail,
	garbage,
	HttpSink,
	hang,
	huge,
	nonsense,
	refuse,
} from '../export/http-sink.ts';

const RECORDS = 2_000;
const TIMEOUT_MS = 400;
/** Other tests use the processor, too. */
const LATE_MS = 1_500;
/** All queues together, and what the process needs anyway. */
const MAX_MB = 200;

afterEach(() => {
	for (const api of [context, logs, metrics, propagation, trace]) api.disable();
});

async function answering(answer: Answer): Promise<string> {
	const sink = await HttpSink.start(Array.from({ length: 10_000 }, () => answer));
	onTestFinished(() => sink.close());
	return sink.origin;
}

/** A server that speaks no HTTP. */
async function listening(onConnection: (socket: Socket) => void): Promise<string> {
	const sockets = new Set<Socket>();
	const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
		sockets.add(socket);
		socket.on('error', () => {});
		onConnection(socket);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	onTestFinished(() => {
		for (const socket of sockets) socket.destroy();
		server.close();
	});
	return `http://127.0.0.1:${(server.address() as { port: number }).port}`;
}

const ENDPOINTS: readonly (readonly [string, () => Promise<string>])[] = [
	['is not there', async () => 'http://127.0.0.1:1'],
	['does not answer', () => answering(hang)],
	['does not read', () => listening((socket) => socket.pause())],
	['closes its half of the connection', () => listening((socket) => socket.resume().end())],
	['resets connections', () => listening((socket) => socket.resetAndDestroy())],
	['hangs up', () => answering(closeEarly)],
	['breaks off its answers', () => answering(breakOff)],
	['answers without end', () => answering(drip)],
	['answers 500', () => answering(fail)],
	['answers 400', () => answering(refuse)],
	['speaks no HTTP', () => answering(garbage)],
	['answers nonsense', () => answering(nonsense)],
	['answers with 16 MB', () => answering(huge)],
];

/** Records, library spans, events and metrics. @returns the longest that one of them took, in ms */
function work(): number {
	let longest = 0;
	for (let number = 0; number < RECORDS; number++) {
		const begunMs = performance.now();
		const { tracer } = telemetry;
		const journal = tracer.begin(span['alpha.record.ingest'], {});
		tracer.lap(journal, span['alpha.parser.parse'], ENTRY_STAGE, StageStatus.UNSET);
		tracer.exit(journal, ENTRY_STAGE, StageStatus.UNSET);
		tracer.finish(journal, ENTRY_STAGE, 'DELIVERED', event['pipeline.alpha.trace.trace.completed']);
		telemetry.events.emit(event['pipeline.alpha.config.log.changed'], {});
		telemetry.metrics.bind(metric['pipeline.alpha.adapter.counter.records_fetched_total'], {}).add(1);
		if (number % 100 === 0) trace.getTracer('library').startSpan('work').end();
		longest = Math.max(longest, performance.now() - begunMs);
	}
	return longest;
}

async function millisecondsOf(call: () => Promise<unknown>): Promise<number> {
	const begunMs = performance.now();
	await call();
	return performance.now() - begunMs;
}

describe.each(ENDPOINTS)('an endpoint that %s', (_, start) => {
	it('costs records neither time nor memory, and audit nothing; flush and shutdown keep to their time', async () => {
		vi.spyOn(console, 'error').mockImplementation(() => {});
		const folder = mkdtempSync(join(tmpdir(), 'outage-'));
		onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
		const provider = new TelemetryProvider({
			profile: 'staging',
			ratio: 1,
			env: {},
			audit: { path: folder },
			otlp: { endpoint: await start(), timeoutMs: TIMEOUT_MS },
			queue: { flushMs: 50 },
		});
		expect(await provider.start()).toBe(true);
		const before = process.memoryUsage().rss;
		for (let round = 0; round < 3; round++) {
			expect(work()).toBeLessThan(LATE_MS);
			expect(await millisecondsOf(() => provider.forceFlush(TIMEOUT_MS))).toBeLessThan(TIMEOUT_MS + LATE_MS);
		}
		expect((process.memoryUsage().rss - before) / 1_048_576).toBeLessThan(MAX_MB);
		const { appended } = provider.audit!;
		await vi.waitFor(() => expect(provider.audit!.durable).toBe(appended), 10_000);
		expect(await millisecondsOf(() => provider.shutdown(TIMEOUT_MS))).toBeLessThan(TIMEOUT_MS + LATE_MS);
		const entries = new Set<number>();
		for await (const { seq } of readSpool(folder)) entries.add(seq);
		expect(appended).toBeGreaterThanOrEqual(3 * RECORDS);
		expect(entries.size).toBe(appended);
	});
});
