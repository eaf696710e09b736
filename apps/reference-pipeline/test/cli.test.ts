import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommanderError } from 'commander';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runCommand } from '../src/commands/run-command.ts';
import { cli } from './support/cli.ts';

const LONG_MS = 180_000;

function temporaryFolder(): string {
	const folder = mkdtempSync(join(tmpdir(), 'pipeline-cli-'));
	onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
	return folder;
}

/** The error that a command line is refused with, without a process of its own. */
async function refusal(...args: readonly string[]): Promise<unknown> {
	const command = runCommand()
		.exitOverride()
		.configureOutput({ writeErr() {} });
	return command.parseAsync(args, { from: 'user' }).then(
		() => undefined,
		(error: unknown) => error,
	);
}

describe('pipeline run refuses', () => {
	it.each([
		['an unknown option', ['--bogus'], "unknown option '--bogus'"],
		['no records', ['--records', '0'], 'a whole number from 1 on'],
		['an unknown fault', ['--faults', 'rain'], 'rain is none of drop-header'],
		['a restart in one process', ['--faults', 'restart-module'], '--faults restart-module needs --processes 3'],
		['memory between processes', ['--processes', '3', '--transport', 'memory'], 'needs --processes 1'],
	])('%s', async (_what, args, message) => {
		const error = await refusal(...args);
		expect(error).toBeInstanceOf(CommanderError);
		expect(error).toMatchObject({ exitCode: 1, message: expect.stringContaining(message) });
	});

	it.each([
		['an input that is not there', '/nowhere'],
		['a file of an unknown ending', import.meta.filename],
	])('%s', async (_what, input) => {
		const error = await refusal('--input', input);
		expect(error).toMatchObject({ code: 'CONFIG_INVALID', key: 'input', message: expect.stringContaining(input) });
	});
});

describe('pipeline', { timeout: LONG_MS }, () => {
	it('ends with one line and exit code 1 when it cannot do what is asked', async () => {
		const { out, errors, exitCode } = await cli(['queue', 'list', '--out', '/nowhere']);
		expect([out, exitCode]).toEqual(['', 1]);
		expect(errors).toBe('pipeline: out is "/nowhere": allowed is the folder of an earlier run\n');
	});

	it('runs, queues what failed, shows and replays it', async () => {
		const out = join(temporaryFolder(), 'out');
		const input = join(temporaryFolder(), 'input.ndjson');
		writeFileSync(input, '{"a":1}\n{"a":\n{"a":3}\n');
		const run = await cli(['run', '--input', input, '--out', out, '--json']);
		const lines = run.out.trimEnd().split('\n');
		expect(lines).toHaveLength(1);
		expect([run.exitCode, JSON.parse(lines[0] ?? '')]).toMatchObject([
			0,
			{ records: { ingested: 3, delivered: 2, queued: 1, failed: 0, open: 0 }, unknownNames: [] },
		]);
		const listed = await cli(['queue', 'list', '--out', out, '--json']);
		const entry = JSON.parse(listed.out) as { entryId: string };
		expect(entry).toMatchObject({ queue: 'PARSE', replayCount: 0, traceId: expect.stringMatching(/^[0-9a-f]{32}$/) });
		const elsewhere = await cli(['queue', 'list', '--out', out, '--queue', 'PRASE']);
		expect([elsewhere.out, elsewhere.errors]).toEqual(['', '0 entries; there are some in PARSE\n']);
		const shown = await cli(['queue', 'show', entry.entryId, '--out', out]);
		expect(JSON.parse(shown.out)).toMatchObject({ entryId: entry.entryId, item: { rawBytes: '{"a":' } });
		const replayed = await cli(['queue', 'replay', entry.entryId, '--out', out, '--justification', 'try again']);
		expect([replayed.out, replayed.exitCode]).toEqual(['1 replayed: 0 delivered, 1 queued, 0 failed\n', 0]);
	});
});
