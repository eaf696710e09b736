import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { atLeast, atMost, quantile, renderGoals } from '@pipeline/bench';
import { AuditLedger } from '../src/audit/audit-ledger.ts';
import { openDatabase } from '../src/connection/open-database.ts';
import { Ingest } from '../src/ingest/ingest.ts';
import { migrate } from '../src/schema/migrate.ts';
import { auditRequest } from './audit-requests.ts';

// node --conditions=@pipeline/source bench/store-ingest.bench.ts [--events 200000] [--senders 8] [--json]: audit entries as the SDK sends them, through
// decoding, rules, lineage and the sealed ledger into an embedded store. Each sender waits for its answer before it sends the next request.

const { values } = parseArgs({
	options: {
		events: { type: 'string', default: '200000' },
		senders: { type: 'string', default: '8' },
		json: { type: 'boolean', default: false },
	},
});
const SENDERS = Number(values.senders);
const PER_REQUEST = 1_000;
const REQUESTS = Math.max(1, Math.floor(Number(values.events) / SENDERS / PER_REQUEST));
const WARM_UP_REQUESTS = 10;
const PROBES = 20;
const NANOS_PER_MS = 1_000_000;

const path = await mkdtemp(join(tmpdir(), 'store-ingest-'));
const database = await openDatabase({ path });
await migrate(database);
const ledger = await AuditLedger.open(database);
const ingest = new Ingest(database, { ledger });

const bodiesOf = (producer: string, requests: number): readonly Uint8Array[] =>
	Array.from({ length: requests }, (_, index) => auditRequest(producer, index * PER_REQUEST + 1, PER_REQUEST));

/** @returns how long each answer took */
async function send(bodies: readonly Uint8Array[]): Promise<readonly number[]> {
	const answerMs: number[] = [];
	for (const body of bodies) {
		const sentMs = performance.now();
		await ingest.accept('logs', 'protobuf', body);
		answerMs.push(performance.now() - sentMs);
	}
	return answerMs;
}

/** From a request of one event to its being found by a query, while nothing else is sent. */
async function queryableMs(probe: number): Promise<number> {
	const body = auditRequest(`probe-${probe}`, 1, 1);
	const sentMs = performance.now();
	await ingest.accept('logs', 'protobuf', body);
	const rows = await database.query(
		'SELECT 1 FROM audit_events WHERE producer_id = {producer:String} ORDER BY timestamp DESC LIMIT 1',
		{ producer: `probe-${probe}` },
	);
	if (rows.length !== 1) throw new Error('an accepted event is not there');
	return performance.now() - sentMs;
}

await send(bodiesOf('warm-up', WARM_UP_REQUESTS));
const bodies = Array.from({ length: SENDERS }, (_, sender) => bodiesOf(`producer-${sender}`, REQUESTS));
const events = SENDERS * REQUESTS * PER_REQUEST;

const loop = monitorEventLoopDelay({ resolution: 1 });
loop.enable();
const cpu = process.cpuUsage();
const mainCpu = process.threadCpuUsage();
const startMs = performance.now();
const answerMs = (await Promise.all(bodies.map(send))).flat();
const seconds = (performance.now() - startMs) / 1_000;
const main = process.threadCpuUsage(mainCpu);
const all = process.cpuUsage(cpu);
loop.disable();

const probeMs: number[] = [];
for (let probe = 0; probe < PROBES; probe++) probeMs.push(await queryableMs(probe));
const [stored] = await database.query<{ events: string }>(
	"SELECT count() AS events FROM audit_events WHERE producer_id LIKE 'producer-%'",
);
if (Number(stored?.events) !== events) throw new Error(`${stored?.events} of ${events} events are there`);

const report = {
	bench: 'store-ingest',
	node: process.versions.node,
	events,
	senders: SENDERS,
	bytesPerEvent: Math.round((bodies[0]?.[0]?.length ?? 0) / PER_REQUEST),
	eventsPerSecond: Math.round(events / seconds),
	mainThreadCpuUsPerEvent: (main.user + main.system) / events,
	processCpuUsPerEvent: (all.user + all.system) / events,
	answerMs: { p50: quantile(answerMs, 0.5), p99: quantile(answerMs, 0.99) },
	queryableMs: { p50: quantile(probeMs, 0.5), max: Math.max(...probeMs) },
	loopDelayMs: {
		p50: loop.percentile(50) / NANOS_PER_MS,
		p99: loop.percentile(99) / NANOS_PER_MS,
		max: loop.max / NANOS_PER_MS,
	},
};
const goals = [
	atLeast('ingest', 'audit events per second through OTLP/protobuf', report.eventsPerSecond, 25_000, 100_000),
	atMost('ingest-loop', 'p99 of event loop delay, ms', report.loopDelayMs.p99, 20, 5),
	atMost(
		'ingest-queryable',
		'longest time from sending an event to reading it, ms',
		report.queryableMs.max,
		1_000,
		250,
	),
];
if (!values.json) console.log(renderGoals(goals));
console.log(JSON.stringify({ ...report, goals }));
await ingest.close();
await ledger.close();
await database.close();
await rm(path, { recursive: true });
