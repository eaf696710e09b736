import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createRedaction } from '../../src/redaction/redaction.ts';
import { parseRedactionKeys } from '../../src/redaction/redaction-options.ts';
import { segmentName } from '../../src/spool/format.ts';
import { spoolCommand } from '../../src/spool/spool-cli.ts';
import { filledGroups, type InThread, inThread } from './in-thread.ts';

async function command(...args: string[]): Promise<{ code: number; out: string; error: string }> {
	let out = '';
	let error = '';
	let waits = 0;
	const code = await spoolCommand(args, {
		out(text) {
			out += text;
			return false;
		},
		error(text) {
			error += text;
		},
		drained: async () => void waits++,
	});
	return { code, out, error };
}

async function spoolOf(records: number): Promise<InThread> {
	const spool = await inThread();
	await spool.write(filledGroups(records));
	await spool.close();
	return spool;
}

describe('telemetry-spool', () => {
	it('verifies', async () => {
		const { path, producerId } = await spoolOf(3);
		expect(await command('verify', path)).toEqual({
			code: 0,
			out: `${producerId}  whole  entries 1 to 3, vouched for to 3\n1 producers, all whole\n`,
			error: '',
		});
		const { code, out } = await command('verify', path, '--json');
		expect([code, JSON.parse(out)]).toMatchObject([0, { isIntact: true, producers: [{ producerId, lastSeq: 3 }] }]);
	});

	it('says what was done to a spool, and ends with 2', async () => {
		const { path, directory } = await spoolOf(30);
		const file = join(directory, segmentName(1));
		const bytes = await readFile(file);
		bytes[300]! ^= 1;
		await writeFile(file, bytes);
		const { code, out } = await command('verify', path);
		expect(code).toBe(2);
		expect(out).toMatch(/EDITED segment-00000001\.spool at 64, after entry 0: its hash is another/);
	});

	it('lists', async () => {
		const { path, producerId } = await spoolOf(3);
		const { code, out } = await command('list', path);
		expect(code).toBe(0);
		expect(out).toMatch(new RegExp(`${producerId} +1 +1 +3 +closed`));
		expect(JSON.parse((await command('list', path, '--json')).out)).toMatchObject({ producers: [{ entries: 3 }] });
	});

	it('exports all events, or those of one record, trace or name', async () => {
		const { path } = await spoolOf(3);
		const lines = async (...args: string[]) =>
			(await command('export', path, ...args)).out
				.split('\n')
				.filter((line) => line !== '')
				.map((line) => JSON.parse(line) as { name: string; record_id: string; trace_id: string });
		const all = await lines();
		expect(all).toHaveLength(6);
		expect(await lines('--record', 'record-1')).toEqual(all.slice(2, 4));
		expect(await lines('--trace', all[4]!.trace_id)).toEqual(all.slice(4));
		expect(await lines('--event', 'pipeline.alpha.trace.trace.completed')).toHaveLength(3);
	});

	it('shows ids that look like something else as hashes, and finds them by both', async () => {
		const keys = 'k1:only for these tests';
		const spool = await inThread({}, { keys: parseRedactionKeys(keys) });
		await spool.write(filledGroups(3, {}, '', '', '867-822-999'));
		await spool.close();
		const lines = async (...args: string[]) => {
			const out: string[] = [];
			const console = { out: (line: string) => out.push(line) > 0, error() {}, drained: async () => {} };
			await spoolCommand(['export', spool.path, ...args], console, { TELEMETRY_REDACTION_KEYS: keys });
			return out;
		};
		const shown = createRedaction({ keys: parseRedactionKeys(keys) }).id('867-822-9991');
		const found = await lines('--record', '867-822-9991');
		expect(found).toHaveLength(2);
		expect(await lines('--record', shown)).toEqual(found);
		for (const line of found) expect(JSON.parse(line)).toMatchObject({ record_id: shown });
		expect((await lines()).join('')).not.toContain('867-822');
	});

	it.each([
		[['verify'], 'a command and one folder are needed'],
		[['verify', 'a', 'b'], 'a command and one folder are needed'],
		[['mend', 'a'], 'mend is none of verify, list, export'],
		[['verify', 'a', '--fast'], "Unknown option '--fast'"],
		[['verify', '/nowhere'], '/nowhere is no directory'],
	])('refuses %j', async (args, message) => {
		const { code, error } = await command(...args);
		expect(code).toBe(1);
		expect(error).toContain(message);
	});

	it('exports names as hashes, those of the pipeline where it has its keys', async () => {
		const subject = 'jane-of-the-city';
		const keys = 'k1:a secret of the pipeline';
		const spool = await inThread();
		await spool.write(filledGroups(2, {}, 'a text', subject));
		await spool.close();
		const lines: string[] = [];
		const console = { out: (line: string) => lines.push(line) > 0, error() {}, drained: async () => {} };
		expect(await spoolCommand(['export', spool.path], console, {})).toBe(0);
		expect(await spoolCommand(['export', spool.path], console, { TELEMETRY_REDACTION_KEYS: keys })).toBe(0);
		expect(lines.join('')).not.toContain(subject);
		const [hash] = createRedaction({ keys: parseRedactionKeys(keys) }).hashes(subject);
		expect(lines.filter((line) => line.includes(hash!))).toHaveLength(2);
		expect(await spoolCommand(['export', spool.path], console, { TELEMETRY_REDACTION_KEYS: 'short' })).toBe(1);
	});

	it('explains itself', async () => expect((await command('--help')).out).toContain('Usage: telemetry-spool'));
});
