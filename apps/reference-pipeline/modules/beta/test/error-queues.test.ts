import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRuntime } from '@pipeline/model';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BetaModule } from '../src/index.ts';
import { batchIdOf, fieldsOf, MemorySender, plainOf, profileOf, record, transferOf } from './support.ts';

let folder: string;
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'beta-queues-'));
});
afterAll(() => rm(folder, { recursive: true }));

function moduleIn(directory: string, required: boolean) {
	const sender = new MemorySender();
	const profile = profileOf({ fields: { name: { type: 'STRING', required } } }, { version: required ? 1 : 2 });
	const config = { transformProfileDefault: 'test' };
	const module = new BetaModule({
		runtime: seededRuntime(1, 'b'),
		sender,
		profiles: [profile],
		config,
		errorQueueDirectory: directory,
	});
	module.start();
	return { module, sender };
}

describe('error queues in files', () => {
	it('survive a restart and can be replayed with other rules', async () => {
		const first = moduleIn(folder, true);
		const given = record(fieldsOf({ n: 12 }), { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) });
		await (await first.module.accept(transferOf([given], batchIdOf(1)))).processed;
		await first.module.stop();
		const second = moduleIn(folder, false);
		const [entry] = second.module.errorQueues.MAPPING.list();
		second.module.replay('MAPPING', entry!.entryId, { operator: 'ann', justification: 'new rules' });
		await second.module.stop();
		const [transformed] = second.sender.records;
		expect(plainOf(transformed!.fields)).toEqual({ n: 12 });
		expect(transformed).toMatchObject({
			recordId: given.recordId,
			lineageId: given.lineageId,
			traceId: 'a'.repeat(32),
		});
		expect(second.module.errorQueues.MAPPING.size).toBe(0);
	});
});
