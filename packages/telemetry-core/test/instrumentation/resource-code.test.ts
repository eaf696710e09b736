import { describe, expect, it } from 'vitest';
import { codeOf, resourceCode } from '../../src/instrumentation/resource-code.ts';

const failing = (code: unknown, cause?: unknown) => Object.assign(new Error('x', { cause }), { code });

describe('resourceCode', () => {
	it('names the resource that ran out, and nothing else', () => {
		const codes = ['ENOMEM', 'EMFILE', 'ERR_WORKER_INIT_FAILED', 'ENOSPC', 'ENOBUFS', 'ECONNREFUSED', 'constructor'];
		expect(codes.map((code) => resourceCode(failing(code)))).toEqual([
			'RES_001_MEMORY',
			'RES_002_FILE_HANDLES',
			'RES_003_THREADS',
			'RES_004_DISK',
			'RES_005_CONNECTIONS',
			undefined,
			undefined,
		]);
	});

	it('looks through errors that wrap others, four deep', () => {
		const wrapped = (times: number): unknown =>
			times === 0 ? failing('ENOSPC') : new Error('x', { cause: wrapped(times - 1) });
		expect([resourceCode(wrapped(4)), resourceCode(wrapped(5))]).toEqual(['RES_004_DISK', undefined]);
		expect(resourceCode(failing('ENR_001_NETWORK', wrapped(1)))).toBe('RES_004_DISK');
	});

	it('takes anything that was thrown', () => {
		const loop: { cause?: unknown } = {};
		loop.cause = loop;
		expect([undefined, null, 'EMFILE', 3, failing(7), loop].map(codeOf)).toEqual(Array(6).fill(undefined));
	});
});
