import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createToken } from '../../src/auth/access-token.ts';
import { isLoopback } from '../../src/config/listen-rule.ts';
import { DEFAULT_LIMITS, readSettings, settingsOf } from '../../src/config/settings.ts';

let folder: string;
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'observatory-'));
	await writeFile(join(folder, 'cert.pem'), 'certificate');
	await writeFile(join(folder, 'key.pem'), 'key');
	await writeFile(join(folder, 'password'), 'secret\n');
});
afterAll(() => rm(folder, { recursive: true }));

const { id, hash } = createToken();
const tokens = [{ id, hash, role: 'admin' as const }];
const tls = { certFile: 'cert.pem', keyFile: 'key.pem' };

it('fills in what is not said', async () => {
	expect(await settingsOf({}, folder)).toEqual({
		host: '127.0.0.1',
		apiPort: 4_320,
		otlpPort: 4_318,
		store: { path: join(folder, 'telemetry-data') },
		spool: join(folder, 'telemetry-data-spool'),
		audit: {},
		tokens: [],
		limits: DEFAULT_LIMITS,
	});
});

it('reads the files that the configuration names, beside itself, and lets the command line say more', async () => {
	const file = join(folder, 'observatory.yaml');
	await writeFile(
		file,
		`listen: { apiPort: 1, otlpPort: 2, tls: { certFile: cert.pem, keyFile: key.pem } }
store: { url: 'http://db:8123', username: me, passwordFile: password, cluster: main }
audit: { signingKeyFile: key.pem, formerPublicKeyFiles: [cert.pem], checkpointFile: checkpoints, chain: west, checksumIntervalS: 60 }`,
	);
	const settings = await readSettings(file, { apiPort: 3 });
	expect(settings).toMatchObject({
		apiPort: 3,
		otlpPort: 2,
		tls: { cert: Buffer.from('certificate'), key: Buffer.from('key') },
		store: { url: 'http://db:8123', username: 'me', password: 'secret', cluster: 'main' },
		audit: {
			signingKey: 'key',
			formerPublicKeys: ['certificate'],
			checkpointFile: join(folder, 'checkpoints'),
			chain: 'west',
			checksumIntervalS: 60,
		},
	});
	expect((await readSettings(file, { data: folder })).store).toEqual({ path: folder });
	await expect(readSettings(join(folder, 'none.yaml'))).rejects.toThrow(/none.yaml cannot be read \(ENOENT\)/);
	await expect(settingsOf({ audit: { formerPublicKeyFiles: ['none'] } }, folder)).rejects.toThrow(
		/^audit.formerPublicKeyFiles: .*none cannot be read/,
	);
	await expect(settingsOf({ store: { url: 'http://db', passwordFile: 'none' } }, folder)).rejects.toThrow(
		/^store.passwordFile: .*none cannot be read/,
	);
});

it.each(['127.0.0.1', '127.1.2.3', '::1', 'localhost', '::ffff:127.0.0.1'])('takes %s for this machine', (host) => {
	expect(isLoopback(host)).toBe(true);
});

it.each(['0.0.0.0', '::', '192.168.1.1', '128.0.0.1', 'localhost.example', '127.0.0.1.example', ''])(
	'refuses to listen on %j without tokens and TLS',
	async (host) => {
		const missing = (what: RegExp) =>
			expect.objectContaining({ name: 'ConfigError', message: expect.stringMatching(what) });
		await expect(settingsOf({}, folder, { host })).rejects.toEqual(missing(/configure tokens .* and listen\.tls/));
		await expect(settingsOf({ tokens }, folder, { host })).rejects.toEqual(missing(/configure listen\.tls/));
		await expect(settingsOf({ listen: { tls } }, folder, { host })).rejects.toEqual(
			missing(/configure tokens \([^)]*\),/),
		);
		expect(await settingsOf({ tokens, listen: { tls } }, folder, { host })).toMatchObject({ host });
	},
);
