import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { loadSettings } from '../../src/settings/load-settings.ts';
import { parseManifest, readManifest } from '../../src/settings/manifest.ts';
import { MANIFEST_KEYS } from '../../src/settings/table.ts';

const folder = mkdtempSync(join(tmpdir(), 'manifest-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Buffer): string {
	const path = join(folder, name);
	writeFileSync(path, content);
	return path;
}

const parse = (text: string) => parseManifest(text, 'm.yaml', MANIFEST_KEYS);

async function problems(text: string): Promise<readonly string[]> {
	return (await parse(text)).issues.map(({ source, problem }) => `${source} ${problem}`);
}

describe('a manifest', () => {
	it('is read level by level', async () => {
		const { values, issues } = await parse(
			'# ours\nprofile: prod\notlp:\n  traces: { endpoint: "http://a" }\nqueue:\n',
		);
		expect([Object.fromEntries(values), issues]).toEqual([
			{ profile: { value: 'prod', line: 2 }, 'otlp.traces.endpoint': { value: 'http://a', line: 4 } },
			[],
		]);
	});

	it('may be empty, and may be JSON', async () => {
		expect((await parse('')).issues).toEqual([]);
		expect((await parse('{"ratio": 0.5}')).values.get('ratio')).toEqual({ value: 0.5, line: 1 });
	});

	it('says which key is none, and which was meant', async () => {
		expect(await problems('ratoi: 1\notlp:\n  timeout: 5\n  traces:\n    endpiont: x\nsomething_else: 1\n')).toEqual([
			'm.yaml:1 "ratoi" is no setting; did you mean ratio?',
			'm.yaml:3 "otlp.timeout" is no setting; did you mean otlp.timeout_ms?',
			'm.yaml:5 "otlp.traces.endpiont" is no setting; did you mean otlp.traces.endpoint?',
			'm.yaml:6 "something_else" is no setting',
		]);
	});

	it.each([
		['a list', '- a\n- b', 'm.yaml:1 the manifest is no group of settings'],
		['a word', 'prod', 'm.yaml:1 the manifest is no group of settings'],
		['a group that is none', 'otlp: http://host', 'm.yaml:1 otlp is no group of settings'],
		['a key twice', 'ratio: 1\nratio: 0', 'm.yaml:2 Map keys must be unique'],
		[
			'two documents',
			'ratio: 1\n---\nratio: 0',
			'm.yaml:2 Source contains multiple documents; please use YAML.parseAllDocuments()',
		],
		['a type of its own', 'ratio: !!js/function "x"', 'm.yaml:1 Unresolved tag: tag:yaml.org,2002:js/function'],
		['an alias', 'a: &a x\nratio: *a', 'm.yaml:2 is an alias; write the value itself'],
		['a merged map', 'a: &a {x: 1}\n<<: *a', 'm.yaml:2 is an alias; write the value itself'],
		['a key that is a map', '{a: 1}: 1', 'm.yaml:1 "" is no setting'],
		['keys of objects', '__proto__: { enabled: true }', 'm.yaml:1 "__proto__" is no setting'],
	])('refuses %s', async (_, text, problem) => {
		expect(await problems(text)).toEqual([problem]);
	});

	it('does not expand aliases of aliases', async () => {
		const levels = Array.from(
			{ length: 30 },
			(_, level) => `l${level + 1}: &l${level + 1} [${'*l'.concat(`${level}, `).repeat(9)}]`,
		);
		expect((await parse(`l0: &l0 x\n${levels.join('\n')}`)).issues).toHaveLength(20);
	});

	it('never throws, whatever is in it', async () => {
		await fc.assert(
			fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 200 }), async (text) => {
				await expect(readManifest(file('any.yaml', text), MANIFEST_KEYS, true)).resolves.toHaveProperty('issues');
			}),
			{ numRuns: 500 },
		);
	});

	it('may be deeper than the parser can follow', async () => {
		const path = file('deep.yaml', `ratio: ${'['.repeat(60_000)}`);
		expect((await readManifest(path, MANIFEST_KEYS, true))?.issues).not.toEqual([]);
	});
});

describe('the file of a manifest', () => {
	const issueOf = async (path: string, isRequired = true) =>
		(await readManifest(path, MANIFEST_KEYS, isRequired))?.issues;

	it('may be missing unless it was named', async () => {
		const path = join(folder, 'missing.yaml');
		expect(await issueOf(path, false)).toBeUndefined();
		expect(await issueOf(path)).toEqual([{ source: path, problem: expect.stringMatching('^cannot be read: ENOENT') }]);
	});

	it('is 65,536 bytes long at most', async () => {
		const text = (bytes: number) => `ratio: 1\n#${'x'.repeat(bytes - 10)}`;
		expect(await issueOf(file('long.yaml', text(65_536)))).toEqual([]);
		expect(await issueOf(file('longer.yaml', text(65_537)))).toEqual([
			{ source: join(folder, 'longer.yaml'), problem: 'cannot be read: it is longer than 65536 bytes' },
		]);
	});

	it('is an ordinary file: pipes and folders hold nothing up', async () => {
		const pipe = join(folder, 'pipe.yaml');
		execFileSync('mkfifo', [pipe]);
		mkdirSync(join(folder, 'folder.yaml'));
		for (const path of [pipe, join(folder, 'folder.yaml')])
			expect(await issueOf(path)).toEqual([{ source: path, problem: 'cannot be read: it is no ordinary file' }]);
	});

	it('is UTF-8', async () => {
		expect(await issueOf(file('latin.yaml', Buffer.from('namespace: caf\xe9', 'latin1')))).toHaveLength(1);
	});

	it('is the one that the option names, else the variable', async () => {
		const one = file('one.yaml', 'ratio: 0.1');
		const env = { TELEMETRY_MANIFEST: file('two.yaml', 'ratio: 0.2') };
		const ratios = [await loadSettings({}, env, one), await loadSettings({}, env)].map(({ ratio }) => ratio);
		expect(ratios).toEqual([0.1, 0.2]);
	});
});
