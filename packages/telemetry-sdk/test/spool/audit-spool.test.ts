import { spawnSync } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { event } from '@pipeline/telemetry-core/alpha';
import { describe, expect, it, onTestFinished } from 'vitest';
import { AuditSpool } from '../../src/spool/audit-spool.ts';
import { readSpool } from '../../src/spool/read-spool.ts';
import { SpoolCursor } from '../../src/spool/spool-cursor.ts';
import type { AuditSpoolOptions } from '../../src/spool/spool-options.ts';
import { verifySpool } from '../../src/spool/verify-spool.ts';
import { HttpSink, unavailable } from '../export/http-sink.ts';
import { temporaryFolder } from './in-thread.ts';

const COMPLETED = event['pipeline.alpha.trace.trace.completed'];

async function spoolOf(options: Partial<AuditSpoolOptions> = {}) {
	const path = options.path ?? (await temporaryFolder());
	const lost: [string, number][] = [];
	const spool = new AuditSpool({
		path,
		resource: { attributes: {} },
		onLost: (reason, entries) => lost.push([reason, entries]),
		...options,
	});
	return { path, spool, lost };
}

async function recordsOf(path: string): Promise<(string | undefined)[]> {
	const records: (string | undefined)[] = [];
	for await (const { detail } of readSpool(path)) records.push(detail.recordId);
	return records;
}

describe('the spool of a process', () => {
	it('takes events to disk, and says when they are there', async () => {
		const { path, spool, lost } = await spoolOf();
		const names = Array.from({ length: 1_000 }, (_, number) => `record-${number}`);
		for (const recordId of names) spool.event(COMPLETED, { recordId });
		expect(spool.state).toMatchObject({ appended: 1_000, durable: 0 });
		expect(await spool.flush(10_000)).toBe(true);
		expect(spool.state).toMatchObject({ appended: 1_000, durable: 1_000, writeFailure: undefined });
		expect(await spool.close(10_000)).toBe(true);
		expect(await spool.close(10_000)).toBe(true);
		expect(await recordsOf(path)).toEqual(names);
		expect(lost).toEqual([]);
	});

	it('writes by itself what nobody flushes', async () => {
		const { spool } = await spoolOf();
		spool.event(COMPLETED, {});
		while (spool.state.durable === 0) await new Promise((resolve) => setTimeout(resolve, 5));
		await spool.close(10_000);
	});

	it('counts what the disk did not take', async () => {
		const path = await temporaryFolder();
		const { spool, lost } = await spoolOf({ path, maxQueueBytes: 65_536 });
		await writeFile(join(path, spool.producerId), '');
		const text = 'x'.repeat(1_000);
		for (let count = 0; count < 200; count++) spool.event(COMPLETED, { recordId: text });
		const full = lost.length;
		expect(full).toBeGreaterThan(100);
		while (spool.state.writeFailure === undefined) await new Promise((resolve) => setTimeout(resolve, 5));
		expect(await spool.close(200)).toBe(false);
		expect(spool.state.writeFailure).toEqual(expect.any(String));
		expect(lost.slice(full)).toEqual([['SHUTDOWN', 200 - full]]);
	});

	it('holds whoever asks for as long as nothing can be written', async () => {
		const path = await temporaryFolder();
		const { spool } = await spoolOf({ path });
		expect(spool.hold()).toBeUndefined();
		const inTheWay = join(path, spool.producerId);
		await writeFile(inTheWay, '');
		spool.event(COMPLETED, {});
		while (spool.state.writeFailure === undefined) await new Promise((resolve) => setTimeout(resolve, 5));
		const held = spool.hold();
		expect(held).toBeInstanceOf(Promise);
		await rm(inTheWay);
		await held;
		expect(spool.hold()).toBeUndefined();
		expect(await spool.close(10_000)).toBe(true);
	});

	it('is written when the process ends without a word', async () => {
		const path = await temporaryFolder();
		const script = fileURLToPath(new URL('./ending-writer.ts', import.meta.url));
		const { status, stderr } = spawnSync(process.execPath, ['--conditions=@pipeline/source', script, path], {
			encoding: 'utf8',
		});
		expect(stderr).toBe('');
		expect(status).toBe(3);
		expect((await verifySpool(path))[0]).toMatchObject({ isIntact: true, entries: 500 });
	});

	it('loads nothing in its thread that the process was told to load first', async () => {
		const path = await temporaryFolder();
		const script = fileURLToPath(new URL('./ending-writer.ts', import.meta.url));
		const first = join(path, 'first.mjs');
		await writeFile(first, `import { writeSync } from 'node:fs'; writeSync(2, 'loaded ');`);
		const { stderr } = spawnSync(process.execPath, ['--conditions=@pipeline/source', '--import', first, script, path], {
			encoding: 'utf8',
			env: { ...process.env, NODE_OPTIONS: `--require=${await commonJs(path)}` },
		});
		expect(stderr.trim().split(' ').sort()).toEqual(['loaded', 'required']);
	});

	it('answers whoever asked, though others ask meanwhile', async () => {
		const sink = await HttpSink.start([unavailable]);
		onTestFinished(() => sink.close());
		const { spool } = await spoolOf({ destination: { url: `${sink.origin}/v1/logs` } });
		spool.event(COMPLETED, {});
		const long = spool.flush(20_000);
		expect(await spool.flush(20)).toBe(false);
		expect(await long).toBe(true);
		expect(await spool.close(10_000)).toBe(true);
	});

	it('counts what comes too late, and what is no JSON', async () => {
		const { path, spool, lost } = await spoolOf();
		const throwing = {
			toJSON() {
				throw new Error('no');
			},
		};
		for (const value of [1n, throwing]) spool.event(COMPLETED, { dimensions: { value } as never });
		expect(lost).toEqual([
			['UNREADABLE', 1],
			['UNREADABLE', 1],
		]);
		const closed = spool.close(10_000);
		expect(await closed).toBe(true);
		spool.event(COMPLETED, {});
		spool.receipt(new Int32Array(64), 0);
		expect(lost.slice(2)).toEqual([
			['SHUTDOWN', 1],
			['SHUTDOWN', 1],
		]);
		expect(await recordsOf(path)).toEqual([]);
	});

	it('counts entries that were begun while it closed', async () => {
		const { path, spool, lost } = await spoolOf();
		spool.event(COMPLETED, { recordId: 'in-time' });
		const closed = spool.close(10_000);
		spool.event(COMPLETED, { recordId: 'late' });
		await closed;
		const late = lost.reduce((sum, [, entries]) => sum + entries, 0);
		expect((await recordsOf(path)).length + late).toBe(2);
	});

	it('says who speaks for entries before the first of them, however fast they come', async () => {
		const scope = { name: '@pipeline/instrumentation-alpha', version: '1.2.3' };
		const { path, spool } = await spoolOf({ scopes: () => [[1_024, { ...scope }]] });
		for (let count = 0; count < 1_000; count++) spool.event(COMPLETED, { recordId: `record-${count}` });
		await spool.flush(10_000);
		const cursor = new SpoolCursor(join(path, spool.producerId));
		let read = await cursor.next();
		while (read?.group.entries === 0) read = await cursor.next();
		expect(read?.group.firstSeq).toBe(1);
		expect(read?.definitions.scopeOf(1_024)).toEqual(scope);
		await cursor.close();
		await spool.close(10_000);
	});
});

async function commonJs(folder: string): Promise<string> {
	const path = join(folder, 'required.cjs');
	await writeFile(path, `require('node:fs').writeSync(2, 'required ');`);
	return path;
}
