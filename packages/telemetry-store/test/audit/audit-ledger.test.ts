import { generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { AuditLedger } from '../../src/audit/audit-ledger.ts';
import { auditRow } from '../../src/audit/audit-row.ts';
import { verifyAudit } from '../../src/audit/verify-audit.ts';
import type { StoreDatabase } from '../../src/connection/store-database.ts';
import { StoreError } from '../../src/connection/store-error.ts';
import { openTestDatabase } from '../open-test-database.ts';
import { auditEntry, idOf, numbers, PRODUCER, spooledEntry } from './audit-entries.ts';

let database: Awaited<ReturnType<typeof openTestDatabase>>;
beforeAll(async () => {
	database = await openTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

const seqsOf = async (chain: string) => {
	const rows = await database.query<{ seq: string; id: string }>(
		'SELECT seq, toString(event_id) AS id FROM audit_events WHERE chain_id = {chain:String} ORDER BY seq LIMIT 1000',
		{ chain },
	);
	return rows.map(({ seq, id }) => [Number(seq), id]);
};
const blocksOf = async (chainId: string) => {
	const rows = await database.query<{ block_id: string; first_seq: string; last_seq: string }>(
		'SELECT block_id, first_seq, last_seq FROM audit_blocks WHERE chain_id = {chain:String} ORDER BY block_id LIMIT 1000',
		{ chain: chainId },
	);
	return rows.map(({ block_id, first_seq, last_seq }) => [block_id, first_seq, last_seq].map(Number));
};

it('stores every entry once, numbered and sealed, however often and in whichever parts it is sent', async () => {
	const chainId = 'once';
	const trace = spooledEntry(4, 3, { eventType: 'TRACE', name: 'pipeline.gamma.trace.trace.completed', value: 1.5 });
	const sent = [spooledEntry(1, 1), spooledEntry(2, 2), spooledEntry(3, 2), trace];
	const ledger = await AuditLedger.open(database, { chainId });
	expect(await ledger.append(sent.slice(0, 2))).toEqual({ stored: 2, duplicates: 0 });
	expect(await ledger.append(sent)).toEqual({ stored: 2, duplicates: 2 });
	expect(await ledger.append([...sent, auditEntry(9), auditEntry(9)])).toEqual({ stored: 1, duplicates: 5 });
	expect(await ledger.append([auditEntry(9)])).toEqual({ stored: 0, duplicates: 1 });
	expect(await seqsOf(chainId)).toEqual([1, 2, 3, 9].map((number, index) => [index + 1, idOf(number)]));
	expect(await blocksOf(chainId)).toEqual([
		[1, 1, 2],
		[2, 3, 3],
		[3, 4, 4],
	]);
	expect(ledger.durableSeq(PRODUCER)).toBe(3);
	await ledger.close();
	await expect(ledger.append([auditEntry(10)])).rejects.toMatchObject({ code: 'STORE_CLOSED' });
});

it("does not take an entry for another tenant's that has its id", async () => {
	const of = (tenant: string) =>
		auditEntry(60, { dimensions: { ...auditEntry(60).event.dimensions, 'pipeline.tenant': tenant } });
	const ledger = await AuditLedger.open(database, { chainId: 'tenants' });
	const [first, second] = await Promise.all([ledger.append([of('a')]), ledger.append([of('b')])]);
	expect([first, second]).toEqual([
		{ stored: 1, duplicates: 0 },
		{ stored: 1, duplicates: 0 },
	]);
	expect(await ledger.append([of('c'), of('a'), of('d')])).toEqual({ stored: 2, duplicates: 1 });
	await ledger.close();
});

it('says which entries of a producer are missing, also after it was opened again', async () => {
	const chainId = 'gaps';
	const first = await AuditLedger.open(database, { chainId });
	await first.append([spooledEntry(101, 1), spooledEntry(105, 5), spooledEntry(103, 3)]);
	await first.close();
	const ledger = await AuditLedger.open(database, { chainId });
	const state = { producerId: PRODUCER, durableSeq: 1 };
	expect(ledger.producers()).toMatchObject([
		{
			...state,
			later: [
				[3, 3],
				[5, 5],
			],
		},
	]);
	await ledger.append([spooledEntry(102, 2)]);
	await ledger.settle([{ producerId: PRODUCER, seq: 4 }]);
	expect(ledger.producers()).toMatchObject([{ ...state, durableSeq: 5, later: [] }]);
	expect(ledger.durableSeq('nobody')).toBe(0);
	await ledger.close();
});

/** A database that fails once when something is added to a table, before or after it was added. */
function failing(table: string, when: 'before' | 'after'): StoreDatabase {
	let isDone = false;
	return Object.assign(Object.create(database) as StoreDatabase, {
		query: database.query.bind(database),
		insert: async (...[into, ...rest]: Parameters<StoreDatabase['insert']>) => {
			const isNow = into === table && !isDone;
			if (isNow) isDone = true;
			if (isNow && when === 'before') throw new StoreError('STORE_UNAVAILABLE', 'gone');
			await database.insert(into, ...rest);
			if (isNow) throw new StoreError('STORE_UNAVAILABLE', 'gone');
		},
	});
}

let used = 1_000;
for (const table of ['audit_events', 'audit_blocks', 'audit_producers'] as const) {
	for (const when of ['before', 'after'] as const) {
		it(`loses and doubles nothing when the store goes away ${when} ${table} is written`, async () => {
			const chainId = `${table}-${when}`;
			const from = used;
			used += 100;
			const ledger = await AuditLedger.open(failing(table, when), { chainId });
			// The third is no audit: it is stored beside the chain.
			const completed = { eventType: 'TRACE', name: 'pipeline.gamma.trace.trace.completed' } as const;
			const sent = numbers(1, 3).map((seq) => spooledEntry(from + seq, seq, seq === 3 ? completed : {}));
			await expect(ledger.append(sent)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
			// One that goes on, and one that is opened anew, as after the end of the process.
			const { stored } = await ledger.append([...sent, spooledEntry(from + 4, 4)]);
			expect(stored).toBe(table === 'audit_events' && when === 'before' ? 3 : 1);
			await ledger.close();
			const again = await AuditLedger.open(database, { chainId });
			expect(await again.append(sent)).toEqual({ stored: 0, duplicates: 3 });
			expect(again.durableSeq(PRODUCER)).toBe(4);
			expect(await seqsOf(chainId)).toEqual([1, 2, 4].map((number, index) => [index + 1, idOf(from + number)]));
			const blocks = await blocksOf(chainId);
			expect(blocks.flatMap(([, first = 0, last = 0]) => numbers(first, last))).toEqual([1, 2, 3]);
			const completions = await database.query('SELECT name FROM telemetry_events WHERE event_id = {id:UUID} LIMIT 9', {
				id: idOf(from + 3),
			});
			expect(completions).toHaveLength(1);
			await again.close();
		});
	}
}

it('knows what was stored before the process ended, without being sent it again', async () => {
	const chainId = 'unnoted';
	const ledger = await AuditLedger.open(failing('audit_producers', 'before'), { chainId });
	await expect(ledger.append([spooledEntry(40_001, 1), spooledEntry(40_002, 2)])).rejects.toThrow();
	const again = await AuditLedger.open(database, { chainId });
	expect(again.durableSeq(PRODUCER)).toBe(2);
	await again.close();
});

it('goes on behind entries that somebody put there, whatever they say', async () => {
	const chainId = 'strange';
	const places = [
		{ seq: 1, blockId: 1 },
		{ seq: 2, blockId: 7 },
		{ seq: 3, blockId: 1 },
		{ seq: 9, blockId: 0 },
	];
	const rows = places.map((place) => auditRow(auditEntry(41_000 + place.seq), { chainId, ...place }));
	await database.insert('audit_events', Buffer.from(rows.map((row) => JSON.stringify(row)).join('\n')), chainId);
	const ledger = await AuditLedger.open(database, { chainId });
	expect(await ledger.append([auditEntry(41_010)])).toEqual({ stored: 1, duplicates: 0 });
	await ledger.close();
	expect((await blocksOf(chainId)).at(-1)).toEqual([8, 10, 10]);
	expect((await verifyAudit(database, { chainId })).isIntact).toBe(false);
});

it('takes an entry whose clock is far off once, although it has the time at which it came', async () => {
	const ledger = await AuditLedger.open(database, { chainId: 'clockless' });
	const { event } = auditEntry(42_000, { timestamp: '0001-01-01T00:00:00.000000Z' });
	const at = (receivedAt: string) => [{ event, origin: { service: 'alpha', receivedAt } }];
	expect(await ledger.append(at('2026-11-21T10:00:00.000000Z'))).toEqual({ stored: 1, duplicates: 0 });
	expect(await ledger.append(at('2026-11-22T09:00:00.000000Z'))).toEqual({ stored: 0, duplicates: 1 });
	await ledger.close();
});

it('refuses what is no event, and options out of bounds', async () => {
	const ledger = await AuditLedger.open(database, { chainId: 'refuses', checksumIntervalS: 10 });
	await expect(ledger.append([auditEntry(1, { eventId: 'x' })])).rejects.toMatchObject({ code: 'QUERY_INVALID' });
	expect(await ledger.append([])).toEqual({ stored: 0, duplicates: 0 });
	for (const place of [
		{ producerId: '', seq: 1 },
		{ producerId: PRODUCER, seq: 0 },
	]) {
		await expect(ledger.settle([place])).rejects.toMatchObject({ code: 'QUERY_INVALID' });
	}
	for (const options of [{ checksumIntervalS: 9 }, { chainId: '' }, { maxProducers: 1 }, { signingKey: 'x' }]) {
		await expect(AuditLedger.open(database, options)).rejects.toMatchObject({ code: 'QUERY_INVALID' });
	}
	await ledger.close();
});

it('stores together what waits at the same time, and tells each caller its own', async () => {
	const chainId = 'together';
	const ledger = await AuditLedger.open(database, { chainId });
	const parts = numbers(1, 6).map((part) => [1, 2].map((number) => auditEntry(50_000 + part + number)));
	const results = await Promise.all(parts.map((part) => ledger.append(part)));
	// Each part begins with the last entry of the one before.
	expect(results).toEqual([{ stored: 2, duplicates: 0 }, ...numbers(1, 5).map(() => ({ stored: 1, duplicates: 1 }))]);
	expect((await blocksOf(chainId)).length).toBeLessThan(parts.length);
	expect(await seqsOf(chainId)).toHaveLength(7);
	await ledger.close();
});

it('keeps little of a producer whose numbers make no sense, and takes nothing twice', async () => {
	const chainId = 'sparse';
	const ledger = await AuditLedger.open(database, { chainId });
	// So many that their ids are not looked up any more just because the producer is new.
	const sparse = numbers(1, 10_000).map((number) => spooledEntry(160_000 + number, 2 * number));
	expect(await ledger.append(sparse)).toEqual({ stored: 10_000, duplicates: 0 });
	expect(ledger.producers()[0]).toMatchObject({ durableSeq: 0, later: { length: 1_000 } });
	expect(await ledger.append(sparse.slice(-100))).toEqual({ stored: 0, duplicates: 100 });
	await ledger.close();
});

it('forgets producers that were not heard for long, and knows them again', async () => {
	const chainId = 'many';
	const ledger = await AuditLedger.open(database, { chainId });
	const entryOf = (number: number) => ({
		...auditEntry(80_000 + number, {
			dimensions: { 'audit.producer_id': `producer-${number}`, 'audit.producer_seq': '1' },
		}),
	});
	await ledger.append([entryOf(0)]);
	await ledger.append(numbers(1, 10_000).map(entryOf));
	expect([ledger.producers().length, ledger.durableSeq('producer-0')]).toEqual([10_000, 0]);
	expect(await ledger.append([entryOf(0)])).toEqual({ stored: 0, duplicates: 1 });
	expect([ledger.producers().length, ledger.durableSeq('producer-0')]).toEqual([10_000, 1]);
	await ledger.close();
});

it('says that a checkpoint cannot be written, and goes on', async () => {
	vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
	try {
		const { promise: warned, resolve } = Promise.withResolvers<string>();
		const checkpointPath = join(import.meta.dirname, 'no such folder', 'checkpoints');
		const ledger = await AuditLedger.open(database, { chainId: 'unvouched', checkpointPath, onWarning: resolve });
		await ledger.append([auditEntry(70_000)]);
		vi.advanceTimersByTime(300_000);
		expect(await warned).toBe('A checkpoint cannot be written: the end of the chain is not vouched for.');
		expect(await ledger.append([auditEntry(70_001)])).toEqual({ stored: 1, duplicates: 0 });
		await expect(ledger.close()).rejects.toMatchObject({ code: 'ENOENT' });
	} finally {
		vi.useRealTimers();
	}
});

it('goes on with a signed chain only when it can sign', async () => {
	const { privateKey } = generateKeyPairSync('ed25519');
	const signingKey = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
	const signed = await AuditLedger.open(database, { chainId: 'signed', signingKey });
	await signed.append([auditEntry(50)]);
	await signed.close();
	await expect(AuditLedger.open(database, { chainId: 'signed' })).rejects.toMatchObject({ code: 'QUERY_INVALID' });
	const again = await AuditLedger.open(database, { chainId: 'signed', signingKey });
	expect(await again.append([auditEntry(51)])).toEqual({ stored: 1, duplicates: 0 });
	await again.close();
});
