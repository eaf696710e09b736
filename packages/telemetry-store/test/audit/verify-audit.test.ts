import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AuditBlock } from '../../src/audit/audit-block.ts';
import { blockHashOf } from '../../src/audit/audit-block.ts';
import { AuditLedger } from '../../src/audit/audit-ledger.ts';
import { CHECKSUM_SQL } from '../../src/audit/canonical-form.ts';
import type { AuditLedgerOptions } from '../../src/audit/ledger-options.ts';
import { type VerifyAuditOptions, verifyAudit } from '../../src/audit/verify-audit.ts';
import { openTestDatabase } from '../open-test-database.ts';
import { auditEntry, idOf, numbers, PRODUCER, spooledEntry, timeOf } from './audit-entries.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519', {
	privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
	publicKeyEncoding: { type: 'spki', format: 'pem' },
});
let folder: string;
let database: Awaited<ReturnType<typeof openTestDatabase>>;
beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), 'checkpoints-'));
	database = await openTestDatabase();
});
afterAll(async () => {
	await database[Symbol.asyncDispose]();
	rmSync(folder, { recursive: true });
});

let chains = 0;

/** A chain of three blocks of ten entries, with a checkpoint. */
async function sealedChain(options: AuditLedgerOptions = {}) {
	const chainId = `chain-${++chains}`;
	const first = chains * 1_000;
	const checkpointPath = join(folder, chainId);
	const ledger = await AuditLedger.open(database, { chainId, checkpointPath, signingKey: privateKey, ...options });
	for (const from of [1, 11, 21]) {
		await ledger.append(numbers(from, from + 9).map((number) => auditEntry(first + number)));
	}
	await ledger.close();
	const verify = (more: VerifyAuditOptions = {}) =>
		verifyAudit(database, { chainId, checkpointPath, publicKeys: [publicKey], ...more });
	const idAt = (seq: number) => idOf(first + seq);
	return { chainId, checkpointPath, verify, idAt };
}

/** Changes tables as somebody would who can. */
async function tamper(table: string, what: string, chainId: string): Promise<void> {
	await database.administer(async ({ execute }) => {
		const change = what.replaceAll('CHAIN', `chain_id = '${chainId}'`);
		await execute(
			`ALTER TABLE telemetry.${table} ${change} SETTINGS mutations_sync = 2, allow_nondeterministic_mutations = 1`,
		);
	});
}

it('finds nothing where nothing was changed', async () => {
	const { chainId, verify } = await sealedChain();
	const { elapsedMs, ...report } = await verify();
	expect(elapsedMs).toBeGreaterThan(0);
	expect(report).toEqual({
		isIntact: true,
		findings: [],
		findingCount: 0,
		chains: [
			{
				...{ chain: chainId, blocks: 3, entries: 30, expired: 0, unsealed: 0, lastSeq: 30, vouchedSeq: 30 },
				lastBlockHash: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
			},
		],
		notes: ['What happened before the store was not looked at.'],
	});
});

const AT = (seq: number) => ({ block: Math.ceil(seq / 10), firstSeq: seq, lastSeq: seq });
const COLUMNS_OF_ONE = [
	"correlation_id = 'x'",
	"dimensions = mapUpdate(dimensions, map('audit.outcome', 'FAILURE'))",
	'severity = 5',
	"service = 'other'",
	'value = 1',
	'received_at = received_at + 1',
	"checksum = repeat('0', 64)",
	'block_id = 3',
];
for (const change of COLUMNS_OF_ONE) {
	it(`finds an entry that was edited: ${change}`, async () => {
		const { chainId, verify, idAt } = await sealedChain();
		await tamper('audit_events', `UPDATE ${change} WHERE CHAIN AND seq = 15`, chainId);
		const { findings } = await verify();
		const block = change.startsWith('block_id') ? 3 : 2;
		expect(findings).toMatchObject([{ kind: 'EDITED', ...AT(15), block, eventId: idAt(15) }]);
	});
}

it('finds the block of an entry whose checksum was made anew', async () => {
	const { chainId, verify } = await sealedChain();
	await tamper('audit_events', "UPDATE correlation_id = 'x' WHERE CHAIN AND seq = 15", chainId);
	await tamper('audit_events', `UPDATE checksum = ${CHECKSUM_SQL} WHERE CHAIN AND seq = 15`, chainId);
	expect((await verify()).findings).toMatchObject([{ kind: 'EDITED', block: 2, firstSeq: 11, lastSeq: 20 }]);
});

it('finds entries that were deleted, in the middle and with a whole block', async () => {
	const { chainId, verify } = await sealedChain();
	await tamper(
		'audit_events',
		'DELETE WHERE CHAIN AND seq IN (4, 5, 8, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30)',
		chainId,
	);
	expect((await verify()).findings).toMatchObject([
		{ kind: 'DELETED', block: 1, firstSeq: 4, lastSeq: 5 },
		{ kind: 'DELETED', block: 1, firstSeq: 8, lastSeq: 8 },
		{ kind: 'DELETED', block: 3, firstSeq: 21, lastSeq: 30 },
	]);
});

/** Adds a copy of an entry with another id under another number or block. */
async function insertCopy(chainId: string, id: string, place: { readonly seq: number; readonly block: number }) {
	await database.administer(async ({ execute }) => {
		const columns =
			'timestamp, event_id, service, module, component, event_type, severity, name, dimensions, received_at';
		await execute(
			`INSERT INTO telemetry.audit_events (tenant_id, chain_id, checksum, seq, block_id, ${columns})
			SELECT tenant_id, chain_id, '', {seq:UInt64}, {block:UInt64}, ${columns.replace('event_id', '{id:UUID}')}
			FROM telemetry.audit_events WHERE chain_id = {chain:String} AND seq = 15`,
			{ ...place, id, chain: chainId },
		);
	});
	await tamper('audit_events', `UPDATE checksum = ${CHECKSUM_SQL} WHERE CHAIN AND checksum = ''`, chainId);
}

for (const [seq, block] of [
	[15, 2],
	[15, 9],
	[15, 1],
	[0, 0],
] as const) {
	it(`finds an entry that was inserted as number ${seq} of block ${block}`, async () => {
		const { chainId, verify } = await sealedChain();
		const id = idOf(900_000 + chains);
		await insertCopy(chainId, id, { seq, block });
		expect((await verify()).findings).toMatchObject([{ kind: 'INSERTED', firstSeq: seq, eventId: id }]);
	});
}

it('finds an entry that was put behind the end', async () => {
	const { chainId, verify } = await sealedChain();
	await insertCopy(chainId, idOf(900_000 + chains), { seq: 31, block: 5 });
	expect((await verify()).findings).toMatchObject([{ kind: 'BLOCK_DELETED', block: 5, firstSeq: 31, lastSeq: 31 }]);
});

it('finds entries that changed places, within a block and across blocks', async () => {
	const { chainId, verify, idAt } = await sealedChain();
	await tamper('audit_events', 'UPDATE seq = 25 - seq WHERE CHAIN AND seq IN (12, 13)', chainId);
	await tamper(
		'audit_events',
		'UPDATE seq = 26 - seq, block_id = 4 - block_id WHERE CHAIN AND seq IN (5, 21)',
		chainId,
	);
	const { findings } = await verify();
	expect(findings.toSorted((a, b) => (a.firstSeq ?? 0) - (b.firstSeq ?? 0))).toMatchObject([
		{ kind: 'REORDERED', ...AT(5), eventId: idAt(21), message: 'It was number 21.' },
		{ kind: 'REORDERED', ...AT(12), eventId: idAt(13), message: 'It was number 13.' },
		{ kind: 'REORDERED', ...AT(13), eventId: idAt(12), message: 'It was number 12.' },
		{ kind: 'REORDERED', ...AT(21), eventId: idAt(5), message: 'It was number 5.' },
	]);
});

it('finds and locates whatever was edited, deleted and moved, all at once', async () => {
	const seqs = fc.shuffledSubarray([...numbers(1, 30)], { minLength: 6, maxLength: 12 });
	await fc.assert(
		fc.asyncProperty(seqs, async ([left = 0, right = 0, deleted = 0, ...edited]) => {
			const { chainId, verify, idAt } = await sealedChain();
			const block = (seq: number) => Math.ceil(seq / 10);
			const swap = `seq = ${left + right} - seq, block_id = ${block(left) + block(right)} - block_id`;
			await tamper('audit_events', `DELETE WHERE CHAIN AND seq = ${deleted}`, chainId);
			await tamper('audit_events', `UPDATE ${swap} WHERE CHAIN AND seq IN (${left}, ${right})`, chainId);
			await tamper('audit_events', `UPDATE name = 'x' WHERE CHAIN AND seq IN (${edited.join(', ')})`, chainId);
			const { findings } = await verify();
			const found = findings.map(({ kind, firstSeq, lastSeq, eventId = '' }) => [kind, firstSeq, lastSeq, eventId]);
			const expected = [
				['REORDERED', left, left, idAt(right)],
				['REORDERED', right, right, idAt(left)],
				['DELETED', deleted, deleted, ''],
				...edited.map((seq) => ['EDITED', seq, seq, idAt(seq)]),
			];
			expect(new Set(found)).toEqual(new Set(expected));
			expect(found).toHaveLength(expected.length);
		}),
		{ numRuns: 5 },
	);
});

it('may run while a ledger writes', async () => {
	const chainId = 'busy';
	const ledger = await AuditLedger.open(database, { chainId });
	const appends = Promise.all(
		numbers(1, 12).map(async (part) => {
			for (const number of numbers(1, 3)) await ledger.append([auditEntry(600_000 + part * 100 + number)]);
		}),
	);
	for (let check = 0; check < 6; check++) {
		expect((await verifyAudit(database, { chainId })).findings).toEqual([]);
	}
	await appends;
	expect((await verifyAudit(database, { chainId })).chains).toMatchObject([{ entries: 36, unsealed: 0 }]);
	await ledger.close();
});

it('finds that the end is missing, if checkpoints are kept, and keeps seeing it', async () => {
	const { chainId, checkpointPath, verify } = await sealedChain();
	await tamper('audit_events', 'DELETE WHERE CHAIN AND seq > 20', chainId);
	await tamper('audit_blocks', 'DELETE WHERE CHAIN AND block_id > 2', chainId);
	expect((await verify()).findings).toMatchObject([{ kind: 'TRUNCATED', firstSeq: 21, lastSeq: 30 }]);
	const blind = await verifyAudit(database, { chainId });
	expect(blind).toMatchObject({ isIntact: true, chains: [{ vouchedSeq: 0 }] });
	expect(blind.notes).toContain('Without checkpoints nobody vouches for the end of a chain.');
	const warnings: string[] = [];
	const onWarning = (message: string) => void warnings.push(message);
	const ledger = await AuditLedger.open(database, { chainId, checkpointPath, signingKey: privateKey, onWarning });
	await ledger.append([auditEntry(800_000 + chains)]);
	await ledger.close();
	expect(warnings).toEqual(['Entries 21 to 30 were sealed and are gone: verify the store.']);
	expect((await verify()).findings).toMatchObject([{ kind: 'BLOCK_DELETED', block: 3, firstSeq: 21, lastSeq: 30 }]);
});

it('finds a block that was changed, deleted, doubled, or sealed anew', async () => {
	const { chainId, verify } = await sealedChain();
	await tamper('audit_blocks', 'UPDATE sealed_at = sealed_at + 1 WHERE CHAIN AND block_id = 1', chainId);
	await tamper('audit_blocks', 'DELETE WHERE CHAIN AND block_id = 2', chainId);
	expect((await verify()).findings).toMatchObject([
		{ kind: 'BLOCK_CHANGED', ...AT(1), lastSeq: 10 },
		{ kind: 'BLOCK_DELETED', block: 2, firstSeq: 11, lastSeq: 20 },
	]);
	const doubled = await sealedChain();
	await database.administer(({ execute }) =>
		execute('INSERT INTO telemetry.audit_blocks SELECT * FROM telemetry.audit_blocks WHERE chain_id = {chain:String}', {
			chain: doubled.chainId,
		}),
	);
	expect((await doubled.verify()).findings).toHaveLength(3);
});

it('does not read what a block cannot have', async () => {
	const { chainId, verify } = await sealedChain();
	await tamper('audit_blocks', 'UPDATE last_seq = 1000000000000 WHERE CHAIN AND block_id = 2', chainId);
	const { findings, chains: reports } = await verify();
	expect(findings.map(({ kind, block }) => [kind, block])).toEqual([
		['BLOCK_CHANGED', 2],
		['BLOCK_CHANGED', 3],
		['BLOCK_CHANGED', 2],
	]);
	expect(reports).toMatchObject([{ entries: 20 }]);
});

/** Changes the second block and makes its hash fit. */
async function resealed(chainId: string): Promise<void> {
	const [row] = await database.query<Record<string, string>>(
		`SELECT * EXCEPT (first_time, last_time, sealed_at),
			formatDateTime(first_time, '%Y-%m-%dT%H:%i:%S.%fZ', 'UTC') AS first_time,
			formatDateTime(last_time, '%Y-%m-%dT%H:%i:%S.%fZ', 'UTC') AS last_time,
			'2026-11-21T11:00:00.000000Z' AS sealed_at
		FROM audit_blocks WHERE chain_id = {chain:String} AND block_id = 2`,
		{ chain: chainId },
	);
	const hash = blockHashOf(row as unknown as AuditBlock);
	const changes = `sealed_at = toDateTime64('2026-11-21 11:00:00', 6, 'UTC'), block_hash = '${hash}'`;
	await tamper('audit_blocks', `UPDATE ${changes} WHERE CHAIN AND block_id = 2`, chainId);
}

it('finds a block that was sealed anew by its neighbour and its signature', async () => {
	const { chainId, verify } = await sealedChain();
	await resealed(chainId);
	expect((await verify()).findings).toMatchObject([
		{ kind: 'BLOCK_CHANGED', block: 2, firstSeq: 11, lastSeq: 20 },
		{ kind: 'FORGED', block: 2, firstSeq: 11, lastSeq: 20 },
	]);
});

it('takes signatures and checkpoints of the right key only', async () => {
	const other = generateKeyPairSync('ed25519', {
		privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
		publicKeyEncoding: { type: 'spki', format: 'pem' },
	});
	const { verify } = await sealedChain();
	expect((await verify({ publicKeys: [other.publicKey] })).findings.map(({ kind }) => kind)).toEqual(
		Array.from({ length: 4 }, () => 'FORGED'),
	);
	await expect(verify({ publicKeys: [publicKey, privateKey.slice(0, 40)] })).rejects.toMatchObject({
		code: 'QUERY_INVALID',
	});
	const unsigned = await sealedChain({ signingKey: other.privateKey });
	expect((await unsigned.verify({ publicKeys: [other.publicKey] })).isIntact).toBe(true);
});

it('takes what was signed before the key was changed, where that key still counts', async () => {
	const newer = generateKeyPairSync('ed25519', {
		privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
		publicKeyEncoding: { type: 'spki', format: 'pem' },
	});
	const { chainId, checkpointPath, verify } = await sealedChain();
	const first = chains * 1_000;
	const ledger = await AuditLedger.open(database, { chainId, checkpointPath, signingKey: newer.privateKey });
	await ledger.append(numbers(31, 40).map((number) => auditEntry(first + number)));
	await ledger.close();
	expect(await verify({ publicKeys: [newer.publicKey, publicKey] })).toMatchObject({
		isIntact: true,
		chains: [{ blocks: 4, vouchedSeq: 40 }],
	});
	// The newest block vouches for those before it; the checkpoints of the former key count no more.
	expect((await verify({ publicKeys: [newer.publicKey] })).findings).toEqual([
		{ kind: 'FORGED', chain: '', message: 'Line 1 of the checkpoints is not signed, or is none.' },
	]);
	expect((await verify({ publicKeys: [publicKey] })).isIntact).toBe(false);
});

it('looks into the time that it is asked for', async () => {
	const { chainId, verify } = await sealedChain();
	const first = chains * 1_000;
	await tamper('audit_events', "UPDATE correlation_id = 'x' WHERE CHAIN AND seq IN (5, 15)", chainId);
	const late = await verify({ from: timeOf(first + 11), to: timeOf(first + 21) });
	expect(late.findings).toMatchObject([{ kind: 'EDITED', ...AT(15) }]);
	expect(late.chains).toMatchObject([{ blocks: 3, entries: 10 }]);
	expect((await verify({ from: timeOf(first + 21) })).isIntact).toBe(true);
	for (const from of ['2026', '2026-13-45T99:99:99.000000Z']) {
		await expect(verify({ from })).rejects.toMatchObject({ code: 'QUERY_INVALID' });
	}
	const seconds = await verify({ from: `${timeOf(first + 11).slice(0, 19)}Z`, to: '2200-01-01T00:00:00Z' });
	expect(seconds.chains).toEqual((await verify({ from: `${timeOf(first + 11).slice(0, 19)}.000000Z` })).chains);
});

it('says which entries of producers have not come, and what was lost or changed before the store', async () => {
	const chainId = 'producers';
	const ledger = await AuditLedger.open(database, { chainId });
	const produced = numbers(1, 5).map((seq) => spooledEntry(700_000 + seq, seq));
	const changed = spooledEntry(700_002, 2, { correlationId: 'changed on the way' });
	await ledger.append([...produced.slice(0, 1), changed, ...produced.slice(3)]);
	await ledger.close();
	const { findings } = await verifyAudit(database, { chainId, producerEvents: produced.map(({ event }) => event) });
	const chain = PRODUCER;
	expect(findings).toMatchObject([
		{ kind: 'PRODUCER_GAP', chain, firstSeq: 3, lastSeq: 3 },
		{ kind: 'EDITED', chain, firstSeq: 2, eventId: idOf(700_002) },
		{ kind: 'NOT_STORED', chain, firstSeq: 3, eventId: idOf(700_003) },
	]);
});

it('says what of a producer a checkpoint knows and the store does not', async () => {
	const chainId = 'vouched';
	const checkpointPath = join(folder, chainId);
	const ledger = await AuditLedger.open(database, { chainId, checkpointPath });
	await ledger.append(numbers(1, 5).map((seq) => spooledEntry(710_000 + seq, seq)));
	await ledger.close();
	expect((await verifyAudit(database, { chainId, checkpointPath })).isIntact).toBe(true);
	await tamper('audit_producers', 'UPDATE durable_seq = 2 WHERE CHAIN', chainId);
	const place = { kind: 'PRODUCER_GAP', chain: PRODUCER, lastSeq: 5 };
	expect(await verifyAudit(database, { chainId, checkpointPath })).toMatchObject({
		findings: [{ ...place, firstSeq: 3 }],
	});
	await tamper('audit_producers', 'DELETE WHERE CHAIN', chainId);
	expect(await verifyAudit(database, { chainId, checkpointPath })).toMatchObject({
		findings: [{ ...place, firstSeq: 1 }],
	});
});

it('counts all findings and keeps the first thousand', async () => {
	const producerEvents = numbers(1, 1_001).map((number) => auditEntry(720_000 + number).event);
	const report = await verifyAudit(database, { chainId: 'none', producerEvents });
	expect(report).toMatchObject({
		isIntact: false,
		findingCount: 1_001,
		findings: { length: 1_000 },
		chains: [{ blocks: 0 }],
	});
	expect(new Set(report.findings.map(({ kind }) => kind))).toEqual(new Set(['NOT_STORED']));
});

it('verifies all chains, those too of which nothing but a checkpoint is left', async () => {
	const { chainId, checkpointPath } = await sealedChain();
	await tamper('audit_events', 'DELETE WHERE CHAIN', chainId);
	await tamper('audit_blocks', 'DELETE WHERE CHAIN', chainId);
	const { chains: reports, findings } = await verifyAudit(database, { checkpointPath, publicKeys: [publicKey] });
	expect(reports.length).toBeGreaterThan(1);
	expect(findings).toContainEqual(
		expect.objectContaining({ kind: 'TRUNCATED', chain: chainId, firstSeq: 1, lastSeq: 30 }),
	);
});

it('takes no offence at what retention has taken away, and at nothing else', async () => {
	const { chainId, verify } = await sealedChain();
	const eightYears = { now: () => Date.parse('2034-11-21T11:00:00Z'), retentionDays: 2_557 };
	await tamper('audit_events', 'DELETE WHERE CHAIN AND seq BETWEEN 1 AND 15', chainId);
	const expired = await verify(eightYears);
	expect(expired).toMatchObject({ isIntact: true, chains: [{ entries: 15, expired: 15 }] });
	expect((await verify({ retentionDays: 2_557 })).findings).toMatchObject([
		{ kind: 'DELETED', firstSeq: 1, lastSeq: 10 },
		{ kind: 'DELETED', firstSeq: 11, lastSeq: 15 },
	]);
	await tamper('audit_events', "UPDATE name = 'x' WHERE CHAIN AND seq IN (18, 28)", chainId);
	expect((await verify(eightYears)).findings).toMatchObject([
		{ kind: 'EDITED', ...AT(18) },
		{ kind: 'EDITED', ...AT(28) },
	]);
});

it('finds a column that says something other than its dimension', async () => {
	const { chainId, verify, idAt } = await sealedChain();
	// The engine lets nobody change such a column: somebody who can makes it an ordinary one first.
	await tamper('audit_events', "MODIFY COLUMN actor_id String DEFAULT ''", chainId);
	await tamper('audit_events', "UPDATE actor_id = 'nobody' WHERE CHAIN AND seq = 15", chainId);
	expect((await verify()).findings).toMatchObject([{ kind: 'EDITED', ...AT(15), eventId: idAt(15) }]);
});
