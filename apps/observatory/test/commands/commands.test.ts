import { mkdir, mkdtemp, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { observatoryCommand } from '../../src/commands/observatory-command.ts';
import { telemetryOf } from '../sample-telemetry.ts';
import { startTestObservatory, type TestObservatory } from '../test-observatory.ts';
import { runCli, runCliApart } from './run-cli.ts';

const sample = telemetryOf('north');
let observatory: TestObservatory;
let env: Readonly<Record<string, string>>;
beforeAll(async () => {
	observatory = await startTestObservatory([sample.tenant]);
	await observatory.send(sample);
	const tokenFile = join(observatory.folder, 'token');
	const [, token = ''] = observatory.authorization('admin', sample.tenant).split(' ');
	await writeFile(tokenFile, `${token}\n`);
	env = { OBSERVATORY_URL: observatory.apiUrl, OBSERVATORY_TOKEN_FILE: tokenFile };
});
afterAll(() => observatory.stop());

const since = ['--since', '2026-11-21T10:00:00Z'];
const run = async (...args: readonly string[]) => {
	const result = await runCli(args, env);
	expect([result.code, result.errors.includes('observatory:')], `${args.join(' ')}: ${result.errors}`).toEqual([
		0,
		false,
	]);
	return result;
};

it('tells the story of a record, as text, as data and as a page', async () => {
	const { out } = await run('journey', sample.deliveredRecord);
	expect(out).toContain(sample.deliveredRecord);
	expect(out).toContain(sample.destination);
	expect(JSON.parse((await run('journey', sample.deliveredRecord, '--json')).out)).toMatchObject({
		outcome: 'DELIVERED',
	});
	const file = join(observatory.folder, 'journey.html');
	await run('journey', sample.deliveredRecord, '--html', file);
	expect(await readFile(file, 'utf8')).toMatch(/^<!doctype html>/);
	expect((await stat(file)).mode & 0o777).toBe(0o600);
});

it('lists what failed and why', async () => {
	const { out } = await run('failed', ...since);
	const [head, line, ...others] = out.trimEnd().split('\n');
	expect(others).toEqual([]);
	expect(head).toMatch(/^TIME +RECORD +OUTCOME +QUEUE +WHY$/);
	expect(line).toContain(`DROPPED  MAPPING  MAP_001_MISSING_REQUIRED (rule rule-${sample.mark})`);
	expect((await run('failed', '--since', '1s')).errors).toContain('No record failed');
});

it('answers who did what, and writes it out', async () => {
	const { out, errors } = await run('audit', ...since, '--actor', sample.actorId, '--limit', '3');
	expect(out.trimEnd().split('\n')).toHaveLength(4);
	expect(errors).toContain('3 of 6 entries');
	expect(JSON.parse((await run('audit', ...since, '--record', sample.failedRecord, '--json')).out)).toMatchObject({
		totalCount: 2,
	});
	const file = join(observatory.folder, 'audit.csv');
	await run('audit', ...since, '--actor', sample.actorId, '--format', 'csv', '--out', file);
	expect((await readFile(file, 'utf8')).trimEnd().split('\n')).toHaveLength(7);
	expect(
		(await run('audit', ...since, '--record', sample.failedRecord, '--format', 'ndjson')).out.trimEnd().split('\n'),
	).toHaveLength(2);
	expect((await run('verify')).out).toMatch(/^Intact: /);
});

it('draws where something came from and went, and its spans', async () => {
	const { out } = await run('lineage', sample.deliveredRecord);
	expect(out).toContain(`source:source-${sample.mark}`);
	expect((await run('lineage', sample.deliveredRecord, '--format', 'mermaid')).out).toMatch(/^(flowchart|graph) /m);
	const source = ['lineage', `source-${sample.mark}`, '--kind', 'source', '--direction', 'backward'];
	expect(await run(...source)).toMatchObject({
		out: '',
		errors: expect.stringContaining('No step leads backward from this source'),
	});
	expect(JSON.parse((await run(...source, '--json')).out)).toMatchObject({ start: [], edges: [] });
	const trace = await run('trace', sample.traceId.toUpperCase());
	expect(trace.out).toMatch(/^ {2}beta\.mapping\.map +98\.000/m);
	expect(trace.errors).toMatch(/^linked: [0-9a-f]{32} \(batch\)$/m);
	expect((await run('traces', ...since, '--status', 'ERROR')).out).toContain(sample.traceId);
});

it('says what the store weighs and who writes to it, to those who say why', async () => {
	expect((await run('growth', '--justification', 'test')).out).toMatch(/^audit_events +\d/m);
	expect((await run('producers', '--justification', 'test')).out).toMatch(new RegExp(`^${sample.producerId} +8$`, 'm'));
	const { code, errors } = await runCli(['growth'], env);
	expect([code, errors]).toEqual([1, expect.stringMatching(/^observatory: .*all tenants/)]);
});

it('says what to do when it cannot answer', async () => {
	const failed = async (args: readonly string[], own: Readonly<Record<string, string>> = env) => {
		const { code, out, errors } = await runCli(args, own);
		expect([code, out, errors.includes('    at ')]).toEqual([1, '', false]);
		return errors;
	};
	expect(await failed(['journey', 'none'])).toContain('Nothing is known of this record');
	for (const format of ['table', 'json', 'mermaid', 'openlineage']) {
		expect(await failed(['lineage', 'none', '--format', format])).toContain('Nothing is known of this record');
	}
	expect(await failed(['lineage', 'none', '--kind', 'batch', '--direction', 'forward'])).toContain('of this batch');
	expect(await failed(['journey', 'none'], { OBSERVATORY_URL: 'http://127.0.0.1:1' })).toMatch(
		/cannot be reached .* `observatory serve`/,
	);
	expect(await failed(['journey', 'none'], { OBSERVATORY_URL: observatory.apiUrl })).toContain('--token-file');
	expect(await failed(['journey', 'none', '--token-file', '/nowhere'])).toContain(
		'--token-file /nowhere cannot be read',
	);
	expect(await failed(['journey', 'none', '--url', 'nonsense'])).toContain('--url nonsense is no address');
	expect(await failed(['journey', 'none', '--url', 'ftp://x'])).toContain('--url ftp://x is no address');
	expect(await failed(['journey', 'none', '--url', 'http://me:secret@127.0.0.1'])).not.toContain('secret');
	expect(await failed(['journey', 'none', '--url', 'http://192.0.2.1'])).toContain('is not encrypted');
	expect(await failed(['audit', '--since', 'yesterday'])).toContain('30m, 24h, 7d');
	expect(await failed(['trace', 'x'])).toContain('has 32 hexadecimal digits');
	expect(await failed(['growth', '--justification', 'a\nb'])).toContain('--justification: one line');
	expect(await failed(['failed', '--since', '999999d'])).toContain('30m, 24h, 7d');
	const twoLines = join(observatory.folder, 'two-lines');
	await writeFile(twoLines, 'one\ntwo\n');
	expect(await failed(['journey', 'none', '--token-file', twoLines])).toContain('holds more than a token');
	expect(await failed(['journey', 'x', '--data', join(observatory.folder, 'none')], {})).toContain('is no folder');
	const empty = await mkdtemp(join(observatory.folder, 'empty-'));
	expect(await failed(['journey', 'x', '--data', empty], {})).toContain('is no folder of a store: `observatory serve');
	expect(await readdir(empty)).toEqual([]);
	await mkdir(join(empty, 'store', 'metadata'), { recursive: true });
	expect(await failed(['journey', 'x', '--data', empty], {})).toContain(`${join(empty, 'store')} is one`);
	const locked = await runCliApart(['journey', 'x', '--data', join(observatory.folder, 'data')]);
	expect([locked.code, locked.out]).toEqual([1, '']);
	expect(locked.errors).toContain('Another process has this data directory open');
});

it('makes tokens that the configuration takes', async () => {
	const { out, errors } = await run(
		'token',
		'create',
		'--role',
		'auditor',
		'--tenant',
		'a',
		'b',
		'--name',
		'audit team',
	);
	expect(out).toMatch(/^obs_[0-9a-f]{12}_[A-Za-z0-9_-]{43}\n$/);
	const file = join(observatory.folder, 'config.yaml');
	await writeFile(file, errors.slice(errors.indexOf('tokens:')));
	expect((await run('config', 'check', file)).out).toBe(`${file} is in order.\n`);
	expect(await readFile(file, 'utf8')).not.toContain(out.trim().slice(-43));
	expect(JSON.parse((await run('config', 'schema')).out)).toMatchObject({
		type: 'object',
		additionalProperties: false,
	});
	const { code, errors: problems } = await runCli(['token', 'create', '--role', 'viewer'], env);
	expect([code, problems]).toEqual([1, expect.stringContaining('a token of a viewer names its tenants')]);
});

it('explains every command and every option', async () => {
	expect((await run('--help')).out).toMatch(/^Usage: observatory /);
	const { commands } = observatoryCommand();
	expect(commands.length).toBeGreaterThan(12);
	for (const command of commands.flatMap((one) => [one, ...one.commands])) {
		expect(command.description(), command.name()).toMatch(/\.$/);
		for (const option of command.options) expect(option.description, `${command.name()} ${option.flags}`).not.toBe('');
	}
});
