import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { AuditLedger } from '../../src/audit/audit-ledger.ts';
import type { AuditEntry } from '../../src/audit/audit-row.ts';
import { verifyAudit } from '../../src/audit/verify-audit.ts';
import type { StoreDatabase } from '../../src/connection/store-database.ts';
import { StoreError } from '../../src/connection/store-error.ts';
import { openTestDatabase } from '../open-test-database.ts';
import { auditEntry, numbers, PRODUCER, spooledEntry } from './audit-entries.ts';

let database: Awaited<ReturnType<typeof openTestDatabase>>;
beforeAll(async () => {
	database = await openTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

/** A database whose next insert of audit waits until it is let go, and fails if it is told to. */
function heldDatabase() {
	const arrived = Promise.withResolvers<void>();
	const gate = Promise.withResolvers<void>();
	let isHeld = false;
	let answers = 0;
	const held: StoreDatabase = Object.assign(Object.create(database) as StoreDatabase, {
		query: async (...parameters: Parameters<StoreDatabase['query']>) => {
			const rows = await database.query(...parameters);
			answers++;
			return rows;
		},
		insert: async (...[table, ...rest]: Parameters<StoreDatabase['insert']>) => {
			if (table === 'audit_events' && !isHeld) {
				isHeld = true;
				arrived.resolve();
				await gate.promise;
			}
			await database.insert(table, ...rest);
		},
	});
	/** Resolves when the ledger has looked up what came last, and had time to number it. */
	const untilLookedUp = async () => {
		const before = answers;
		while (answers === before) await setImmediate();
		for (let turn = 0; turn < 20; turn++) await setImmediate();
	};
	return { held, arrived: arrived.promise, gate, untilLookedUp };
}

const stateOf = async (chainId: string) => {
	const { isIntact } = await verifyAudit(database, { chainId });
	const rows = await database.query<{ seq: string; record: string }>(
		'SELECT seq, record_id AS record FROM audit_events WHERE chain_id = {chain:String} ORDER BY seq LIMIT 100',
		{ chain: chainId },
	);
	return { isIntact, entries: rows.map(({ seq, record }) => [Number(seq), record]) };
};

const appendBoth = async (
	chainId: string,
	first: readonly AuditEntry[],
	second: readonly AuditEntry[],
	isStored: boolean,
) => {
	const { held, arrived, gate, untilLookedUp } = heldDatabase();
	const ledger = await AuditLedger.open(held, { chainId });
	const appends = [ledger.append(first)];
	await arrived;
	appends.push(ledger.append(second));
	await untilLookedUp();
	if (isStored) gate.resolve();
	else gate.reject(new StoreError('STORE_UNAVAILABLE', 'gone'));
	const results = await Promise.allSettled(appends);
	await ledger.close();
	return { results: results.map(({ status }) => status), second: results[1], ledger };
};

it('takes once what comes again while it is being stored, and numbers what comes with it without a gap', async () => {
	const chainId = 'ahead';
	const first = numbers(1, 3).map((number) => spooledEntry(number, number));
	const again = [...first.slice(1), spooledEntry(4, 4), auditEntry(5)];
	const { second, ledger } = await appendBoth(chainId, first, again, true);
	expect(second).toMatchObject({ value: { stored: 2, duplicates: 2 } });
	expect(ledger.durableSeq(PRODUCER)).toBe(4);
	expect(await stateOf(chainId)).toEqual({
		isIntact: true,
		entries: numbers(1, 5).map((number) => [number, `record-${number}`]),
	});
});

it('makes anew what was made behind entries that could not be stored', async () => {
	const chainId = 'behind';
	const first = numbers(11, 13).map((number) => spooledEntry(number, number - 10));
	const behind = [spooledEntry(13, 3), spooledEntry(14, 4), auditEntry(15)];
	const { results, second, ledger } = await appendBoth(chainId, first, behind, false);
	expect(results).toEqual(['rejected', 'fulfilled']);
	expect(second).toMatchObject({ value: { stored: 3, duplicates: 0 } });
	expect([ledger.durableSeq(PRODUCER), ledger.producers()[0]?.later]).toEqual([0, [[3, 4]]]);
	const entries = [13, 14, 15].map((number, index) => [index + 1, `record-${number}`]);
	expect((await stateOf(chainId)).entries).toEqual(entries);
	expect((await verifyAudit(database, { chainId })).findings.map(({ kind }) => kind)).toEqual(['PRODUCER_GAP']);
});
