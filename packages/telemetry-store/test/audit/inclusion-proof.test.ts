import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { AuditLedger } from '../../src/audit/audit-ledger.ts';
import { checkInclusion, type InclusionProof, proveInclusion } from '../../src/audit/inclusion-proof.ts';
import { TenantScope } from '../../src/tenancy/tenant-scope.ts';
import { openTestDatabase } from '../open-test-database.ts';
import { auditEntry, auditEvent, idOf, numbers } from './audit-entries.ts';

const keys = () =>
	generateKeyPairSync('ed25519', {
		privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
		publicKeyEncoding: { type: 'spki', format: 'pem' },
	});
const { privateKey, publicKey } = keys();
const scope = TenantScope.of('default');
let database: Awaited<ReturnType<typeof openTestDatabase>>;
beforeAll(async () => {
	database = await openTestDatabase();
	const ledger = await AuditLedger.open(database, { signingKey: privateKey });
	await ledger.append(numbers(1, 11).map((number) => auditEntry(number)));
	// Its id says another time than the event: it is found all the same.
	await ledger.append([auditEntry(12, { timestamp: '2026-01-01T00:00:00.000000Z' })]);
});
afterAll(() => database[Symbol.asyncDispose]());

it('proves each entry of a block, also after the proof was written and read', async () => {
	for (const number of [1, 7, 11, 12]) {
		const proof = await proveInclusion(database, scope, idOf(number));
		const read = JSON.parse(JSON.stringify(proof)) as InclusionProof;
		expect(read.event.eventId).toBe(idOf(number));
		if (number < 12) expect(read.event).toEqual(auditEvent(number));
		expect(checkInclusion(read, [keys().publicKey, publicKey])).toBe('INCLUDED');
		expect(checkInclusion(read)).toBe('INCLUDED');
	}
});

it('proves nothing that was changed', async () => {
	const proof = (await proveInclusion(database, scope, idOf(7))) as InclusionProof;
	const { event, origin, block, path } = proof;
	expect(checkInclusion({ ...proof, event: { ...event, correlationId: 'x' } })).toBe('CHANGED');
	expect(checkInclusion({ ...proof, origin: { ...origin, service: 'x' } })).toBe('CHANGED');
	expect(checkInclusion({ ...proof, seq: 6 })).toBe('CHANGED');
	expect(checkInclusion({ ...proof, seq: 12 })).toBe('CHANGED');
	expect(checkInclusion({ ...proof, path: path.slice(1) })).toBe('CHANGED');
	expect(
		checkInclusion({ ...proof, path: Array.from({ length: 65 }, () => ({ hash: '', side: 'left' as const })) }),
	).toBe('CHANGED');
	expect(checkInclusion({ ...proof, block: { ...block, merkle_root: 'x' } })).toBe('BLOCK_CHANGED');
	expect(checkInclusion(proof, [keys().publicKey])).toBe('UNSIGNED');
	for (const strange of [null, {}, { ...proof, path: 7 }, { ...proof, event: null }]) {
		expect(checkInclusion(strange as unknown as InclusionProof)).toBe('CHANGED');
	}
});

it('shows no tenant an entry of another, and says what is no id', async () => {
	expect(await proveInclusion(database, TenantScope.of('t_other'), idOf(7))).toBeUndefined();
	expect(await proveInclusion(database, scope, idOf(999))).toBeUndefined();
	await expect(proveInclusion(database, scope, "'")).rejects.toMatchObject({ code: 'QUERY_INVALID' });
});
