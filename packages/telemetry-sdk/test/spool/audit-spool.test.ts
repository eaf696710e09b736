import { spawnSync } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { event } from '@pipeline/telemetry-core/alpha';
import { describe, expect, it } from 'vitest';
import { AuditSpool } from '../../src/spool/audit-spool.ts';
import { readSpool } from '../../src/spool/read-spool.ts';
import type { AuditSpoolOptions } from '../../src/spool/spool-options.ts';
import { verifySpool } from '../../src/spool/verify-spool.ts';
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
});
