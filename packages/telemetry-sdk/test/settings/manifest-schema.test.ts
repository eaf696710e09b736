import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { parseManifest } from '../../src/settings/manifest.ts';
import { manifestSchema } from '../../src/settings/manifest-schema.ts';
import { resolveSettings } from '../../src/settings/resolve-settings.ts';
import { SettingError } from '../../src/settings/setting-error.ts';
import { MANIFEST_KEYS, manifestKey, SETTING_NAMES, SETTINGS, type SettingName } from '../../src/settings/table.ts';
import { EXAMPLES } from './examples.ts';

const validate = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true }).compile(manifestSchema());

/** A manifest that says one thing. */
function saying(key: string, value: unknown): unknown {
	return key
		.split('.')
		.reverse()
		.reduce<unknown>((inner, level) => ({ [level]: inner }), value);
}

/** Whether the resolver accepts a value; rules about several settings apart. */
async function isAccepted(name: SettingName, value: unknown): Promise<boolean> {
	const text = stringify(saying(manifestKey(name), value));
	try {
		resolveSettings({}, {}, await parseManifest(text, 'telemetry.yaml', MANIFEST_KEYS));
		return true;
	} catch (error) {
		if (!(error instanceof SettingError)) throw error;
		return !error.issues.some(({ problem }) => problem.endsWith(`allowed: ${SETTINGS[name].type.allowed}`));
	}
}

describe('the published JSON Schema of the manifest', () => {
	it('is current (vitest -u writes it)', async () => {
		await expect(`${JSON.stringify(manifestSchema(), null, 2)}\n`).toMatchFileSnapshot(
			'../../schema/telemetry.schema.json',
		);
	});

	it.each(EXAMPLES)('accepts $name', ({ manifest }) => {
		expect([validate(manifest), validate.errors]).toEqual([true, null]);
	});

	it.each([
		['another setting', { ration: 0.1 }],
		['another group', { plugins: { compute: 'x' } }],
		['text for a number', { ratio: '0.1' }],
		['a number out of bounds', { ratio: 1.1 }],
		['an unknown backend', { plugins: { telemetry_backend: 'prometheus' } }],
		['a URL with a password', { otlp: { endpoint: 'https://me:secret@host' } }],
		['half a retry', { retry: { initial_ms: 1 } }],
		['a header that is none', { otlp: { headers: { 'a b': 'c' } } }],
	])('refuses %s', (_, manifest) => {
		expect(validate(manifest)).toBe(false);
	});

	it('accepts what the resolver accepts, for every setting', async () => {
		const value = fc.oneof(
			fc.constantFrom<unknown>(...EXAMPLES.flatMap(({ values }) => values)),
			fc.boolean(),
			fc.constant(null),
			fc.integer({ min: -5, max: 100_000 }),
			fc.double({ noNaN: true, noDefaultInfinity: true, min: -1, max: 2 }),
			fc.string({ maxLength: 12 }),
			fc.array(fc.string({ maxLength: 5 }), { maxLength: 3 }),
			fc.dictionary(fc.string({ maxLength: 5 }), fc.string({ maxLength: 5 }), { maxKeys: 3 }),
		);
		await fc.assert(
			fc.asyncProperty(fc.constantFrom<SettingName>(...SETTING_NAMES), value, async (name, given) => {
				expect(await isAccepted(name, given)).toBe(validate(saying(manifestKey(name), given)));
			}),
			{ numRuns: 2_000 },
		);
	});
});
