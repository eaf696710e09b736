import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { atMost, type Goal, median, quantile, renderGoals } from '@pipeline/bench';
import { openDatabase } from '../src/connection/open-database.ts';
import type { StoreDatabase } from '../src/connection/store-database.ts';
import { eventRow } from '../src/events/event-row.ts';
import { storeGrowth } from '../src/growth/store-growth.ts';
import { migrate } from '../src/schema/migrate.ts';
import { TenantScope } from '../src/tenancy/tenant-scope.ts';
import { BEGIN, DAYS, type DataPlan, type Loaded, loadStore, type Sample, samples } from './store-query-data.ts';
import { KINDS, PREPARATIONS } from './store-query-kinds.ts';

// node --conditions=@pipeline/source bench/store-query.bench.ts [--events 100000000] [--json] [--data <folder>]: rows are made inside the engine,
// then every kind of question is asked cold (first question of a new process; the system's page cache stays), warm, while rows are added, and by
// 16 clients at once. With --data the folder stays, and is used again when it is there.

const { values } = parseArgs({
	options: {
		events: { type: 'string', default: '100000000' },
		samples: { type: 'string', default: '60' },
		cold: { type: 'string', default: '3' },
		data: { type: 'string' },
		json: { type: 'boolean', default: false },
		/** Of a child: the kind that it asks once. */
		ask: { type: 'string' },
	},
});
const plan: DataPlan = { events: Number(values.events) };
const CLIENTS = 16;
const CONNECTIONS = 4;
const WARM_UP = 5;
const folder = values.data ?? mkdtempSync(join(tmpdir(), 'store-query-'));
const path = join(folder, 'store');

interface Percentiles {
	readonly p50: number;
	readonly p95: number;
}

/** Anywhere but at the ends; each run and process takes others. */
const somewhere = () => Math.floor((0.02 + Math.random() * 0.96) * plan.events);
const drawn = (database: StoreDatabase, count: number) =>
	samples(database, plan, Array.from({ length: count }, somewhere));

/** How much was found of each kind: what finds nothing at all is not measured, but broken. */
const found = new Map<string, number>();

async function timed(database: StoreDatabase, kind: string, sample: Sample): Promise<number> {
	await PREPARATIONS[kind]?.(database, sample);
	const startedMs = performance.now();
	const count = (await KINDS[kind]?.(database, sample)) ?? 0;
	const ms = performance.now() - startedMs;
	found.set(kind, (found.get(kind) ?? 0) + count);
	return ms;
}

async function askOnce(kind: string): Promise<void> {
	const startedMs = performance.now();
	const database = await openDatabase({ path });
	const openMs = performance.now() - startedMs;
	const [sample] = await drawn(database, 1);
	if (sample === undefined) throw new Error('no sample');
	console.log(JSON.stringify({ openMs, ms: await timed(database, kind, sample) }));
	await database.close();
}

function askCold(kind: string): { readonly openMs: number; readonly ms: number } {
	process.stderr.write(`\rcold: ${kind}          `);
	const args = [
		'--conditions=@pipeline/source',
		import.meta.filename,
		'--data',
		folder,
		'--events',
		values.events,
		'--ask',
		kind,
	];
	const { status, stdout } = spawnSync(process.execPath, args, {
		encoding: 'utf8',
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	if (status !== 0) throw new Error(`asking ${kind} in a new process failed`);
	return JSON.parse(stdout) as { openMs: number; ms: number };
}

const percentilesOf = (ms: readonly number[]): Percentiles => ({
	p50: rounded(quantile(ms, 0.5)),
	p95: rounded(quantile(ms, 0.95)),
});
const rounded = (ms: number) => Math.round(ms * 10) / 10;

/** So many clients ask one question after the other until all samples are used. */
async function measure(database: StoreDatabase, kind: string, clients: number): Promise<Percentiles> {
	process.stderr.write(`\rwarm, ${clients} clients: ${kind}          `);
	const asked = await drawn(database, Number(values.samples) + WARM_UP);
	for (const sample of asked.slice(0, WARM_UP)) await timed(database, kind, sample);
	const left = asked.slice(WARM_UP);
	const ms: number[] = [];
	const client = async () => {
		for (let sample = left.pop(); sample !== undefined; sample = left.pop())
			ms.push(await timed(database, kind, sample));
	};
	await Promise.all(Array.from({ length: clients }, client));
	return percentilesOf(ms);
}

const BATCH = 2_000;

/** Adds entries as fast as they are taken until it is told to stop. @returns rows a second */
async function ingestUntil(database: StoreDatabase, stopped: AbortSignal): Promise<number> {
	const origin = { service: 'pipeline', receivedAt: new Date().toISOString() };
	const startedMs = performance.now();
	let rows = 0;
	for (let batch = 0; !stopped.aborted; batch += 1) {
		const lines = Array.from({ length: BATCH }, (_, index) =>
			JSON.stringify({
				...eventRow(
					{
						eventId: crypto.randomUUID(),
						timestamp: new Date(BEGIN + DAYS * 86_400_000 + index).toISOString(),
						...{ module: 'ALPHA', component: 'adapter', eventType: 'AUDIT', severity: 'INFO' },
						name: 'pipeline.alpha.adapter.audit.record_ingested',
						dimensions: { 'audit.actor_id': 'ingest', 'pipeline.tenant': `t_${'0'.repeat(16)}` },
						recordId: crypto.randomUUID(),
					},
					origin,
				),
				...{ chain_id: 'ingest', seq: batch * BATCH + index, block_id: batch, checksum: '' },
			}),
		);
		await database.insert('audit_events', Buffer.from(lines.join('\n')), `${process.pid}-${startedMs}-${batch}`);
		rows += BATCH;
	}
	return (rows / (performance.now() - startedMs)) * 1_000;
}

async function mergesDone(database: StoreDatabase): Promise<void> {
	const deadline = performance.now() + 300_000;
	while (performance.now() < deadline) {
		const [row] = await database.query<{ merges: string }>('SELECT count() AS merges FROM system.merges');
		if (row?.merges === '0') return;
		await new Promise((resolve) => setTimeout(resolve, 1_000));
	}
}

interface KindRow {
	readonly kind: string;
	readonly cold: number;
	readonly quiet: Percentiles;
	readonly ingesting: Percentiles;
	readonly sixteen: Percentiles;
}

const LIMITS: readonly (readonly [id: string, prefix: string, floor: number, stretch: number])[] = [
	['store-query-audit', 'audit-', 150, 75],
	['store-query-lineage', 'lineage-full', 100, 50],
	['store-query-trace', 'trace-', 100, 50],
	['store-query-search', 'search-', 250, 125],
	['store-query-roll-ups', 'roll-up-', 100, 50],
];

/** The slowest kind of each counts. */
function goalsOf(rows: readonly KindRow[]): readonly Goal[] {
	return LIMITS.map(([id, prefix, floor, stretch]) => {
		const slowest = Math.max(...rows.filter(({ kind }) => kind.startsWith(prefix)).map(({ quiet }) => quiet.p95));
		return atMost(id, `warm p95 of ${prefix}*, ms`, slowest, floor, stretch);
	});
}

async function run(): Promise<void> {
	let loaded: Loaded | undefined;
	let database = await openDatabase({ path, connections: CONNECTIONS });
	if ((await migrate(database)).length > 0) {
		loaded = await loadStore(database, plan);
		await mergesDone(database);
	}
	const growth = await storeGrowth(database, TenantScope.operator('bench'), {
		now: new Date(BEGIN + DAYS * 86_400_000),
	});
	await database.close();
	const cold = new Map(
		Object.keys(KINDS).map((kind) => [kind, Array.from({ length: Number(values.cold) }, () => askCold(kind))] as const),
	);
	database = await openDatabase({ path, connections: CONNECTIONS });
	const quiet = new Map<string, Percentiles>();
	const sixteen = new Map<string, Percentiles>();
	const ingesting = new Map<string, Percentiles>();
	for (const kind of Object.keys(KINDS)) quiet.set(kind, await measure(database, kind, 1));
	for (const kind of Object.keys(KINDS)) sixteen.set(kind, await measure(database, kind, CLIENTS));
	const stop = new AbortController();
	const ingest = ingestUntil(database, stop.signal);
	for (const kind of Object.keys(KINDS)) ingesting.set(kind, await measure(database, kind, 1));
	stop.abort();
	const ingestRowsPerS = await ingest;
	await database.close();
	for (const kind of Object.keys(KINDS)) if (!found.get(kind)) throw new Error(`${kind} found nothing`);
	const none = { p50: Number.NaN, p95: Number.NaN };
	const rows = Object.keys(KINDS).map((kind) => ({
		kind,
		cold: rounded(median((cold.get(kind) ?? []).map(({ ms }) => ms))),
		quiet: quiet.get(kind) ?? none,
		ingesting: ingesting.get(kind) ?? none,
		sixteen: sixteen.get(kind) ?? none,
	}));
	const goals = goalsOf(rows);
	const audit = growth.tables.find(({ table }) => table === 'audit_events');
	const report = {
		...{
			bench: 'store-query',
			events: plan.events,
			edges: Math.floor(plan.events / 4),
			spans: Math.floor(plan.events / 10),
		},
		...{ bytes: growth.bytes, bytesPerEvent: rounded(audit?.bytesPerRow ?? 0) },
		...(loaded === undefined ? {} : { loadRowsPerS: Math.round(loaded.rows / loaded.seconds) }),
		openMs: rounded(median([...cold.values()].flat().map(({ openMs }) => openMs))),
		...{ ingestRowsPerS: Math.round(ingestRowsPerS), rows, goals },
	};
	if (!values.json) console.log(`${table(rows)}\n\n${renderGoals(goals)}\n`);
	console.log(JSON.stringify(report));
	if (values.data === undefined) rmSync(folder, { recursive: true });
	if (goals.some(({ pass }) => !pass)) process.exitCode = 1;
}

function table(rows: readonly KindRow[]): string {
	const cells = rows.map(({ kind, cold, quiet, ingesting, sixteen }) =>
		[kind, cold, ...[quiet, ingesting, sixteen].flatMap(({ p50, p95 }) => [p50, p95])].join(' | '),
	);
	const head = 'question, ms | cold | p50 | p95 | ingesting p50 | p95 | 16 clients p50 | p95';
	return [head, '---|---:|---:|---:|---:|---:|---:|---:', ...cells].map((line) => `| ${line} |`).join('\n');
}

if (values.ask === undefined) await run();
else if (existsSync(path)) await askOnce(values.ask);
else throw new Error(`there is no store in ${folder}`);
