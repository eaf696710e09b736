import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { StoreDatabase } from '../../src/connection/store-database.ts';
import { StoreError } from '../../src/connection/store-error.ts';
import { Ingest, type IngestOptions } from '../../src/ingest/ingest.ts';
import { openTestDatabase } from '../open-test-database.ts';
import { jsonBytes } from '../otlp/otlp-bytes.ts';
import { INGESTED, logsRequest, NOW_MS, recordOf, TIMED_OUT } from './event-requests.ts';
import { type FailingDatabase, failingDatabase } from './failing-database.ts';
import { MemoryLedger } from './memory-ledger.ts';

let embedded: Awaited<ReturnType<typeof openTestDatabase>>;
let database: FailingDatabase;
let ledger: MemoryLedger;
let folder: string;
const open: Ingest[] = [];
beforeAll(async () => {
	embedded = await openTestDatabase();
});
beforeEach(async () => {
	database = failingDatabase(embedded);
	ledger = new MemoryLedger();
	folder = await mkdtemp(join(tmpdir(), 'ingest-away-'));
});
afterEach(async () => {
	database.isAway = false;
	await Promise.all(open.splice(0).map((ingest) => ingest.close()));
	await rm(folder, { recursive: true });
	await embedded.administer(({ execute }) => execute(`TRUNCATE TABLE ${embedded.name}.otel_logs`));
});
afterAll(() => embedded[Symbol.asyncDispose]());

function opened(options: Partial<IngestOptions> = {}): Ingest {
	const ingest = new Ingest(database, { ledger, maxRetryMs: 0, now: () => NOW_MS, ...options });
	open.push(ingest);
	return ingest;
}

const logs = (...bodies: string[]) =>
	jsonBytes(logsRequest(bodies.map((stringValue) => ({ timeUnixNano: '1544712660300000000', body: { stringValue } }))));
const storedBodies = async () =>
	(await embedded.query<{ Body: string }>('SELECT Body FROM otel_logs ORDER BY Body')).map(({ Body }) => Body);

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
	while (!(await isSo())) await setImmediate();
}

it('tells senders to come again when it has no folder', async () => {
	const ingest = opened();
	database.isAway = true;
	const failed = ingest.accept('logs', 'json', logs('a'));
	await expect(failed).rejects.toMatchObject({ code: 'INGEST_BUSY', retryAfterMs: 2_000 });
	database.isAway = false;
	expect(await ingest.accept('logs', 'json', logs('a'))).toEqual({ accepted: 1, rejected: 0 });
	expect(await storedBodies()).toEqual(['a']);
	expect(ingest.stats()).toMatchObject({ rejected: { busy: 1 }, insertErrors: 1, pendingBytes: 0 });
});

it('tries again until the store is back', async () => {
	const ingest = opened({ maxRetryMs: 60_000 });
	database.isAway = true;
	const accepted = ingest.accept('logs', 'json', logs('a'));
	await until(() => ingest.stats().insertErrors > 1);
	expect(ingest.stats()).toMatchObject({ pendingRequests: 1 });
	expect(ingest.stats().oldestPendingMs).toBeGreaterThan(0);
	database.isAway = false;
	expect(await accepted).toEqual({ accepted: 1, rejected: 0 });
});

it('keeps what is not audit in its folder, and stores it in order when the store is back', async () => {
	const ingest = opened({ overflowPath: folder });
	database.isAway = true;
	for (const body of ['a', 'b', 'c']) {
		expect(await ingest.accept('logs', 'json', logs(body))).toEqual({ accepted: 1, rejected: 0 });
	}
	expect(ingest.stats().overflow.batches).toBe(3);
	expect((await readdir(folder)).map((file) => file.slice(0, 22))).toEqual([
		'000000000001.otel_logs',
		'000000000002.otel_logs',
		'000000000003.otel_logs',
	]);
	database.isAway = false;
	await until(() => ingest.stats().overflow.batches === 0);
	expect(await storedBodies()).toEqual(['a', 'b', 'c']);
	expect(await readdir(folder)).toEqual([]);
	expect(ingest.stats().overflow.bytes).toBe(0);
});

it('stores what an earlier process left, and nothing that it did not write', async () => {
	const first = opened({ overflowPath: folder });
	database.isAway = true;
	await first.accept('logs', 'json', logs('left'));
	await first.close();
	await writeFile(join(folder, '000000000007.otel_logs.part'), '{');
	await writeFile(join(folder, `000000000008.audit_events.${'0'.repeat(64)}.ndjson`), '{}');
	await writeFile(join(folder, '../x.txt'), '');
	database.isAway = false;
	const second = opened({ overflowPath: folder });
	expect(await second.accept('logs', 'json', logs('new'))).toEqual({ accepted: 1, rejected: 0 });
	await until(() => second.stats().overflow.batches === 0);
	await until(async () => (await storedBodies()).length === 2);
	expect(await storedBodies()).toEqual(['left', 'new']);
	expect(await readdir(folder)).toEqual([`000000000008.audit_events.${'0'.repeat(64)}.ndjson`]);
	await rm(join(folder, '../x.txt'));
});

it('tells senders to come again when the folder is full', async () => {
	const ingest = opened({ overflowPath: folder, maxOverflowBytes: 500 });
	database.isAway = true;
	expect(await ingest.accept('logs', 'json', logs('a'))).toEqual({ accepted: 1, rejected: 0 });
	await expect(ingest.accept('logs', 'json', logs('b'))).rejects.toMatchObject({ code: 'INGEST_BUSY' });
	expect(await readdir(folder)).toHaveLength(1);
});

it('never acknowledges audit that is not in the ledger, nor anything that was sent with it', async () => {
	const ingest = opened({ overflowPath: folder });
	const body = jsonBytes(logsRequest([INGESTED, TIMED_OUT].map(recordOf)));
	ledger.failures.push(...Array.from({ length: 4 }, () => new StoreError('STORE_UNAVAILABLE', 'away')));
	await expect(ingest.accept('logs', 'json', body)).rejects.toMatchObject({ code: 'INGEST_BUSY' });
	expect(database.inserted.map(([table]) => table).filter((table) => table !== 'lineage_edges')).toEqual([]);
	expect(await readdir(folder)).toEqual([]);
	expect(await ingest.accept('logs', 'json', body)).toEqual({ accepted: 2, rejected: 0 });
	expect(ledger.events).toEqual([INGESTED]);
	expect(database.inserted.at(-1)).toEqual(['telemetry_events', 1]);
});

it('refuses what would wait beyond the bound, leaves room for other signals, and takes one large request alone', async () => {
	const ingest = opened({ maxPendingBytes: 4_000, maxRetryMs: 60_000 });
	const large = logs('x'.repeat(900));
	database.isAway = true;
	const waiting = ingest.accept('logs', 'json', large);
	await until(() => ingest.stats().insertErrors > 0);
	const other = logs('y'.repeat(800));
	await expect(ingest.accept('logs', 'json', other)).rejects.toMatchObject({
		code: 'INGEST_BUSY',
		retryAfterMs: 1_000,
	});
	const spans = ingest.accept('traces', 'json', jsonBytes({ resourceSpans: [{ scopeSpans: [{ spans: [{}] }] }] }));
	database.isAway = false;
	expect(await Promise.all([waiting, spans])).toEqual([
		{ accepted: 1, rejected: 0 },
		{ accepted: 1, rejected: 0 },
	]);
	expect(await ingest.accept('logs', 'json', other)).toEqual({ accepted: 1, rejected: 0 });
	expect(await ingest.accept('logs', 'json', logs('z'.repeat(8_000)))).toEqual({ accepted: 1, rejected: 0 });
});

it('puts aside the one row that the store cannot read', async () => {
	const refusing = Object.assign(failingDatabase(embedded), {
		insert: async (...[table, rows, ...rest]: Parameters<StoreDatabase['insert']>) => {
			if (Buffer.from(rows).includes('poison')) {
				const cause = Object.assign(new Error('cannot parse'), { clickhouseCode: 27 });
				throw new StoreError('QUERY_FAILED', 'The store refuses the query.', { cause });
			}
			await embedded.insert(table, rows, ...rest);
		},
	});
	const deadLetterPath = join(folder, 'refused.ndjson');
	const ingest = new Ingest(refusing, { ledger, deadLetterPath });
	open.push(ingest);
	const bodies = Array.from({ length: 9 }, (_, index) => (index === 5 ? 'poison' : `log ${index}`));
	expect(await ingest.accept('logs', 'json', logs(...bodies))).toEqual({ accepted: 9, rejected: 0 });
	expect(await storedBodies()).toEqual(bodies.filter((body) => body !== 'poison'));
	expect(ingest.stats()).toMatchObject({ rejected: { store: 1 }, deadLetters: { written: 1, lost: 0 } });
});

it('takes nothing after it was closed, and stores everything before', async () => {
	const ingest = opened({ maxDelayMs: 3_600_000 });
	const accepted = ['a', 'b', 'c'].map((body) => ingest.accept('logs', 'json', logs(body)));
	await ingest.close();
	expect(await Promise.all(accepted)).toEqual(Array.from({ length: 3 }, () => ({ accepted: 1, rejected: 0 })));
	expect(await storedBodies()).toEqual(['a', 'b', 'c']);
	await expect(ingest.accept('logs', 'json', logs('d'))).rejects.toMatchObject({ code: 'INGEST_CLOSED' });
	await ingest.close();
});

it('ends while the store is away: what has no folder goes back to its sender', async () => {
	const without = opened({ maxRetryMs: 1 });
	const withFolder = opened({ maxRetryMs: 1, overflowPath: folder });
	database.isAway = true;
	const refused = without.accept('logs', 'json', logs('a'));
	const kept = withFolder.accept('logs', 'json', logs('b'));
	const audit = withFolder.accept('logs', 'json', jsonBytes(logsRequest([recordOf(INGESTED)])));
	await Promise.all([
		expect(refused).rejects.toMatchObject({ code: 'INGEST_BUSY' }),
		expect(kept).resolves.toEqual({ accepted: 1, rejected: 0 }),
		expect(audit).rejects.toMatchObject({ code: 'INGEST_BUSY' }),
		without.close(),
		withFolder.close(),
	]);
	expect(await readdir(folder)).toHaveLength(1);
});

it('leaves room for other senders when one floods', async () => {
	const ingest = opened({ maxPendingBytes: 8_000, maxRetryMs: 60_000 });
	database.isAway = true;
	const waiting = ingest.accept('logs', 'json', logs('a'.repeat(900)), 'flood');
	await until(() => ingest.stats().insertErrors > 0);
	const flooding = ingest.accept('logs', 'json', logs('b'.repeat(1_800)), 'flood');
	await expect(flooding).rejects.toMatchObject({ code: 'INGEST_BUSY' });
	const other = ingest.accept('logs', 'json', logs('c'.repeat(900)), 'other');
	await setImmediate();
	database.isAway = false;
	expect(await Promise.all([waiting, other])).toHaveLength(2);
	expect(await ingest.accept('logs', 'json', logs('b'.repeat(1_800)), 'flood')).toEqual({ accepted: 1, rejected: 0 });
});

it('counts what a request becomes as waiting, and refuses it when that is too much beside others', async () => {
	const ingest = opened({ maxPendingBytes: 100_000, maxRetryMs: 60_000 });
	database.isAway = true;
	const waiting = ingest.accept('logs', 'json', logs('a'));
	await until(() => ingest.stats().insertErrors > 0);
	const attributes = [{ key: 'shared', value: { stringValue: 'x'.repeat(1_000) } }];
	const spans = Array.from({ length: 100 }, () => ({}));
	const large = jsonBytes({ resourceSpans: [{ resource: { attributes }, scopeSpans: [{ spans }] }] });
	await expect(ingest.accept('traces', 'json', large)).rejects.toMatchObject({ code: 'INGEST_BUSY' });
	database.isAway = false;
	await waiting;
	expect(await ingest.accept('traces', 'json', large)).toEqual({ accepted: 100, rejected: 0 });
	expect(ingest.stats()).toMatchObject({ pendingBytes: 0, pendingRequests: 0, oldestPendingMs: 0 });
});

it('stores the rows of requests that come together in few batches', async () => {
	const ingest = opened({ maxDelayMs: 3_600_000 });
	await ingest.accept('logs', 'json', logs('first'));
	const accepted = Array.from({ length: 50 }, (_, index) => ingest.accept('logs', 'json', logs(`log ${index}`)));
	await ingest.flush();
	await Promise.all(accepted);
	expect(database.inserted[0]).toEqual(['otel_logs', 1]);
	expect(database.inserted.length).toBeLessThan(50);
	expect(database.inserted.reduce((rows, [, count]) => rows + count, 0)).toBe(51);
});

it('says what is wrong with a request', async () => {
	const ingest = opened();
	await expect(ingest.accept('logs', 'json', Buffer.from('{'))).rejects.toMatchObject({ code: 'OTLP_INVALID' });
	const attributes = [{ key: 'shared', value: { stringValue: 'x'.repeat(100_000) } }];
	const spans = Array.from({ length: 1_000 }, () => ({}));
	const many = jsonBytes({ resourceSpans: [{ resource: { attributes }, scopeSpans: [{ spans }] }] });
	await expect(ingest.accept('traces', 'json', many)).rejects.toMatchObject({ code: 'OTLP_TOO_LARGE' });
	expect(ingest.stats().rejected).toMatchObject({ invalid: 1, too_large: 1 });
	expect(database.inserted).toEqual([]);
});
