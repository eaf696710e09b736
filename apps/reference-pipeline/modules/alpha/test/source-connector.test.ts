import type { SourceAdapter } from '@pipeline/model';
import { describe, expect, it } from 'vitest';
import { type AlphaEvents, resolveAlphaConfig, SourceConnector } from '../src/index.ts';

function connectorOf(config: Parameters<typeof resolveAlphaConfig>[0]) {
	const retried: AlphaEvents['connectionRetried'][] = [];
	const changes: AlphaEvents['circuitChanged'][] = [];
	const resolved = resolveAlphaConfig({ connectionRetryInitialDelayMs: 0, connectionRetryMaxDelayMs: 0, ...config });
	const connector = new SourceConnector(resolved, {
		retried: (event) => retried.push(event),
		circuitChanged: (event) => changes.push(event),
	});
	return { connector, retried, changes };
}

/** Fails as often as told. */
function sourceFailing(times: number) {
	let attempts = 0;
	const connect = async () => {
		attempts += 1;
		if (attempts <= times) throw new Error('down');
	};
	return { source: { sourceId: 'FILE:x', connect } as SourceAdapter, attempts: () => attempts };
}

describe('SourceConnector', () => {
	it.each([
		[2, 2, 'connected', 3],
		[3, 2, 'down', 3],
		[1, 0, 'down', 1],
	])(
		'a source that fails %d times with %d retries is %s after %d attempts',
		async (failures, maxRetryCount, expected, attempts) => {
			const { connector } = connectorOf({ maxRetryCount });
			const { source, attempts: made } = sourceFailing(failures);
			const result = await connector.connect(source).then(
				() => 'connected',
				(error: Error) => error.message,
			);
			expect([result, made()]).toEqual([expected, attempts]);
		},
	);

	it('tells of each retry of its source', async () => {
		const { connector, retried } = connectorOf({ maxRetryCount: 5 });
		await connector.connect(sourceFailing(2).source);
		expect(retried.map(({ sourceId }) => sourceId)).toEqual(['FILE:x', 'FILE:x']);
	});

	it('opens its circuit at the threshold and makes no more attempts', async () => {
		const { connector, changes } = connectorOf({ maxRetryCount: 10, circuitBreakerFailureThreshold: 3 });
		const { source, attempts } = sourceFailing(99);
		await expect(connector.connect(source)).rejects.toThrow();
		expect([
			attempts(),
			connector.circuitState,
			changes.map(({ previousState, newState, circuitId }) => [previousState, newState, circuitId]),
		]).toEqual([3, 'OPEN', [['CLOSED', 'OPEN', 'alpha:source:FILE:x']]]);
	});
});
