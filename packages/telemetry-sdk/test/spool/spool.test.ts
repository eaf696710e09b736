import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AuditSpool } from '../../src/spool/audit-spool.ts';
import { verifySpool } from '../../src/spool/verify-spool.ts';
import { event } from '@pipeline/telemetry-core/alpha';

let path: string;
beforeEach(async () => {
	path = await mkdtemp(join(tmpdir(), 'spool-'));
});
afterEach(() => rm(path, { recursive: true, force: true }));

describe('audit spool', () => {
	it('writes', async () => {
		const spool = new AuditSpool({ path, resource: { attributes: {} }, onLost: (r, n) => console.log('lost', r, n) });
		spool.define(1, 'hello');
		for (let i = 0; i < 1000; i++) spool.event(event['pipeline.alpha.trace.trace.completed'], { recordId: `r${i}` });
		expect(await spool.flush(5_000)).toBe(true);
		console.log(spool.state);
		expect(await spool.close(5_000)).toBe(true);
		console.log(JSON.stringify(await verifySpool(path), null, 1));
	});
});
