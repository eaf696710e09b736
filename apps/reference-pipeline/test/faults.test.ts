import type { Message } from '@pipeline/integration-layer';
import { describe, expect, it } from 'vitest';
import { faultsOf, stripContext } from '../src/run/faults.ts';
import type { Fault, RunOptions } from '../src/run/run-options.ts';

const MESSAGES = 1_000;
const CONTEXT = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 };

const optionsWith = (...faults: Fault[]): RunOptions => ({
	profile: 'dev',
	transport: 'tcp',
	processes: 1,
	seed: '1',
	faults,
	out: '/nowhere',
});
const transfer = (n: number) =>
	({ header: { messageId: String(n), ...CONTEXT }, records: [{ recordId: 'r', ...CONTEXT }] }) as unknown as Message;

function sent(...faults: Fault[]): readonly (readonly Message[])[] {
	const inject = faultsOf(optionsWith(...faults), 'ALPHA_BETA');
	return Array.from({ length: MESSAGES }, (_, n) => inject?.(transfer(n)) as readonly Message[]);
}

describe('faults of a connection', () => {
	it('are none unless asked for', () => {
		expect([faultsOf(optionsWith(), 'x'), faultsOf(optionsWith('strip-context'), 'x')]).toEqual([undefined, undefined]);
	});

	it('take the context off a fifth of the headers, and off nothing else', () => {
		const dropped = sent('drop-header').flatMap((messages, n) =>
			'traceId' in (messages[0]?.header ?? {}) ? [] : [[n, messages] as const],
		);
		expect(dropped.length / MESSAGES).toBeCloseTo(0.2, 1);
		for (const [n, messages] of dropped)
			expect(messages).toEqual([{ header: { messageId: String(n) }, records: [{ recordId: 'r', ...CONTEXT }] }]);
	});

	it('send a fifth of the batches twice', () => {
		const counts = sent('duplicate-batch').map(({ length }) => length);
		expect(counts.filter((count) => count === 2).length / MESSAGES).toBeCloseTo(0.2, 1);
		expect(new Set(counts)).toEqual(new Set([1, 2]));
	});

	it('are the same for the same seed', () => {
		expect(sent('drop-header', 'duplicate-batch')).toEqual(sent('drop-header', 'duplicate-batch'));
	});

	it('leave messages without records alone', () => {
		const ack = { header: { messageId: '1', ...CONTEXT } } as unknown as Message;
		const inject = faultsOf(optionsWith('drop-header', 'duplicate-batch'), 'ALPHA_BETA');
		for (let n = 0; n < 50; n++) expect(inject?.(ack)).toEqual([ack]);
	});
});

describe('stripContext', () => {
	const records = Array.from({ length: MESSAGES }, (_, n) => ({ recordId: n, ...CONTEXT }));

	it('takes the context off one record in a hundred', () => {
		const stripped = stripContext(
			optionsWith('strip-context'),
			'beta',
		)(records).filter((record) => !('traceId' in record));
		expect(stripped.length).toBeGreaterThan(0);
		expect(stripped.length / MESSAGES).toBeLessThan(0.03);
		expect(Object.keys(stripped[0] ?? {})).toEqual(['recordId']);
	});

	it('does nothing unless asked for', () => {
		expect(stripContext(optionsWith(), 'beta')(records)).toBe(records);
	});
});
