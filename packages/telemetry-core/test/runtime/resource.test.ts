import { describe, expect, it } from 'vitest';
import { commonAttributes, nowMs } from '../../src/index.ts';

const modeOf = (env: Record<string, string>) => commonAttributes(env)['pipeline.mode'];

describe('facts of the deployment', () => {
	it('come from the environment, and have defaults', () => {
		expect(commonAttributes({})).toEqual({
			'pipeline.namespace': 'default',
			'pipeline.product.name': 'default',
			'pipeline.product.version': '0.0.0',
			'pipeline.mode': 'dev',
		});
		expect(
			commonAttributes({
				TELEMETRY_NAMESPACE: 'sales',
				TELEMETRY_PRODUCT_NAME: 'orders',
				PIPELINE_NAME: 'ignored',
				TELEMETRY_PRODUCT_VERSION: '1.2.3',
				PIPELINE_MODE: 'staging',
				TELEMETRY_PROFILE: 'prod',
			}),
		).toEqual({
			'pipeline.namespace': 'sales',
			'pipeline.product.name': 'orders',
			'pipeline.product.version': '1.2.3',
			'pipeline.mode': 'staging',
		});
		expect(commonAttributes({ PIPELINE_NAME: 'flights' })['pipeline.product.name']).toBe('flights');
	});

	it('know three modes', () => {
		const profiles = ['prod', 'production', 'staging', 'dev', 'test'];
		expect(profiles.map((profile) => modeOf({ TELEMETRY_PROFILE: profile }))).toEqual([
			'prod',
			'prod',
			'staging',
			'dev',
			'dev',
		]);
	});
});

describe('the clock', () => {
	it('is monotonic, in milliseconds of the epoch', () => {
		const [first, second] = [nowMs(), nowMs()];
		expect(second).toBeGreaterThanOrEqual(first);
		expect(first).toBeGreaterThan(Date.UTC(2020, 0, 1));
	});
});
