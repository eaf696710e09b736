import { expect, it } from 'vitest';
import { runKey } from '../src/run/run-key.ts';

it('makes another key for each run, where none is set', async () => {
	const [one, other] = [await runKey({}), await runKey({})];
	expect(one).toEqual({ TELEMETRY_REDACTION_KEYS: expect.stringMatching(/^r[0-9a-f]{8}:[0-9a-f]{64}$/) });
	expect(other).not.toEqual(one);
});

it('leaves the one that is set, and settings that cannot be read', async () => {
	expect(await runKey({ TELEMETRY_REDACTION_KEYS: 'k1:0123456789abcdef' })).toEqual({});
	expect(await runKey({ TELEMETRY_REDACTION_KEYS: 'short' })).toEqual({});
	expect(await runKey({ TELEMETRY_MANIFEST: '/nowhere.yaml' })).toEqual({});
});
