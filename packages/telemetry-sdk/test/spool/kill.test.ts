import { describe, expect, it } from 'vitest';
import { verifySpool } from '../../src/spool/verify-spool.ts';
import { temporaryFolder } from './in-thread.ts';
import { killWriter } from './kill.ts';

describe('a process that is killed', () => {
	it.each([3, 40, 120])('has lost no entry that was called durable, after %i ms', async (afterMs) => {
		const path = await temporaryFolder();
		const durable = await killWriter(path, afterMs);
		expect(durable).toBeGreaterThan(0);
		const [report] = await verifySpool(path);
		expect(report).toMatchObject({ isIntact: true, findings: [], isClosed: false });
		expect(report!.lastSeq).toBeGreaterThanOrEqual(durable);
	});
});
