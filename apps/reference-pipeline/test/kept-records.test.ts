import { afterEach, expect, it } from 'vitest';
import { KeptRecords } from '../src/bench/direct/kept-records.ts';

const FAILED = '0190f5a2-fa11-7d3a-9b1e-000000000100';
const OTHER = '0190f5a2-7c1e-7d3a-9b1e-000000000007';
let kept: KeptRecords | undefined;

afterEach(() => kept?.stop());

/** A receiver that got one request with these texts in it. */
async function after(ratio: number, ...texts: string[]): Promise<KeptRecords> {
	kept = await KeptRecords.start(ratio);
	await fetch(kept.url, { method: 'POST', body: texts.join('\0') });
	return kept;
}

it('counts a record once, however many spans name it', async () => {
	const records = await after(1, FAILED, OTHER, FAILED, OTHER);
	await expect(records.verify(2, 1)).resolves.toBeUndefined();
});

it('throws when a failed record did not arrive', async () => {
	const records = await after(0.1, OTHER);
	await expect(records.verify(100, 1)).rejects.toThrow('0 of 1 failed records');
});

it('throws when too few of the others arrived', async () => {
	const records = await after(0.1, FAILED, OTHER);
	await expect(records.verify(5_000, 1)).rejects.toThrow('1 of 4999 records without failure');
});

it('begins anew with every call', async () => {
	const records = await after(1, FAILED, OTHER);
	await records.verify(2, 1);
	await expect(records.verify(2, 1)).rejects.toThrow('0 of 1');
});
