import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { AuditLedger } from '../src/audit/audit-ledger.ts';
import { openDatabase } from '../src/connection/open-database.ts';
import { Ingest } from '../src/ingest/ingest.ts';
import { migrate } from '../src/schema/migrate.ts';
import { auditRequest } from './audit-requests.ts';

const { values } = parseArgs({
	options: {
		events: { type: 'string', default: '200000' },
		senders: { type: 'string', default: '4' },
		json: { type: 'boolean' },
	},
});
const EVENTS = Number(values.events);
const SENDERS = Number(values.senders);
const PER_REQUEST = 1_000;
const path = await mkdtemp(join(tmpdir(), 'store-ingest-'));
const database = await openDatabase({ path });
await migrate(database);
const ledger = await AuditLedger.open(database);
const ingest = new Ingest(database, { ledger });

const perSender = Math.floor(EVENTS / SENDERS / PER_REQUEST);
const bodies = Array.from({ length: SENDERS }, (_, s) =>
	Array.from({ length: perSender }, (_, i) =>
		auditRequest(`p${s}`, i * PER_REQUEST + 1 + s * 100_000_000, PER_REQUEST),
	),
);
const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
const t0 = performance.now();
const cpu = process.cpuUsage();
const latencies: number[] = [];
await Promise.all(
	bodies.map(async (list) => {
		for (const body of list) {
			const t = performance.now();
			await ingest.accept('logs', 'protobuf', body);
			latencies.push(performance.now() - t);
		}
	}),
);
const s = (performance.now() - t0) / 1000;
const c = process.cpuUsage(cpu);
delay.disable();
latencies.sort((a, b) => a - b);
console.log({
	eps: Math.round((perSender * PER_REQUEST * SENDERS) / s),
	bytesPerEvent: bodies[0]![0]!.length / PER_REQUEST,
	p50: delay.percentile(50) / 1e6,
	p99: delay.percentile(99) / 1e6,
	max: delay.max / 1e6,
	lat50: latencies[latencies.length >> 1],
	latmax: latencies.at(-1),
	cpuUsPerEvent: (c.user + c.system) / (perSender * PER_REQUEST * SENDERS),
});
console.log(ingest.stats());
await ingest.close();
await database.close();
await rm(path, { recursive: true });
