import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TelemetryEvent } from '@pipeline/telemetry-core/schema';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { AuditLedger } from '../../src/audit/audit-ledger.ts';
import { EVENT_FIELDS, type EventRow, eventOf } from '../../src/events/event-row.ts';
import { Ingest } from '../../src/ingest/ingest.ts';
import { openTestDatabase } from '../open-test-database.ts';
import { jsonBytes, protobufBytes } from '../otlp/otlp-bytes.ts';
import { COMPLETED, INGESTED, logsRequest, NOW_MS, recordOf, TIMED_OUT } from './event-requests.ts';

let database: Awaited<ReturnType<typeof openTestDatabase>>;
let ledger: AuditLedger;
let ingest: Ingest;
let folder: string;
let deadLetterPath: string;
const heard: string[] = [];
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'ingest-events-'));
	deadLetterPath = join(folder, 'refused.ndjson');
	database = await openTestDatabase();
	ledger = await AuditLedger.open(database);
	const onEvent = ({ eventId }: TelemetryEvent) => heard.push(eventId);
	ingest = new Ingest(database, { ledger, deadLetterPath, onEvent, now: () => NOW_MS });
});
afterAll(async () => {
	await ingest.close();
	await ledger.close();
	await database[Symbol.asyncDispose]();
	await rm(folder, { recursive: true });
});

let made = 0;
/** The event under an id that no other has. */
const fresh = (event: TelemetryEvent, changes: Partial<TelemetryEvent> = {}): TelemetryEvent => ({
	...event,
	...changes,
	eventId: `01a1ff27-8260-7000-bbbb-${String(++made).padStart(12, '0')}`,
});
const sent = (...events: TelemetryEvent[]) =>
	ingest.accept('logs', 'json', jsonBytes(logsRequest(events.map(recordOf))));

async function stored(table: string, { eventId }: TelemetryEvent): Promise<readonly TelemetryEvent[]> {
	const rows = await database.query<EventRow>(
		`SELECT ${EVENT_FIELDS} FROM ${table} WHERE ${table}.event_id = {id:UUID}`,
		{
			id: eventId,
		},
	);
	return rows.map(eventOf);
}

async function refusedRecords(): Promise<
	readonly { reason: string; service: string; record: { eventName: string } }[]
> {
	const lines = (await readFile(deadLetterPath, 'utf8')).trimEnd().split('\n');
	return lines.map((line) => JSON.parse(line));
}

it('stores audit in the ledger with its lineage, other events as events, and neither as logs', async () => {
	const audit = fresh(INGESTED);
	const log = fresh(TIMED_OUT);
	const trace = fresh(COMPLETED);
	const records = [audit, log, trace].map(recordOf);
	const body = protobufBytes('logs', logsRequest(records));
	expect(await ingest.accept('logs', 'protobuf', body)).toEqual({ accepted: 3, rejected: 0 });
	expect(await stored('audit_events', audit)).toEqual([audit]);
	expect(await stored('telemetry_events', log)).toEqual([log]);
	expect(await stored('telemetry_events', trace)).toEqual([trace]);
	expect(await database.query('SELECT count() AS logs FROM otel_logs')).toEqual([{ logs: '0' }]);
	const edges = await database.query(
		'SELECT parent_id, child_id, tenant_id FROM lineage_edges WHERE step_id = {id:UUID}',
		{ id: audit.eventId },
	);
	expect(edges).toEqual([
		{ parent_id: 'source:flights', child_id: `record:${audit.recordId}`, tenant_id: 't_0123456789abcdef' },
	]);
});

it('keeps a trace event of an audit spool for the ledger, whose watermark counts it', async () => {
	const place = { 'audit.producer_id': 'spool', 'audit.producer_seq': '1' };
	const trace = fresh(COMPLETED, { dimensions: { ...COMPLETED.dimensions, ...place } });
	await sent(trace);
	expect(ledger.durableSeq('spool')).toBe(1);
	expect(await stored('telemetry_events', trace)).toEqual([trace]);
});

it('stores an event once, however often and beside whatever it is sent', async () => {
	const audit = fresh(INGESTED);
	const log = fresh(TIMED_OUT);
	const before = ingest.stats();
	for (const events of [
		[audit, log],
		[audit, log],
		[log, audit, log],
		[fresh(TIMED_OUT), audit, log],
	])
		await sent(...events);
	expect(await stored('audit_events', audit)).toHaveLength(1);
	expect(await stored('telemetry_events', log)).toHaveLength(1);
	const after = ingest.stats();
	expect(after.repeatedRequests - before.repeatedRequests).toBe(1);
	expect(after.duplicates - before.duplicates).toBe(5);
});

it('writes what the rules refuse to the dead letters, says so, and takes the rest', async () => {
	const good = fresh(TIMED_OUT);
	const wrong = { ...recordOf(fresh(TIMED_OUT)), eventName: 'pipeline.beta.mapping.log.elsewhere' };
	const result = await ingest.accept('logs', 'json', jsonBytes(logsRequest([wrong, recordOf(good)])));
	expect(result).toEqual({ accepted: 1, rejected: 1, message: 'refused: EV06 name' });
	expect(await stored('telemetry_events', good)).toHaveLength(1);
	expect((await refusedRecords()).at(-1)).toMatchObject({
		reason: 'EV06 name',
		service: 'alpha',
		record: { eventName: 'pipeline.beta.mapping.log.elsewhere' },
	});
	expect((await stat(deadLetterPath)).mode & 0o777).toBe(0o600);
});

it('tells of each event as it is stored, and counts what rules found', async () => {
	const log = fresh(TIMED_OUT, { dimensions: { 'pipeline.tenant': 'acme', password: 'hunter2' } });
	const before = ingest.stats().findings;
	await sent(log);
	await sent(log, fresh(TIMED_OUT));
	expect(heard.filter((eventId) => eventId === log.eventId)).toHaveLength(1);
	const [{ dimensions } = log] = await stored('telemetry_events', log);
	expect(dimensions).toEqual({ 'pipeline.tenant': expect.stringMatching(/^t_[0-9a-f]{16}$/), password: '[REDACTED]' });
	const { EV15 = 0, EV20 = 0 } = ingest.stats().findings;
	expect([EV15 - (before['EV15'] ?? 0), EV20 - (before['EV20'] ?? 0)]).toEqual([2, 2]);
});

it('keeps audit that a rule refuses under another name, marked as incomplete', async () => {
	const audit = fresh(INGESTED, { name: 'pipeline.alpha.nowhere.audit.thing', component: 'No Where!' });
	expect(await sent(audit)).toEqual({ accepted: 1, rejected: 0 });
	expect(await stored('audit_events', audit)).toMatchObject([
		{
			name: 'pipeline.alpha.events.audit.unnamed',
			dimensions: {
				'audit.incomplete': 'true',
				'audit.original_name': 'pipeline.alpha.nowhere.audit.thing',
				'audit.original_component': 'No Where!',
			},
		},
	]);
});

it('refuses audit that cannot be read, and settles its place, since it is kept elsewhere', async () => {
	const { attributes, ...record } = recordOf(fresh(INGESTED));
	const changed = attributes
		.map(({ key, value }) =>
			key === 'audit.producer_id' ? { key, value: { stringValue: 'unreadable' } } : { key, value },
		)
		.map(({ key, value }) => (key === 'audit.producer_seq' ? { key, value: { intValue: 1 } } : { key, value }))
		.filter(({ key }) => key !== 'pipeline.event.module');
	const body = jsonBytes(logsRequest([{ ...record, eventName: 'elsewhere', attributes: changed }]));
	expect(await ingest.accept('logs', 'json', body)).toMatchObject({ accepted: 0, rejected: 1 });
	expect(ledger.durableSeq('unreadable')).toBe(1);
	expect((await refusedRecords()).at(-1)?.reason).toMatch(/^LOG_RECORD_FIELD_INVALID/);
});

it('refuses an event whose attributes are of wrong kinds, and one that has no id', async () => {
	const { attributes, ...record } = recordOf(fresh(TIMED_OUT));
	const without = attributes.filter(({ key }) => key !== 'pipeline.event.id');
	const wrong = [...without, { key: 'pipeline.event.id', value: { intValue: 7 } }];
	const body = jsonBytes(logsRequest([without, wrong].map((list) => ({ ...record, attributes: list }))));
	expect(await ingest.accept('logs', 'json', body)).toEqual({
		accepted: 0,
		rejected: 2,
		message: 'refused: LOG_RECORD_FIELD_MISSING attributes.pipeline.event.id',
	});
	const reasons = (await refusedRecords()).slice(-2).map(({ reason }) => reason);
	expect(reasons[1]).toBe('LOG_RECORD_FIELD_INVALID attributes.pipeline.event.id');
});

it.each([1_024, 1_025])('takes an event of 1,024 attributes, and not one of %i if that is more', async (count) => {
	const { attributes, ...record } = recordOf(fresh(TIMED_OUT));
	const more = Array.from({ length: count - attributes.length }, (_, index) => ({
		key: `key${index}`,
		value: { stringValue: 'x' },
	}));
	const body = jsonBytes(logsRequest([{ ...record, attributes: [...attributes, ...more] }]));
	const isTaken = count <= 1_024;
	expect(await ingest.accept('logs', 'json', body)).toEqual(
		isTaken
			? { accepted: 1, rejected: 0 }
			: { accepted: 0, rejected: 1, message: 'refused: more than 1024 attributes' },
	);
});

it('takes events and spans of any time at once, more days than one insert may have', async () => {
	const day = 86_400_000;
	const at = (days: number) => new Date(NOW_MS - days * day).toISOString().replace('Z', '000Z');
	const logs = Array.from({ length: 102 }, (_, days) => fresh(TIMED_OUT, { timestamp: at(days) }));
	const audit = Array.from({ length: 6 }, (_, months) => fresh(INGESTED, { timestamp: at(months * 31) }));
	const late = fresh(TIMED_OUT, { timestamp: '2500-12-31T23:59:59.999999Z' });
	expect(await sent(...logs, ...audit, late)).toEqual({ accepted: 109, rejected: 0 });
	expect(await stored('telemetry_events', late)).toMatchObject([{ dimensions: { 'clock.suspect': 'true' } }]);
	const counts = await database.query(
		`SELECT (SELECT count() FROM telemetry_events WHERE event_id IN {ids:Array(UUID)}) AS logs,
			(SELECT count() FROM audit_events WHERE event_id IN {ids:Array(UUID)}) AS audit,
			(SELECT uniqExact(step_id) FROM lineage_edges WHERE step_id IN {ids:Array(UUID)}) AS steps`,
		{ ids: [...logs, ...audit].map(({ eventId }) => eventId) },
	);
	expect(counts).toEqual([{ logs: '102', audit: '6', steps: '6' }]);
	const spans = Array.from({ length: 102 }, (_, days) => ({
		traceId: 'ab'.repeat(16),
		startTimeUnixNano: String(BigInt(days * day) * 1_000_000n),
	}));
	const request = { resourceSpans: [{ scopeSpans: [{ spans }] }] };
	expect(await ingest.accept('traces', 'json', jsonBytes(request))).toEqual({ accepted: 102, rejected: 0 });
	const found = await database.query('SELECT count() AS spans FROM otel_traces WHERE TraceId = {id:String}', {
		id: 'ab'.repeat(16),
	});
	expect(found).toEqual([{ spans: '102' }]);
});
