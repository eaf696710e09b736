import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { context, logs, metrics, propagation, trace } from '@opentelemetry/api';
import { telemetry } from '@pipeline/telemetry-core';
import { event } from '@pipeline/telemetry-core/alpha';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { TelemetryProvider } from '../../src/provider/telemetry-provider.ts';
import { verifySpool } from '../../src/spool/verify-spool.ts';
import { temporaryFolder } from '../spool/in-thread.ts';

afterEach(() => {
	vi.restoreAllMocks();
	for (const api of [context, logs, metrics, propagation, trace]) api.disable();
});

const keyFile = (folder: string, type: 'ed25519' | 'x25519') => {
	const { privateKey } = type === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('x25519');
	const path = join(folder, `${type}.pem`);
	writeFileSync(path, privateKey.export({ type: 'pkcs8', format: 'pem' }));
	return path;
};

describe('audit of a provider', () => {
	it('is signed with the key of the operator', async () => {
		const folder = await temporaryFolder();
		const signingKeyFile = keyFile(folder, 'ed25519');
		const path = join(folder, 'audit');
		const provider = new TelemetryProvider({ profile: 'prod', audit: { path, signingKeyFile }, env: {} });
		expect(await provider.start()).toBe(true);
		telemetry.events.emit(event['pipeline.alpha.trace.trace.completed'], { recordId: 'r-1' });
		await provider.shutdown();
		const publicKey = createPublicKey(readFileSync(signingKeyFile)).export({ type: 'spki', format: 'der' });
		const reports = await verifySpool(path, { publicKeys: [publicKey.toString('base64')] });
		expect(reports).toMatchObject([{ isIntact: true, checkpointSeq: reports[0]?.lastSeq, isClosed: true }]);
		expect(reports[0]?.entries).toBeGreaterThan(0);
	});

	it.each([
		['that is of another kind', (folder: string) => keyFile(folder, 'x25519')],
		['that is not there', (folder: string) => join(folder, 'none.pem')],
	])('is not begun with a key %s', async (_, keyOf) => {
		const folder = await temporaryFolder();
		const said = vi.spyOn(console, 'error').mockImplementation(() => {});
		const path = join(folder, 'audit');
		const provider = new TelemetryProvider({
			profile: 'prod',
			audit: { path, signingKeyFile: keyOf(folder) },
			env: {},
		});
		expect(await provider.start()).toBe(false);
		expect(said.mock.calls.flat().join()).toMatch(
			/audit\.signingKeyFile is .*allowed: a file with an Ed25519 private key/,
		);
		expect(readdirSync(folder)).not.toContain('audit');
	});
});
