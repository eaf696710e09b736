import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'pipeline-node-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

function started(node: string, remedy?: string) {
	const file = join(folder, 'package.json');
	writeFileSync(file, JSON.stringify({ engines: { node } }));
	const program = `
		import { onNewNode } from '${new URL('../src/node-guard.ts', import.meta.url).href}';
		await onNewNode({
			name: 'tool',
			manifest: new URL('${pathToFileURL(file).href}'),
			load: async () => console.log('loaded'),
			remedy: ${JSON.stringify(remedy)},
		});`;
	const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
		encoding: 'utf8',
	});
	return { status, stdout, stderr };
}

it.each([`>=${major}.${minor}`, `>=${major - 1}.${minor + 1}`])('loads the command where %s is needed', (node) => {
	expect(started(node)).toMatchObject({ status: 0, stdout: 'loaded\n' });
});

it.each([`${major}.${minor + 1}`, `${major + 1}.0`])('says that %s is needed, and loads nothing', (wanted) => {
	const text = `tool: Node ${process.versions.node} is too old, ${wanted} or later is needed`;
	expect(started(`>=${wanted}`)).toMatchObject({ status: 1, stdout: '', stderr: `${text}\n` });
});

it('says how to get one', () => {
	expect(started('>=99.0', 'here it is').stderr).toMatch(/99\.0 or later is needed; here it is\n$/);
});
