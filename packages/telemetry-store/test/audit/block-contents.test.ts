import { expect, it } from 'vitest';
import type { AuditBlock } from '../../src/audit/audit-block.ts';
import { windowsOf } from '../../src/audit/block-contents.ts';

const blockOf = (block_id: number, first_seq: number, last_seq: number) =>
	({ block_id, first_seq, last_seq }) as unknown as AuditBlock;

it('cuts blocks into windows of at most a quarter of a million numbers', () => {
	const full = Array.from({ length: 120 }, (_, index) => blockOf(index + 1, index * 10_000 + 1, (index + 1) * 10_000));
	const windows = [...windowsOf(full)];
	expect(windows.map((blocks) => blocks.length)).toEqual([25, 25, 25, 25, 20]);
	expect(windows.flat()).toEqual(full);
	expect([...windowsOf([])]).toEqual([]);
	// Numbers in between are missing: they count as well.
	expect([...windowsOf([blockOf(1, 1, 10), blockOf(2, 600_000, 600_001)])]).toHaveLength(2);
});
