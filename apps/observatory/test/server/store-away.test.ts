import { afterAll, beforeAll, expect, it } from 'vitest';
import { operationsOf } from '../open-api.ts';
import { sampleRequests } from '../sample-requests.ts';
import { telemetryOf } from '../sample-telemetry.ts';
import { startTestObservatory, type TestObservatory } from '../test-observatory.ts';

const sample = telemetryOf('north');
const requests = sampleRequests({ ...sample, eventId: sample.events[0]?.eventId ?? '' });

let observatory: TestObservatory;
beforeAll(async () => {
	// Nobody listens there.
	observatory = await startTestObservatory([], { store: { url: 'http://127.0.0.1:1', spool: 'spool' } });
});
afterAll(() => observatory.stop());

it('says of every query that the store is away, and when to ask again', async () => {
	const operations = await operationsOf(observatory);
	expect(operations.map(({ operationId }) => operationId).toSorted()).toEqual(Object.keys(requests).toSorted());
	for (const { operationId } of operations) {
		for (const { path, body } of requests[operationId]?.slice(0, 1) ?? []) {
			const answer = await observatory.ask(`/api/v1${path}`, { body });
			expect([answer.status, answer.headers.get('retry-after')], operationId).toEqual([503, '5']);
			expect(await answer.json(), operationId).toMatchObject({
				...{ code: 'STORE_UNAVAILABLE', status: 503, expectedRecoveryS: 5 },
				detail: 'The store cannot be reached yet.',
			});
		}
	}
});

it('is there all the same, and says what is wrong', async () => {
	expect((await observatory.ask('/live')).status).toBe(200);
	expect((await observatory.ask('/ready')).status).toBe(200);
	const health = await observatory.ask('/health');
	expect([health.status, await health.json()]).toEqual([
		503,
		expect.objectContaining({ checks: [expect.objectContaining({ component_name: 'store', status: 'UNHEALTHY' })] }),
	]);
});
