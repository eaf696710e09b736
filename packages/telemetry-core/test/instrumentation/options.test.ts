import { describe, expect, it } from 'vitest';
import { renderOptions, resolveOptions } from '../../src/instrumentation/index.ts';

const table = {
	captureRules: { type: 'boolean', default: false, env: 'T_RULES', description: 'One span per rule.' },
	maxItems: { type: 'number', min: 1, max: 10, default: 5, env: 'T_MAX', description: 'Items kept.' },
	detail: { type: 'choice', choices: ['low', 'high'], default: 'low', env: 'T_DETAIL', description: 'How much.' },
} as const;

function resolve(given?: Record<string, unknown>, env: Record<string, string> = {}) {
	const warnings: string[] = [];
	return { options: resolveOptions(table, given, env, (message) => warnings.push(message)), warnings };
}

describe('resolveOptions', () => {
	it('takes the default, over it the environment, over that the option', () => {
		const env = { T_RULES: 'true', T_MAX: '7', T_DETAIL: 'high' };
		expect([
			resolve().options,
			resolve(undefined, env).options,
			resolve({ maxItems: 2, captureRules: false }, env).options,
		]).toEqual([
			{ captureRules: false, maxItems: 5, detail: 'low' },
			{ captureRules: true, maxItems: 7, detail: 'high' },
			{ captureRules: false, maxItems: 2, detail: 'high' },
		]);
	});

	it('names a wrong value with its source and what is allowed, and goes on with the next in order', () => {
		const { options, warnings } = resolve({ maxItems: 11, detail: 3 }, { T_MAX: '10', T_RULES: 'maybe' });
		expect({ options, warnings }).toEqual({
			options: { captureRules: false, maxItems: 10, detail: 'low' },
			warnings: [
				'environment variable T_RULES is "maybe"; allowed: true, false',
				'option maxItems is 11; allowed: 1 to 10',
				'option detail is 3; allowed: low, high',
			],
		});
	});

	it.each([
		[1, 1],
		[10, 10],
		[0, 5],
		[10.5, 5],
		[Number.NaN, 5],
	])('number %s resolves to %s', (given, expected) => {
		expect(resolve({ maxItems: given }).options.maxItems).toBe(expected);
	});

	it('treats an empty variable as unset', () => {
		expect(resolve({}, { T_MAX: '' })).toMatchObject({ options: { maxItems: 5 }, warnings: [] });
	});

	it('documents itself', () => {
		expect(renderOptions(table).split('\n')).toHaveLength(5);
	});
});
