import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { AuditLedger } from '../../src/audit/audit-ledger.ts';
import { verifyAudit } from '../../src/audit/verify-audit.ts';
import { Ingest } from '../../src/ingest/ingest.ts';
import { openTestDatabase } from '../open-test-database.ts';
import { jsonBytes } from '../otlp/otlp-bytes.ts';
import { INGESTED, logsRequest, NOW_MS, recordOf } from './event-requests.ts';

// A sender that may send, and says that it is a producer of another sender.

const PRODUCER = 'spool-of-alpha';
let database: Awaited<ReturnType<typeof openTestDatabase>>;
let ledger: AuditLedger;
let ingest: Ingest;
let folder: string;
const warnings: string[] = [];

const open = async () => {
	ledger = await AuditLedger.open(database, { onWarning: (message) => warnings.push(message) });
	ingest = new Ingest(database, { ledger, deadLetterPath: join(folder, 'refused.ndjson'), now: () => NOW_MS });
};
const close = async () => {
	await ingest.close();
	await ledger.close();
};
beforeEach(async () => {
	warnings.length = 0;
	folder = await mkdtemp(join(tmpdir(), 'claimed-producer-'));
	database = await openTestDatabase();
	await open();
});
afterEach(async () => {
	await close();
	await database[Symbol.asyncDispose]();
	await rm(folder, { recursive: true });
});

let made = 0;
const entryOf = (seq: number) => ({
	...INGESTED,
	eventId: `01a1ff27-8260-7000-bccc-${String(++made).padStart(12, '0')}`,
	dimensions: { ...INGESTED.dimensions, 'audit.producer_id': PRODUCER, 'audit.producer_seq': String(seq) },
});
const sendAs = (sender: string, ...records: readonly object[]) =>
	ingest.accept('logs', 'json', jsonBytes(logsRequest(records)), sender);
/** An entry without a module: it is refused, and counts as settled for whoever may speak for its producer. */
const unreadable = (seq: number) => {
	const { attributes, ...record } = recordOf(entryOf(seq));
	const some = attributes.filter(({ key }) => key !== 'pipeline.event.module');
	return { ...record, eventName: 'elsewhere', attributes: some };
};

it('lets nobody but the first sender of a producer move its watermark, also over a restart', async () => {
	await sendAs('alpha', recordOf(entryOf(1)));
	const forge = async () => {
		expect(await sendAs('mallory', recordOf(entryOf(2)))).toEqual({ accepted: 1, rejected: 0 });
		expect(await sendAs('mallory', unreadable(2), unreadable(3))).toMatchObject({ accepted: 0, rejected: 2 });
	};
	await forge();
	expect(ledger.durableSeq(PRODUCER)).toBe(1);
	await close();
	await open();
	await forge();
	expect(ledger.producers()).toMatchObject([{ producerId: PRODUCER, sender: 'alpha', durableSeq: 1, later: [] }]);
	expect(warnings).toHaveLength(2);
	expect(warnings[0]).toContain(PRODUCER);
	await sendAs('alpha', recordOf(entryOf(2)), unreadable(3));
	expect(ledger.durableSeq(PRODUCER)).toBe(3);
	expect(await verifyAudit(database)).toMatchObject({ isIntact: true, findingCount: 0 });
});

it('keeps what the other one sent, under what it claims to be', async () => {
	await sendAs('alpha', recordOf(entryOf(1)));
	const forged = entryOf(2);
	await sendAs('mallory', recordOf(forged));
	const rows = await database.query(
		`SELECT producer_id, dimensions['audit.claimed_producer_id'] AS claimed FROM audit_events WHERE event_id = {id:UUID} LIMIT 9`,
		{ id: forged.eventId },
	);
	expect(rows).toEqual([{ producer_id: '', claimed: PRODUCER }]);
});

it('takes a request that was another sender’s before for what it is', async () => {
	await sendAs('alpha', recordOf(entryOf(1)));
	const record = recordOf(entryOf(2));
	await sendAs('mallory', record);
	await sendAs('alpha', record);
	expect([ledger.durableSeq(PRODUCER), ingest.stats().repeatedRequests]).toEqual([2, 0]);
});

it('believes whoever sends where senders are not told apart', async () => {
	await sendAs('', recordOf(entryOf(1)));
	await sendAs('', recordOf(entryOf(2)));
	// From now on they are: the first one that is known speaks for the producer.
	await sendAs('alpha', recordOf(entryOf(3)));
	await sendAs('mallory', recordOf(entryOf(4)));
	expect(ledger.producers()).toMatchObject([{ sender: 'alpha', durableSeq: 3, later: [] }]);
});
