import type { AuditQueryAnswer } from '@pipeline/telemetry-store';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { ROLES, type Role } from '../../src/auth/roles.ts';
import { operationsOf } from '../open-api.ts';
import { sampleRequests } from '../sample-requests.ts';
import { telemetryOf } from '../sample-telemetry.ts';
import { startTestObservatory, type TestObservatory } from '../test-observatory.ts';

/** Who may do what: as it is documented. Whoever is not named may not. */
const ALLOWED: Readonly<Record<string, readonly Role[]>> = {
	queryAudit: ['auditor', 'admin'],
	exportAudit: ['auditor', 'admin'],
	verifyAudit: ['auditor', 'admin'],
	proveInclusion: ['auditor', 'admin'],
	traceLineage: ['viewer', 'auditor', 'operator', 'admin'],
	checkLineage: ['auditor', 'admin'],
	lineageRecord: ['viewer', 'auditor', 'operator', 'admin'],
	recordJourney: ['viewer', 'auditor', 'operator', 'admin'],
	failedRecords: ['viewer', 'auditor', 'operator', 'admin'],
	traceById: ['viewer', 'auditor', 'operator', 'admin'],
	searchTraces: ['viewer', 'auditor', 'operator', 'admin'],
	metricSeries: ['viewer', 'auditor', 'operator', 'admin'],
	eventSeries: ['viewer', 'auditor', 'operator', 'admin'],
	qualityCorrelation: ['viewer', 'auditor', 'operator', 'admin'],
	producers: ['operator', 'admin'],
	storeGrowth: ['operator', 'admin'],
	watermark: ['operator', 'admin', 'ingest'],
};

const north = telemetryOf('north');
const requests = sampleRequests({ ...north, eventId: north.events[0]?.eventId ?? '' });
let observatory: TestObservatory;
beforeAll(async () => {
	observatory = await startTestObservatory([north.tenant]);
	await observatory.send(north);
});
afterAll(() => observatory.stop());

const tokenOf = (role: Role) => observatory.authorization(role, role === 'ingest' ? '*' : north.tenant);

// First: the tests below are refused more often in a minute than the audit takes down.
it('shows all tenants to those who may and say why, and writes down why', async () => {
	const [search] = requests['searchTraces'] ?? [];
	expect((await observatory.ask('/metrics')).status).toBe(401);
	const ask = (role: Role, tenant: string, reason?: string) =>
		observatory.ask(`/api/v1${search?.path}`, {
			as: observatory.authorization(role, tenant),
			headers: reason === undefined ? {} : { 'x-justification': reason },
		});
	expect((await ask('operator', '*', 'incident 7')).status).toBe(200);
	expect(await (await ask('operator', '*')).json()).toMatchObject({ status: 403, code: 'JUSTIFICATION_REQUIRED' });
	expect(await (await ask('auditor', north.tenant, 'curious')).json()).toMatchObject({
		status: 403,
		code: 'NOT_ALLOWED',
	});
	expect(
		await (await observatory.ask('/api/v1/growth', { as: observatory.authorization('operator', north.tenant) })).json(),
	).toMatchObject({
		status: 403,
		code: 'NOT_ALLOWED',
	});
	// Refusals are written while others are answered.
	await vi.waitFor(
		async () =>
			expect(await saidOf(`auditor-${north.tenant}`, 'operator-*', 'unknown')).toEqual(
				expect.arrayContaining([
					{ what: 'audit_queried', who: 'operator-*', why: 'incident 7', where: 'traces' },
					{ what: 'access_denied', who: 'operator-*', why: 'JUSTIFICATION_REQUIRED', where: 'GET /api/v1/traces' },
					{ what: 'access_denied', who: `auditor-${north.tenant}`, why: 'NOT_ALLOWED', where: 'GET /api/v1/traces' },
					{ what: 'access_denied', who: 'unknown', why: 'NOT_AUTHENTICATED', where: 'GET /metrics' },
				]),
			),
		{ timeout: 50_000 },
	);
});

it('lets every role do what is documented, and nothing else', async () => {
	const operations = await operationsOf(observatory);
	expect(operations.map(({ operationId }) => operationId).toSorted()).toEqual(Object.keys(ALLOWED).toSorted());
	for (const { operationId, description } of operations) {
		const allowed = ALLOWED[operationId] ?? [];
		for (const role of ['viewer', 'auditor', 'operator', 'admin', 'ingest']) {
			expect(description.includes(role), `${operationId} names ${role}: ${description}`).toBe(
				allowed.includes(role as Role),
			);
		}
		for (const { path, body } of requests[operationId]?.slice(0, 1) ?? []) {
			for (const role of ROLES) {
				const isOfAll = operationId === 'producers' || operationId === 'storeGrowth';
				const answer = await observatory.ask(`/api/v1${path}`, {
					as: tokenOf(role),
					body,
					headers: isOfAll && allowed.includes(role) ? { 'x-justification': 'test' } : {},
				});
				const expected = allowed.includes(role) ? [200, true] : [403, false];
				expect([answer.status, answer.ok], `${role} ${operationId} ${await answer.text()}`).toEqual(expected);
			}
			for (const as of [undefined, 'Bearer nonsense', `Bearer obs_${'0'.repeat(12)}_${'A'.repeat(43)}`]) {
				const answer = await observatory.ask(`/api/v1${path}`, { as, body });
				expect([answer.status, answer.headers.get('www-authenticate')], operationId).toEqual([401, 'Bearer']);
			}
		}
	}
}, 300_000);

it('keeps probes open, and numbers for those who may read', async () => {
	for (const path of ['/live', '/ready', '/health', '/api/v1/openapi.json']) {
		expect((await observatory.ask(path)).status, path).toBe(200);
	}
	expect((await observatory.ask('/metrics')).status).toBe(401);
	expect((await observatory.ask('/metrics', { as: tokenOf('viewer') })).status).toBe(200);
	expect((await observatory.ask('/metrics', { as: tokenOf('ingest') })).status).toBe(403);
});

/** What the audit has of these actors, of the last minutes. */
async function saidOf(...actorIds: readonly string[]) {
	const minute = 60_000;
	const timeRange = {
		from: new Date(Date.now() - 10 * minute).toISOString(),
		to: new Date(Date.now() + minute).toISOString(),
	};
	const answer = await observatory.ask('/api/v1/audit/query', {
		as: observatory.authorization('admin'),
		headers: { 'x-justification': 'test' },
		body: { timeRange, actorIds, pageSize: 1_000 },
	});
	const { entries } = (await answer.json()) as AuditQueryAnswer;
	return entries.map(({ name, dimensions }) => ({
		what: name.split('.').at(-1),
		who: dimensions['audit.actor_id'],
		why: dimensions['pipeline.justification'] ?? dimensions['pipeline.reason'],
		where: dimensions['audit.resource_id'],
	}));
}
