import { rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Redaction } from '../../src/redaction/redaction.ts';
import { readSpool } from '../../src/spool/read-spool.ts';
import { verifySpool } from '../../src/spool/verify-spool.ts';
import { HttpSink } from '../export/http-sink.ts';
import { filledGroups, inThread, temporaryFolder } from './in-thread.ts';

async function entriesOf(path: string): Promise<Set<number>> {
	const seqs = new Set<number>();
	for await (const { seq } of readSpool(path)) seqs.add(seq);
	return seqs;
}

describe('files that somebody removes while the process writes to them', () => {
	it('are missed: what is called durable from then on is on disk', async () => {
		for (const removed of ['', 'segment-00000001.spool']) {
			const spool = await inThread();
			const [first, ...others] = filledGroups(60);
			expect(await spool.write([first!])).toBe(true);
			await rm(join(spool.directory, removed), { recursive: true });
			expect(await spool.write(others)).toBe(true);
			const seqs = await entriesOf(spool.path);
			for (let seq = first!.entries + 1; seq <= 60; seq++) expect(seqs, `${removed} ${seq}`).toContain(seq);
			await spool.close();
			const [report] = await verifySpool(spool.path);
			expect(report?.findings.map(({ kind }) => kind)).toContain('DELETED');
		}
	});
});

describe('segments that somebody removed before they were sent', () => {
	it('are counted as lost', async () => {
		const first = await inThread({ segmentBytes: 8_192 });
		for (const group of filledGroups(300)) await first.write([group]);
		await first.close();
		const all = await entriesOf(first.path);
		await rm(join(first.directory, 'segment-00000002.spool'));
		await rm(join(first.directory, 'owner.json'));
		const missing = all.size - (await entriesOf(first.path)).size;
		expect(missing).toBeGreaterThan(10);
		const sink = await HttpSink.start();
		onTestFinished(() => sink.close());
		const second = await inThread({ spool: first.path, destination: { url: `${sink.origin}/v1/logs` } });
		await vi.waitFor(() => expect(sink.received.length).toBeGreaterThan(0), 10_000);
		const lost = { kind: 'lost', reason: 'UNREADABLE', count: missing };
		expect(second.messages.filter(({ kind }) => kind === 'lost')).toEqual([lost]);
		await second.close();
	});
});

describe('what is written again after a failure', () => {
	it('is not looked through a second time', async () => {
		const path = await temporaryFolder();
		const producerId = '01890a5d-ac96-774b-bcce-b302099a8057';
		await writeFile(join(path, producerId), '');
		const looks = vi.spyOn(Redaction.prototype, 'isHarmless');
		onTestFinished(() => looks.mockRestore());
		const spool = await inThread({ spool: path, producerId });
		const written = spool.write(filledGroups(5), 20_000);
		await vi.waitFor(() =>
			expect(spool.messages).toContainEqual(expect.objectContaining({ writeFailure: expect.any(String) })),
		);
		const before = looks.mock.calls.length;
		expect(before).toBeGreaterThan(5);
		await rm(join(path, producerId));
		expect(await written).toBe(true);
		expect(looks.mock.calls.length).toBe(before);
		await spool.close();
	});
});

describe('what another process has left', () => {
	it('is sent when that one turns out to be gone, however much later that is', async () => {
		const first = await inThread();
		await first.write(filledGroups(5));
		await first.close();
		// It ran on another machine that shares the folder: whether it is alive, only its silence says.
		const owner = join(first.directory, 'owner.json');
		await writeFile(owner, JSON.stringify({ pid: 1, host: 'elsewhere', startedAt: 1 }));
		const sink = await HttpSink.start();
		onTestFinished(() => sink.close());
		const destination = { url: `${sink.origin}/v1/logs` };
		const second = await inThread({ spool: first.path, destination, adoptEveryMs: 20 });
		await second.write(filledGroups(1));
		expect(sink.received).toHaveLength(1);
		const silent = new Date(Date.now() - 3_600_000);
		await utimes(owner, silent, silent);
		await vi.waitFor(() => expect(sink.received).toHaveLength(2), 10_000);
		expect(Date.now() - (await stat(owner)).mtimeMs).toBeLessThan(600_000);
		await second.close();
		expect(sink.received).toHaveLength(2);
	});
});
