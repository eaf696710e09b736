import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { get, type RequestOptions } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createToken } from '../../src/auth/access-token.ts';
import type { ConfigFile } from '../../src/config/config-schema.ts';
import { settingsOf } from '../../src/config/settings.ts';
import { startObservatory } from '../../src/server/observatory.ts';

/** A key pair for 127.0.0.1 that signs itself: worth nothing outside of tests. */
const tls = {
	certFile: fileURLToPath(new URL('./tls/certificate.pem', import.meta.url)),
	keyFile: fileURLToPath(new URL('./tls/key.pem', import.meta.url)),
};
let folder: string;
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'observatory-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const started = async (config: ConfigFile = {}) => {
	const settings = await settingsOf({ ...config, listen: { apiPort: 0, otlpPort: 0, ...config.listen } }, folder);
	return await startObservatory(settings, { logLevel: 'silent' });
};

it('speaks TLS when it has a certificate, and nothing else', async () => {
	const { id, hash, token } = createToken();
	const observatory = await started({ listen: { tls }, tokens: [{ id, hash, role: 'admin' }] });
	try {
		const ca = await readFile(tls.certFile);
		const ask = async (url: string, options: RequestOptions = {}) => {
			const request = get(url, { ca, ...options });
			const [response] = (await once(request, 'response')) as [import('node:http').IncomingMessage];
			response.resume();
			await once(response, 'end');
			return { status: response.statusCode, hsts: response.headers['strict-transport-security'] };
		};
		expect(observatory.apiUrl).toMatch(/^https:/);
		const headers = { authorization: `Bearer ${token}` };
		expect(await ask(`${observatory.apiUrl}/metrics`, { headers })).toEqual({ status: 200, hsts: 'max-age=31536000' });
		expect((await ask(`${observatory.apiUrl}/metrics`)).status).toBe(401);
		await expect(ask(`${observatory.apiUrl}/live`, { maxVersion: 'TLSv1.1', minVersion: 'TLSv1' })).rejects.toThrow();
		await expect(fetch(observatory.apiUrl.replace('https', 'http'))).rejects.toThrow();
		expect((await ask(`${observatory.otlpUrl}/v1/logs`, { headers })).status).toBe(404);
	} finally {
		await observatory.stop();
	}
});

it('does not wait for ever for a request that does not end when it stops', async () => {
	const observatory = await started({ limits: { stopTimeoutMs: 2_000 } });
	const socket = connect(Number(new URL(observatory.otlpUrl).port), '127.0.0.1');
	socket.on('error', () => {});
	socket.write(
		'POST /v1/logs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n{',
	);
	const closed = once(socket, 'close');
	// The server has begun with it.
	expect(String(await once(socket, 'data'))).toMatch(/^HTTP\/1.1 100 /);
	expect(await Promise.all([observatory.stop(), observatory.stop()])).toEqual([true, true]);
	await closed;
	await expect(fetch(`${observatory.apiUrl}/live`)).rejects.toThrow();
});

it('says which port it cannot have, and lets go of the store', async () => {
	const first = await started({ store: { path: 'data' } });
	const { port } = new URL(first.apiUrl);
	await expect(started({ store: { path: 'data' }, listen: { apiPort: Number(port) } })).rejects.toThrow(
		`127.0.0.1:${port} cannot be listened on (the port is in use): choose another with --port, or listen.apiPort in the configuration`,
	);
	expect(await first.stop()).toBe(true);
	const again = await started({ store: { path: 'data' } });
	expect((await fetch(`${again.apiUrl}/health`)).status).toBe(200);
	expect(await again.stop()).toBe(true);
});

it('does not wait for a store in what is no folder', async () => {
	const file = join(folder, 'a-file');
	await writeFile(file, '');
	await expect(started({ store: { path: 'a-file' } })).rejects.toThrow(`the store: ${file} is no folder`);
});
