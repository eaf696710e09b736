import type { TelemetryEvent } from '@pipeline/telemetry-core/schema';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { auditRow, storable } from '../../src/audit/audit-row.ts';
import { CHECKSUM_SQL, COLUMNS_AGREE_SQL } from '../../src/audit/canonical-form.ts';
import { openTestDatabase } from '../open-test-database.ts';
import { auditEntry, idOf, START } from './audit-entries.ts';

let database: Awaited<ReturnType<typeof openTestDatabase>>;
beforeAll(async () => {
	database = await openTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

let chains = 0;

/** Stores events as a chain of their own. @returns checksums: made here, and made anew by the engine */
async function checksumsOf(changes: readonly Partial<TelemetryEvent>[]) {
	const chainId = `chain-${++chains}`;
	const rows = changes.map((change, index) =>
		auditRow(storable(auditEntry(index, change)), { chainId, seq: index + 1, blockId: 1 }),
	);
	await database.insert('audit_events', Buffer.from(rows.map((row) => JSON.stringify(row)).join('\n')), chainId);
	const found = await database.query<{ stored: string; made: string; agree: number }>(
		`SELECT checksum AS stored, ${CHECKSUM_SQL} AS made, ${COLUMNS_AGREE_SQL} AS agree FROM audit_events
		WHERE chain_id = {chain:String} ORDER BY seq LIMIT 10000`,
		{ chain: chainId },
	);
	expect(found.map(({ stored }) => stored)).toEqual(rows.map(({ checksum }) => checksum));
	expect(found.every(({ agree }) => agree === 1)).toBe(true);
	return { stored: found.map(({ stored }) => stored), made: found.map(({ made }) => made) };
}

it('makes the checksum that the engine makes, for every text', async () => {
	const texts = [
		'',
		' ',
		"o'brien\\",
		'"\n\r\t',
		'\u0000a\u0000',
		'ü',
		'\ud800 alone',
		'😀',
		'1:a',
		'\ufeff',
		'\\N',
		'null',
	];
	const changes = texts.flatMap((text) => [
		{ recordId: text, correlationId: text, batchId: text, dimensions: { 'pipeline.note': text } },
		{ dimensions: { [`k${text}`]: 'v', 'audit.actor_id': text, 'pipeline.lineage_id': text, 'pipeline.tenant': text } },
	]);
	// By bytes the first key comes first, by UTF-16 code units the second.
	const { stored, made } = await checksumsOf([...changes, { dimensions: { '\uff61': 'a', '😀': 'b' } }]);
	expect(made).toEqual(stored);
	expect(new Set(stored).size).toBe(changes.length + 1);
});

it('makes the checksum that the engine makes, for any entry', async () => {
	const text = fc.string({ unit: 'binary', maxLength: 12 });
	const change = fc.record(
		{
			recordId: text,
			traceId: text,
			unit: text,
			severity: fc.constantFrom('DEBUG' as const, 'CRITICAL' as const),
			value: fc.double(),
			timestamp: fc.constantFrom('2026-11-21T10:00:00.000001Z', '2019-02-28T23:59:59.999999Z', START),
			dimensions: fc.dictionary(text, text, { maxKeys: 6, noNullPrototype: true }),
		},
		{ requiredKeys: [] },
	);
	await fc.assert(
		fc.asyncProperty(fc.array(change, { minLength: 100, maxLength: 100 }), async (changes) => {
			const { stored, made } = await checksumsOf(changes as Partial<TelemetryEvent>[]);
			expect(made).toEqual(stored);
		}),
		{ numRuns: 3 },
	);
});

it('covers every field of an entry, and its place', () => {
	const entry = storable(auditEntry(1));
	const place = { chainId: 'main', seq: 1, blockId: 1 };
	const changed: Partial<TelemetryEvent>[] = [
		{},
		{ eventId: idOf(2) },
		{ timestamp: '2026-11-21T10:00:00.000002Z' },
		...[{ module: 'BETA' as const }, { component: 'parser' }, { severity: 'WARN' as const }, { name: 'other' }],
		...[{ traceId: 'a' }, { spanId: 'a' }, { parentSpanId: 'a' }, { recordId: 'a' }, { batchId: 'a' }],
		...[{ correlationId: 'a' }, { unit: 'a' }, { eventType: 'LOG' as const }, { dimensions: { a: '' } }],
	];
	const checksums = [
		...changed.map((change) => auditRow({ ...entry, event: { ...entry.event, ...change } }, place)),
		auditRow({ ...entry, origin: { ...entry.origin, service: 'beta' } }, place),
		auditRow({ ...entry, origin: { ...entry.origin, receivedAt: START } }, place),
		auditRow(entry, { ...place, seq: 2 }),
		auditRow(entry, { ...place, blockId: 2 }),
		auditRow(entry, { ...place, chainId: 'other' }),
	].map(({ checksum }) => checksum);
	expect(new Set(checksums).size).toBe(checksums.length);
});

it('keeps an entry whose clock is far off, under the time at which it came', () => {
	const origin = { service: 'alpha', receivedAt: START };
	const at = (timestamp: string) => storable({ event: auditEntry(1, { timestamp }).event, origin }).event;
	for (const good of ['2016-11-21T10:00:00.000000Z', '2026-11-22T10:00:00.000000Z'])
		expect(at(good).timestamp).toBe(good);
	for (const bad of [
		'2016-11-21T09:59:59.999999Z',
		'2026-11-22T10:00:00.001000Z',
		'0001-01-01T00:00:00.000000Z',
		'x',
	]) {
		expect(at(bad)).toMatchObject({
			timestamp: START,
			dimensions: { 'clock.suspect': 'true', 'clock.timestamp': bad },
		});
	}
});
