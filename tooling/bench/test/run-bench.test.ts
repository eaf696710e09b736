import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const bench = fileURLToPath(new URL('./fixtures/counting.bench.ts', import.meta.url));

async function run(args: readonly string[]) {
	const child = spawn(process.execPath, [bench, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
	const [output, errors, [exitCode]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
	return { output, errors, exitCode: exitCode as number };
}

describe('runBench', () => {
	it('prints a table and the report of fresh processes as last line', async () => {
		const { output, exitCode, errors } = await run([]);
		const lines = output.trimEnd().split('\n');
		expect(exitCode, errors).toBe(0);
		expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({
			bench: 'counting',
			processes: 2,
			pairs: 6,
			recordsPerBatch: 50,
			rows: [{ mode: 'A/A control' }, { mode: 'twice', latency: { p50Ns: expect.any(Number) } }],
		});
		expect(lines[2]).toMatch(/^\| mode +\| base +\| hot path/);
	});

	it('fails when a subject did not do its work', async () => {
		const { exitCode, errors } = await run(['--lie']);
		expect(exitCode).toBe(1);
		expect(errors).toContain('0 of 100 records done');
	});
});
