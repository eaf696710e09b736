import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Role } from '../../src/auth/roles.ts';
import { operationsOf } from '../open-api.ts';
import { sampleRequests } from '../sample-requests.ts';
import { RANGE, telemetryOf } from '../sample-telemetry.ts';
import { startTestObservatory, type TestObservatory } from '../test-observatory.ts';

const north = telemetryOf('north');
const south = telemetryOf('south');
/** Of the same form, and of nobody. */
const nobody = telemetryOf('nobod');
const eventIdOf = ({ events }: typeof north) => events[0]?.eventId ?? '';

let observatory: TestObservatory;
beforeAll(async () => {
	observatory = await startTestObservatory([north.tenant, south.tenant]);
	await observatory.send(north);
	await observatory.send(south);
});
afterAll(() => observatory.stop());

const ROLES_OF_TENANTS = ['viewer', 'auditor', 'operator', 'admin'] as const satisfies readonly Role[];
/** Everything that says whose it is. */
const traitsOf = (own: typeof north) => [own.mark, own.secret, own.tenant, own.traceId];

/** What an answer says, without what differs from one request to the next. */
function comparable(text: string, own: typeof north): string {
	let plain = text;
	for (const trait of [...traitsOf(own), eventIdOf(own)]) plain = plain.replaceAll(trait, '*');
	return plain
		.replace(/"requestId":"[^"]*"/, '')
		.replace(/"elapsedMs":[\d.]+/, '')
		.replace(/"continuationToken":"[^"]*"/, '');
}

it('answers a tenant alike about what another has and what nobody has, on every route and in every role', async () => {
	const theirs = sampleRequests({ ...south, eventId: eventIdOf(south) });
	const nobodys = sampleRequests({ ...nobody, eventId: eventIdOf(nobody) });
	const operations = await operationsOf(observatory);
	let compared = 0;
	for (const { operationId } of operations) {
		const requests = theirs[operationId];
		expect(requests, operationId).toBeDefined();
		// How far producers are is of no tenant: it is asked for by the id that only the producer has.
		if (operationId === 'watermark' || operationId === 'verifyAudit') continue;
		for (const [index, { path, body }] of (requests ?? []).entries()) {
			const other = nobodys[operationId]?.[index];
			// What a role may do, it may do to the same data: the others are asked once a route.
			for (const role of index === 0 ? ROLES_OF_TENANTS : (['admin'] as const)) {
				const as = observatory.authorization(role, north.tenant);
				const seen = await observatory.ask(`/api/v1${path}`, { as, body });
				const text = await seen.text();
				const unseen = await observatory.ask(`/api/v1${other?.path}`, { as, body: other?.body });
				expect([seen.status, comparable(text, south)], `${role} ${path}`).toEqual([
					unseen.status,
					comparable(await unseen.text(), nobody),
				]);
				// The id that was asked for may be said again; nothing else of theirs.
				const echo = [path, JSON.stringify(body ?? '')].join(' ');
				for (const trait of traitsOf(south)) {
					if (!echo.includes(trait)) expect(text, `${role} ${path}`).not.toContain(trait);
				}
				compared++;
			}
		}
	}
	expect(compared).toBeGreaterThan(60);
}, 300_000);

it('finds for each tenant its own, so that the test above could fail', async () => {
	for (const own of [north, south]) {
		const requests = sampleRequests({ ...own, eventId: eventIdOf(own) });
		const as = observatory.authorization('admin', own.tenant);
		const silent = new Set(['verifyAudit', 'checkLineage', 'producers', 'storeGrowth', 'watermark']);
		for (const [operationId, all] of Object.entries(requests)) {
			if (silent.has(operationId)) continue;
			const texts = await Promise.all(
				all.map(async ({ path, body }) => await (await observatory.ask(`/api/v1${path}`, { as, body })).text()),
			);
			expect(texts.join('\n'), operationId).toContain(own.mark);
		}
	}
}, 300_000);

it('takes no token of a page from another tenant, and none that was changed', async () => {
	const pageOf = (tenant: string, more: object) =>
		observatory.ask('/api/v1/audit/query', {
			as: observatory.authorization('auditor', tenant),
			body: { timeRange: RANGE, pageSize: 2, ...more },
		});
	const { continuationToken } = (await (await pageOf(south.tenant, {})).json()) as {
		readonly continuationToken: string;
	};
	expect((await pageOf(south.tenant, { continuationToken })).status).toBe(200);
	const stolen = await pageOf(north.tenant, { continuationToken });
	expect(stolen.status).toBe(400);
	expect(await stolen.text()).not.toContain(south.mark);
	const tampered = `${continuationToken.slice(0, -2)}${continuationToken.endsWith('A') ? 'B' : 'A'}A`;
	expect((await pageOf(south.tenant, { continuationToken: tampered })).status).toBe(400);
	const foreign = await pageOf(north.tenant, { tenant: south.tenant });
	expect(foreign.status).toBe(403);
	expect(await foreign.text()).not.toContain(south.tenant);
});

it('takes nothing of one tenant from a sender of another one, and says so', async () => {
	const send = async (role: Role, { requests }: typeof north, tenant: string) =>
		await Promise.all(
			Object.entries(requests).map(async ([signal, request]) => {
				const answer = await fetch(`${observatory.otlpUrl}/v1/${signal}`, {
					method: 'POST',
					headers: { 'content-type': 'application/json', authorization: observatory.authorization(role, tenant) },
					body: JSON.stringify(request),
				});
				const { partialSuccess } = (await answer.json()) as {
					readonly partialSuccess?: { readonly errorMessage: string };
				};
				return [answer.status, partialSuccess?.errorMessage];
			}),
		);
	const planted = telemetryOf('plant');
	const refusal = [200, 'refused: its sender may not write for this tenant'];
	for (const role of ['ingest', 'admin'] as const) {
		expect(await send(role, planted, north.tenant)).toEqual([refusal, refusal, refusal]);
		const own = telemetryOf(`own ${role}`);
		const tenants = JSON.parse(JSON.stringify(own).replaceAll(own.tenant, north.tenant)) as typeof own;
		expect(await send(role, tenants, north.tenant)).toEqual(Array.from({ length: 3 }, () => [200, undefined]));
	}
	const everything = {
		as: observatory.authorization('admin'),
		headers: { 'x-justification': 'a test' },
		body: { timeRange: RANGE, tenant: planted.tenant },
	};
	expect(await (await observatory.ask('/api/v1/audit/query', everything)).json()).toMatchObject({ totalCount: 0 });
	const refusals = await observatory.ask('/api/v1/audit/query', {
		as: observatory.authorization('auditor', north.tenant),
		body: {
			timeRange: { from: RANGE.from, to: '2199-01-01T00:00:00Z' },
			actorIds: [`ingest-${north.tenant}`],
			resourceIds: ['POST /v1/logs'],
		},
	});
	expect(await refusals.json()).toMatchObject({
		totalCount: 1,
		entries: [{ dimensions: { 'pipeline.reason': 'TENANT_NOT_ALLOWED', 'audit.outcome': 'FAILURE' } }],
	});
});
