import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { telemetryOf } from '../sample-telemetry.ts';
import { runCli, startCli } from './run-cli.ts';

const sample = telemetryOf('north');
let folder: string;
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'observatory-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** An observatory in a process of its own, when it listens. */
async function serve(...args: readonly string[]) {
	const child = startCli(['serve', '--port', '0', '--otlp-port', '0', ...args]);
	let out = '';
	const ended = once(child, 'exit') as Promise<[number | null, string | null]>;
	const url = (name: string) => new RegExp(`^${name} +(http://127\\.0\\.0\\.1:\\d+)/`, 'm').exec(out)?.[1];
	for await (const text of child.stdout.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
		out += String(text);
		if (out.includes('Access')) break;
	}
	return { child, ended, apiUrl: url('Query API') ?? '', otlpUrl: url('OTLP') ?? '' };
}

it('keeps what it took in when it is told to stop, and reads it again from the folder', async () => {
	const data = join(folder, 'data');
	const { child, ended, apiUrl, otlpUrl } = await serve('--data', data);
	for (const [signal, request] of Object.entries(sample.requests)) {
		const answer = await fetch(`${otlpUrl}/v1/${signal}`, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify(request),
		});
		expect(answer.status).toBe(200);
	}
	expect((await fetch(`${apiUrl}/ready`)).status).toBe(200);
	child.kill('SIGTERM');
	expect(await ended).toEqual([0, null]);
	const { out } = await runCli(['failed', '--since', '2026-11-21T10:00:00Z', '--data', data]);
	expect(out).toContain(sample.failedRecord);
	expect((await runCli(['store', 'status', '--path', data])).code).toBe(0);
	expect((await runCli(['verify', '--data', data])).out).toMatch(/^Intact: /);
});

it('loses nothing that it acknowledged when it is killed', async () => {
	const data = join(folder, 'killed');
	const { child, ended, otlpUrl } = await serve('--data', data);
	const answer = await fetch(`${otlpUrl}/v1/logs`, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify(sample.requests.logs),
	});
	expect(answer.status).toBe(200);
	child.kill('SIGKILL');
	expect(await ended).toEqual([null, 'SIGKILL']);
	const { out } = await runCli([
		'audit',
		'--all',
		'--json',
		'--since',
		'2026-11-21T10:00:00Z',
		'--until',
		'2026-11-21T10:10:00Z',
		'--data',
		data,
	]);
	expect(JSON.parse(out)).toMatchObject({ totalCount: sample.events.length });
});

it('reads the folder of a signed audit with its configuration only, and leaves it whole', async () => {
	const { privateKey, publicKey } = generateKeyPairSync('ed25519');
	const [config, key] = [join(folder, 'signed.yaml'), join(folder, 'public.pem')];
	await writeFile(join(folder, 'private.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
	await writeFile(key, publicKey.export({ type: 'spki', format: 'pem' }));
	await writeFile(config, 'store: { path: signed }\naudit: { signingKeyFile: private.pem }\n');
	const { child, ended, apiUrl } = await serve('--config', config);
	expect((await fetch(`${apiUrl}/api/v1/audit/verify`)).status).toBe(200);
	child.kill('SIGTERM');
	expect(await ended).toEqual([0, null]);
	const data = join(folder, 'signed');
	const { code, errors } = await runCli(['failed', '--data', data]);
	expect([code, errors]).toEqual([1, expect.stringContaining('This audit is signed')]);
	expect((await runCli(['failed', '--data', data, '--config', config])).code).toBe(0);
	const verified = await runCli(['store', 'verify', '--path', data, '--public-key', key]);
	expect([verified.code, verified.out]).toEqual([0, expect.not.stringContaining('FORGED')]);
});

it('goes on with another key, and still takes what the former one has signed', async () => {
	const [former, newer] = [generateKeyPairSync('ed25519'), generateKeyPairSync('ed25519')];
	const pems = [former, newer].flatMap(({ privateKey, publicKey }) => [
		privateKey.export({ type: 'pkcs8', format: 'pem' }),
		publicKey.export({ type: 'spki', format: 'pem' }),
	]);
	const files = ['former.pem', 'former-public.pem', 'newer.pem', 'newer-public.pem'].map((name) => join(folder, name));
	for (const [index, file] of files.entries()) await writeFile(file, pems[index] ?? '');
	const config = join(folder, 'rotated.yaml');
	const verifiedWith = async (audit: string) => {
		await writeFile(config, `store: { path: rotated }\naudit: { ${audit}, checkpointFile: rotated.checkpoints }\n`);
		const { child, ended, apiUrl } = await serve('--config', config);
		const report = await (await fetch(`${apiUrl}/api/v1/audit/verify`)).json();
		child.kill('SIGTERM');
		expect(await ended).toEqual([0, null]);
		return report;
	};
	expect(await verifiedWith('signingKeyFile: former.pem')).toMatchObject({ isIntact: true });
	const both = 'signingKeyFile: newer.pem, formerPublicKeyFiles: [former-public.pem]';
	expect(await verifiedWith(both)).toMatchObject({ isIntact: true });
	expect(await verifiedWith('signingKeyFile: newer.pem')).toMatchObject({ isIntact: false });
	const keys = ['--public-key', files[1] ?? '', '--public-key', files[3] ?? ''];
	const checkpoints = ['--checkpoints', join(folder, 'rotated.checkpoints')];
	const verified = await runCli(['store', 'verify', '--path', join(folder, 'rotated'), ...checkpoints, ...keys]);
	expect([verified.code, verified.out]).toEqual([0, expect.not.stringContaining('FORGED')]);
});

it.each([
	[['--host', '0.0.0.0'], /0\.0\.0\.0 can be reached from other machines: configure tokens .* and listen\.tls/],
	[['--config', 'wrong'], /wrong\.yaml:2: listen\.port is no setting/],
	[['--config', 'none'], /none\.yaml cannot be read/],
])('refuses to begin with %j', async (args, message) => {
	await writeFile(join(folder, 'wrong.yaml'), 'listen:\n  port: 1\n');
	const own = args.map((arg) => (arg === 'wrong' || arg === 'none' ? join(folder, `${arg}.yaml`) : arg));
	const { code, out, errors } = await runCli(['serve', '--data', join(folder, 'unused'), ...own]);
	expect([code, out, errors.includes('    at ')]).toEqual([1, '', false]);
	expect(errors).toMatch(message);
	expect(await readdir(folder)).not.toContain('unused');
});
