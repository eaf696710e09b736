import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { atMost, type Goal, renderGoals } from '@pipeline/bench';
import { openDatabase } from '../src/connection/open-database.ts';
import type { StoreDatabase } from '../src/connection/store-database.ts';
import { eventRow } from '../src/events/event-row.ts';
import { storeGrowth } from '../src/growth/store-growth.ts';
import { migrate } from '../src/schema/migrate.ts';
import { TenantScope } from '../src/tenancy/tenant-scope.ts';
import { BEGIN, DAYS, type DataPlan, type Loaded, loadStore } from './store-query-data.ts';
import { KINDS } from './store-query-kinds.ts';
import { type Answers, askCold, askOnce, type ColdAnswer, measure, medianOf, rounded } from './store-query-measure.ts';

// node --conditions=@pipeline/source bench/store-query.bench.ts [--events 100000000] [--json] [--data <folder>]: rows are made inside the engine,
// then every kind of question is asked cold (first question of a new process; the system's page cache stays), warm, while rows are added, and by
// 16 clients at once. With --data the folder stays, and is used again when all of it was made. A kind of question that fails has its errors in the
// table. 100 million events take 15 GB of disk and 3 GB of memory.

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
const folder = values.data ?? mkdtempSync(join(tmpdir(), 'store-query-'));
const path = join(folder, 'store');
/** Written when all rows are there. */
const made = join(folder, 'made.json');

const print = (text: string) => process.stderr.write(`${text}\n`);

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

/** What the engine does by itself when a day has passed: every day and month that is over becomes one part. */
async function madeWhole(database: StoreDatabase): Promise<void> {
	const partitions = await database.query<{ table: string; id: string }>(
		`SELECT table, partition_id AS id FROM system.parts WHERE database = 'telemetry' AND active
		GROUP BY table, id HAVING count() > 1 ORDER BY table, id`,
	);
	const over = partitions.filter(({ table, id }) => partitions.some((other) => other.table === table && other.id > id));
	for (const [index, { table, id }] of over.entries()) {
		const statement = `OPTIMIZE TABLE telemetry.${table} PARTITION ID {id:String} FINAL`;
		await database.administer(({ execute }) => execute(statement, { id }));
		process.stderr.write(`\r${index + 1} of ${over.length} days and months are one part   `);
	}
	process.stderr.write('\n');
}

interface KindRow {
	readonly kind: string;
	readonly cold: number;
	readonly quiet: Answers;
	readonly ingesting: Answers;
	readonly sixteen: Answers;
}

const failuresOf = (answers: Answers) => Object.values(answers.failed).reduce((sum, count) => sum + count, 0);

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
		const own = rows.filter(({ kind }) => kind.startsWith(prefix)).map(({ quiet }) => quiet);
		const slowest = own.some(failuresOf) ? Number.NaN : Math.max(...own.map(({ p95 }) => p95));
		return atMost(id, `warm p95 of ${prefix}*, ms`, slowest, floor, stretch);
	});
}

/** Makes the rows, unless they are there. */
async function prepare(database: StoreDatabase): Promise<Loaded | undefined> {
	const isNew = (await migrate(database)).length > 0;
	const events = existsSync(made) ? (JSON.parse(readFileSync(made, 'utf8')) as DataPlan).events : undefined;
	if (!isNew && events !== plan.events) {
		throw new Error(
			`${folder} has ${events ?? 'part of some'} events, not ${plan.events}: name or empty another folder`,
		);
	}
	if (!isNew) return undefined;
	const loaded = await loadStore(database, plan);
	print('waiting for merges');
	await mergesDone(database);
	await madeWhole(database);
	writeFileSync(made, JSON.stringify(plan));
	return loaded;
}

/** Every kind of question in new processes. */
function coldAnswers(): ReadonlyMap<string, readonly ColdAnswer[]> {
	const base = ['--conditions=@pipeline/source', import.meta.filename, '--data', folder, '--events', values.events];
	const answers = new Map<string, readonly ColdAnswer[]>();
	for (const kind of Object.keys(KINDS)) {
		const times = Array.from({ length: Number(values.cold) }, () => askCold([...base, '--ask', kind]) ?? []).flat();
		print(`cold, ${kind}: ${times.map(({ ms }) => rounded(ms)).join(' ')} ms`);
		answers.set(kind, times);
	}
	return answers;
}

async function measureAll(
	database: StoreDatabase,
	title: string,
	clients: number,
): Promise<ReadonlyMap<string, Answers>> {
	const answers = new Map<string, Answers>();
	for (const kind of Object.keys(KINDS)) {
		const answer = await measure(database, { plan, kind, clients, samples: Number(values.samples) });
		print(`${title}, ${kind}: p50 ${answer.p50} p95 ${answer.p95} ms${failureText(answer)}`);
		answers.set(kind, answer);
	}
	return answers;
}

const failureText = ({ failed }: Answers) =>
	Object.entries(failed)
		.map(([code, count]) => `, ${count} times ${code}`)
		.join('');

async function run(): Promise<void> {
	let database = await openDatabase({ path, connections: CONNECTIONS });
	const loaded = await prepare(database);
	const growth = await storeGrowth(database, TenantScope.operator('bench'), {
		now: new Date(BEGIN + DAYS * 86_400_000),
	});
	await database.close();
	const cold = coldAnswers();
	database = await openDatabase({ path, connections: CONNECTIONS });
	const quiet = await measureAll(database, 'quiet', 1);
	const sixteen = await measureAll(database, `${CLIENTS} clients`, CLIENTS);
	const stop = new AbortController();
	const ingest = ingestUntil(database, stop.signal);
	const ingesting = await measureAll(database, 'ingesting', 1);
	stop.abort();
	const ingestRowsPerS = await ingest;
	await database.close();
	const none: Answers = { p50: Number.NaN, p95: Number.NaN, failed: {}, found: 0 };
	const rows = Object.keys(KINDS).map((kind) => ({
		kind,
		cold: medianOf((cold.get(kind) ?? []).map(({ ms }) => ms)),
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
		openMs: medianOf([...cold.values()].flat().map(({ openMs }) => openMs)),
		...{ ingestRowsPerS: Math.round(ingestRowsPerS), rows, goals },
	};
	if (!values.json) console.log(`${table(rows)}\n\n${renderGoals(goals)}\n`);
	console.log(JSON.stringify(report));
	if (values.data === undefined) rmSync(folder, { recursive: true });
	const broken = rows.filter(isBroken).map(({ kind }) => kind);
	if (broken.length > 0) print(`failed, or found nothing: ${broken.join(', ')}`);
	if (broken.length > 0 || goals.some(({ pass }) => !pass)) process.exitCode = 1;
}

const isBroken = ({ cold, quiet, ingesting, sixteen }: KindRow) =>
	Number.isNaN(cold) ||
	[quiet, ingesting, sixteen].some(failuresOf) ||
	quiet.found + ingesting.found + sixteen.found === 0;

function table(rows: readonly KindRow[]): string {
	const cells = rows.map(({ kind, cold, quiet, ingesting, sixteen }) =>
		[kind, cold, ...[quiet, ingesting, sixteen].flatMap((each) => [each.p50, `${each.p95}${failureText(each)}`])].join(
			' | ',
		),
	);
	const head = 'question, ms | cold | p50 | p95 | ingesting p50 | p95 | 16 clients p50 | p95';
	return [head, '---|---:|---:|---:|---:|---:|---:|---:', ...cells].map((line) => `| ${line} |`).join('\n');
}

async function answerOnce(kind: string): Promise<void> {
	const startedMs = performance.now();
	const database = await openDatabase({ path });
	const openMs = performance.now() - startedMs;
	const answer: ColdAnswer = { openMs, ms: await askOnce(database, plan, kind) };
	console.log(JSON.stringify(answer));
	await database.close();
}

if (values.ask === undefined) await run();
else if (existsSync(path)) await answerOnce(values.ask);
else throw new Error(`there is no store in ${folder}`);
