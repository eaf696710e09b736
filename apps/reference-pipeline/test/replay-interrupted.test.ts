import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { cli, startCli } from './support/cli.ts';

const RECORDS = 300;
const LONG_MS = 120_000;

/** A folder of a run whose records could not be read: each is in the queue, to be replayed in vain. */
async function queued(): Promise<string> {
	const out = mkdtempSync(join(tmpdir(), 'pipeline-interrupted-'));
	onTestFinished(() => rmSync(out, { recursive: true, force: true }));
	mkdirSync(join(out, 'in'));
	const input = join(out, 'in', 'input.ndjson');
	writeFileSync(input, '{"a":\n'.repeat(RECORDS));
	expect((await cli(['run', '--input', input, '--out', out, '--json'])).exitCode).toBe(0);
	return out;
}

const entriesIn = async (out: string) => {
	const { out: lines, errors } = await cli(['queue', 'list', '--out', out, '--json']);
	return { entries: lines.split('\n').length - 1, errors };
};

/** Starts to replay everything, and sends a signal as soon as entries are out of their queue. */
async function replayUntil(out: string, signal: NodeJS.Signals): Promise<number | null> {
	const child = startCli(['queue', 'replay', 'all', '--out', out, '--justification', 'a test']);
	const isTaken = () => readFileSync(join(out, 'queues', 'alpha-input.ndjson'), 'utf8').includes('"remove"');
	while (!isTaken()) await new Promise((resolve) => setImmediate(resolve));
	child.kill(signal);
	return (await child.ended).exitCode;
}

it('finishes the replays that were begun when it is interrupted', { timeout: LONG_MS }, async () => {
	const out = await queued();
	expect(await replayUntil(out, 'SIGINT')).toBe(0);
	expect(await entriesIn(out)).toEqual({ entries: RECORDS, errors: '' });
	expect(readdirSync(out).filter((name) => name.startsWith('queues-'))).toEqual([]);
});

it('keeps what was queued when it is killed in the middle, and says where', { timeout: LONG_MS }, async () => {
	const out = await queued();
	expect(await replayUntil(out, 'SIGKILL')).toBe(null);
	const { entries, errors } = await entriesIn(out);
	const [copy = ''] = readdirSync(out).filter((name) => name.startsWith('queues-'));
	expect(errors).toContain(join(out, copy));
	expect(entries).toBeLessThanOrEqual(RECORDS);
	const kept = readFileSync(join(out, copy, 'alpha-input.ndjson'), 'utf8');
	expect(kept.match(/"put"/g)).toHaveLength(RECORDS);
});
