import { setTimeout as sleep } from 'node:timers/promises';
import type { DataPoint } from '@opentelemetry/sdk-metrics';
import { openTelemetry } from '@pipeline/telemetry-core';
import { BoundMetrics, createMetricProducer, TelemetryProvider } from '@pipeline/telemetry-sdk';
import { instrumentModules } from '../../telemetry/instrument-modules.ts';
import { heldMemory } from '../held-memory.ts';
import { pipelineSubject } from '../pipeline-subject.ts';
import type { SubjectMessage, SubjectReport } from './soak-protocol.ts';

// The process under test: all modules at a steady rate, with telemetry as in production, until it is told to stop.

const [, , endpoint = '', path = ''] = process.argv;
const BATCH = 50;
const BATCH_EVERY_MS = 500;
/** Modules remember what they have seen: with new ones, what grows is telemetry's. */
const RENEW_EVERY = 500;
const FLUSH_EVERY_MS = 7_000;
const FLUSH_MS = 1_000;
/** Timers of a machine that does something else, too, are late. */
const FLUSH_GRACE_MS = 1_000;
const LAST_FLUSH_MS = 120_000;
const SAMPLED = 1;
const EXPORTED = 'pipeline.telemetry.exporter.counter.items_exported_total';
const DROPPED = 'pipeline.telemetry.events.counter.events_dropped_total';

const say = (message: SubjectMessage, onSaid?: () => void) => process.send?.(message, onSaid ?? (() => {}));

let keptSpans = 0;
let metrics = new BoundMetrics();
const provider = new TelemetryProvider({
	profile: 'prod',
	env: {},
	audit: { path },
	otlp: { endpoint, metrics: { protocol: 'http/json' } },
	instrumentations: await instrumentModules(),
	spanSinks: [
		{
			send({ spans }) {
				keptSpans += spans;
			},
		},
	],
	spanProcessors: [
		{
			onStart() {},
			onEnd(span) {
				if ((span.spanContext().traceFlags & SAMPLED) !== 0) keptSpans++;
			},
			forceFlush: async () => {},
			shutdown: async () => {},
		},
	],
	metricReaders(bound) {
		metrics = bound;
		return [];
	},
});
if (!(await provider.start())) throw new Error('telemetry could not be switched on');

const nothing = async () => {};
const newPipeline = () => pipelineSubject({ start() {}, stop() {}, flush: nothing, verify: nothing, close: nothing });
let pipeline = await newPipeline();
let isStopped = false;
let isFlushedInTime = true;
process.on('message', () => {
	isStopped = true;
});
process.on('disconnect', () => process.exit(1));
/** The flush that is under way; while memory is measured nothing else goes on, and a flush would be late for no fault of its own. */
let flushing: Promise<void> | undefined;
let isSampling = false;
const timer = setInterval(() => {
	if (!isSampling) flushing = flush();
}, FLUSH_EVERY_MS);

const batchMs: number[] = [];
let records = 0;
while (!isStopped) {
	const begunMs = performance.now();
	await pipeline.run(BATCH);
	batchMs.push(performance.now() - begunMs);
	await pipeline.verify(BATCH);
	pipeline.takeLatenciesMs?.();
	records += BATCH;
	if (records % RENEW_EVERY === 0) {
		await pipeline.close?.();
		pipeline = await newPipeline();
		await sample();
	}
	await sleep(Math.max(0, BATCH_EVERY_MS - (performance.now() - begunMs)));
}
clearInterval(timer);
await pipeline.close?.();
const deadline = performance.now() + LAST_FLUSH_MS;
while (!(await provider.forceFlush()) && performance.now() < deadline) await sleep(100);
const auditEntries = provider.audit?.appended ?? 0;
const counts = await telemetryCounts();
await provider.shutdown(LAST_FLUSH_MS);
batchMs.sort((a, b) => a - b);
const report: SubjectReport = {
	records,
	longestBatchMs: batchMs.at(-1) ?? 0,
	medianBatchMs: batchMs[batchMs.length >> 1] ?? 0,
	keptSpans,
	auditEntries,
	isFlushedInTime,
	peakResidentMb: process.resourceUsage().maxRSS / 1_024,
	...counts,
};
say({ kind: 'report', ...report }, () => process.exit(0));

async function sample(): Promise<void> {
	await flushing;
	isSampling = true;
	say({ kind: 'sample', ...(await heldMemory()), seconds: performance.now() / 1_000 });
	isSampling = false;
}

async function flush(): Promise<void> {
	const begunMs = performance.now();
	await provider.forceFlush(FLUSH_MS);
	isFlushedInTime &&= performance.now() - begunMs < FLUSH_MS + FLUSH_GRACE_MS;
}

/** What telemetry has counted of itself. */
async function telemetryCounts() {
	const producer = createMetricProducer(metrics, { scopeOf: (base) => openTelemetry().scopeOf(base) });
	const { resourceMetrics } = await producer.collect();
	const all = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
	const counted = (name: string, signal: string) => {
		const byReason: Record<string, number> = {};
		for (const { dataPoints } of all.filter(({ descriptor }) => descriptor.name === name))
			for (const { attributes, value } of dataPoints as DataPoint<number>[]) {
				if (attributes['pipeline.signal'] !== signal) continue;
				const reason = String(attributes['pipeline.reason']);
				byReason[reason] = (byReason[reason] ?? 0) + value;
			}
		return byReason;
	};
	const exported = Object.values(counted(EXPORTED, 'TRACES'));
	return {
		exportedSpans: exported.reduce((sum, value) => sum + value, 0),
		lostSpans: counted(DROPPED, 'TRACES'),
		lostAudit: counted(DROPPED, 'AUDIT'),
	};
}
