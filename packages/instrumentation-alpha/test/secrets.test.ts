import type { RuleConfig } from '@pipeline/alpha';
import { assertNoPayload } from '@pipeline/telemetry-testing';
import * as fc from 'fast-check';
import { describe, it } from 'vitest';
import { fileModule, followAlpha, moduleOf, TestSender } from './scenario.ts';

const RULES: readonly RuleConfig[] = [
	{ id: 'VR01', requiredFields: ['name'] },
	{ id: 'VR05', fieldPatterns: { name: '[a-z]+' } },
	{ id: 'VR06', fieldEnums: { kind: ['a'] }, severity: 'CRITICAL' },
];

const SECRETS = ['hunter2Value', 'hunter2Field', 'hunter2File', 'hunter2Message'] as const;
const [value, field, file, message] = SECRETS;

describe('secrets in records, names of fields and files, and messages of errors', () => {
	it('are nowhere in what is exported', async () => {
		const line = fc.constantFrom(
			`{"name":"${value}","${field}":1}`,
			`{"${field}":"${value}"`,
			`{"name":"x","kind":"${value}"}`,
			`{"${field}":1,"${field}":2,"name":"x","kind":"a"}`,
			`["${value}"]`,
			`{"name":"abc","kind":"a","${field}":{"${field}":"${value}"}}`,
			`${value}`,
		);
		const sending = fc.constantFrom<'RECEIVED' | 'REJECTED' | Error>(
			'RECEIVED',
			'REJECTED',
			Object.assign(new Error(`${message}\n    at ${message} (/srv/x.js:1:2)`), { name: message, code: message }),
		);
		await fc.assert(
			fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 6 }), sending, async (lines, answer) => {
				const { exported, stop } = followAlpha();
				const module = moduleOf(lines, {
					rules: RULES,
					sender: new TestSender(() => answer),
					fileName: `${file}.ndjson`,
				});
				try {
					await module.start();
					await module.finished();
					const { spans, events, metrics } = await exported();
					assertNoPayload({ spans, events, metrics }, SECRETS);
				} finally {
					await module.stop();
					await stop();
				}
			}),
			{ numRuns: 40 },
		);
	});

	it('are not told of a source that cannot be connected', async () => {
		const { exported, stop } = followAlpha();
		const module = fileModule(`${file}.csv`, 'a\n1\n', { maxRetryCount: 0 });
		const { source } = module;
		source.connect = async () => {
			throw Object.assign(new TypeError(`${message} at /srv/${file}`), { code: message, cause: new Error(message) });
		};
		await module.start().catch(() => undefined);
		assertNoPayload(await exported(), SECRETS);
		await stop();
	});
});
