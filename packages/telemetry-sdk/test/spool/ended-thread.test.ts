import type { Worker } from 'node:worker_threads';
import { event } from '@pipeline/telemetry-core/alpha';
import { expect, it, vi } from 'vitest';
import { AuditSpool } from '../../src/spool/audit-spool.ts';
import { readSpool } from '../../src/spool/read-spool.ts';
import * as starting from '../../src/spool/start-spool-thread.ts';
import { temporaryFolder } from './in-thread.ts';

vi.mock('../../src/spool/start-spool-thread.ts', { spy: true });

const COMPLETED = event['pipeline.alpha.trace.trace.completed'];
const threads = () => vi.mocked(starting.startSpoolThread).mock.results.map(({ value }) => value as Worker);

async function recordsOf(path: string): Promise<(string | undefined)[]> {
	const records: (string | undefined)[] = [];
	for await (const { detail } of readSpool(path)) records.push(detail.recordId);
	return records;
}

it('is replaced, and whoever was held goes on when the next one writes', { timeout: 20_000 }, async () => {
	const path = await temporaryFolder();
	const spool = new AuditSpool({ path, resource: { attributes: {} } });
	spool.event(COMPLETED, { recordId: 'before' });
	expect(await spool.flush(10_000)).toBe(true);
	const [first] = threads();
	// As when it has no memory left.
	first!.emit('error', new Error('out of memory'));
	await first!.terminate();
	expect(spool.state.writeFailure).toBe('out of memory');
	const held = spool.hold();
	expect(held).toBeInstanceOf(Promise);
	// There is no thread to be had, the first time.
	vi.mocked(starting.startSpoolThread).mockImplementationOnce(() => {
		throw new Error('ERR_WORKER_INIT_FAILED');
	});
	spool.event(COMPLETED, { recordId: 'between' });
	await held;
	expect(threads()).toHaveLength(3);
	spool.event(COMPLETED, { recordId: 'after' });
	expect(await spool.flush(10_000)).toBe(true);
	expect(spool.state).toMatchObject({ writeFailure: undefined, appended: 3, durable: 3 });
	expect(await spool.close(10_000)).toBe(true);
	expect(await recordsOf(path)).toEqual(['before', 'between', 'after']);
});

it('says that nothing can be written when it ends without a word', { timeout: 20_000 }, async () => {
	const path = await temporaryFolder();
	const spool = new AuditSpool({ path, resource: { attributes: {} } });
	expect(await spool.flush(10_000)).toBe(true);
	await threads().at(-1)!.terminate();
	expect(spool.state.writeFailure).toEqual(expect.any(String));
	await spool.close(100);
});
