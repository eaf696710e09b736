import { Worker } from 'node:worker_threads';
import { event } from '@pipeline/telemetry-core/alpha';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { AuditSpool } from '../../src/spool/audit-spool.ts';
import * as starting from '../../src/spool/start-spool-thread.ts';
import { temporaryFolder } from './in-thread.ts';

vi.mock('../../src/spool/start-spool-thread.ts', { spy: true });

const COMPLETED = event['pipeline.alpha.trace.trace.completed'];
/** Waits outside of JavaScript, where nothing ends it, as a thread does whose disk does not answer. */
const STALLED = `require('node:child_process').spawnSync('sleep', ['4']);`;

beforeEach(() => {
	vi.mocked(starting.startSpoolThread).mockImplementationOnce(() => new Worker(STALLED, { eval: true }));
	vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => vi.useRealTimers());

it('is a failure of writing after a while, and holds whoever asks', async () => {
	const spool = new AuditSpool({ path: await temporaryFolder(), resource: { attributes: {} } });
	spool.event(COMPLETED, { recordId: 'one' });
	await spool.flush(10);
	expect([spool.state.writeFailure, spool.hold(), spool.put()]).toEqual([undefined, undefined, true]);
	vi.advanceTimersByTime(11_000);
	expect(spool.state).toMatchObject({ writeFailure: expect.stringContaining('11 s'), appended: 1, durable: 0 });
	expect([spool.hold(), spool.put()]).toEqual([expect.any(Promise), false]);
	await spool.close(0);
});

it('does not keep whoever closes it, and what was not written is counted', async () => {
	const lost: unknown[] = [];
	const path = await temporaryFolder();
	const onLost = (...loss: unknown[]) => void lost.push(loss);
	const spool = new AuditSpool({ path, resource: { attributes: {} }, onLost });
	const [{ value: thread } = {}] = vi.mocked(starting.startSpoolThread).mock.results.slice(-1);
	let hasEnded = false;
	(thread as Worker).on('exit', () => {
		hasEnded = true;
	});
	await new Promise((resolve) => (thread as Worker).once('online', resolve));
	spool.event(COMPLETED, { recordId: 'one' });
	expect([await spool.close(10), hasEnded, lost]).toEqual([false, false, [['SHUTDOWN', 1]]]);
});
