import { describe, expect, it } from 'vitest';
import { createUuidV7, isUuid, uuidV7 } from '../../src/runtime/uuid.ts';

const zeros = (bytes: Uint8Array) => void bytes.fill(0);
const ones = (bytes: Uint8Array) => void bytes.fill(0xff);

describe('UUID version 7', () => {
	it('has time, version, counter, variant and random bits where RFC 9562 puts them', () => {
		expect(createUuidV7({ nowMs: () => 0x0123456789ab, fillRandom: zeros })()).toBe(
			'01234567-89ab-7000-8000-000000000000',
		);
		expect(createUuidV7({ nowMs: () => 0x0123456789ab, fillRandom: ones })()).toBe(
			'01234567-89ab-77ff-bfff-ffffffffffff',
		);
	});

	it('counts up within a millisecond and while the clock runs backwards', () => {
		const times = [5, 5, 4, 3, 6];
		const next = createUuidV7({ nowMs: () => times.shift() ?? 0, fillRandom: zeros });
		expect(Array.from({ length: 5 }, next)).toEqual([
			'00000000-0005-7000-8000-000000000000',
			'00000000-0005-7000-8000-040000000000',
			'00000000-0005-7000-8000-080000000000',
			'00000000-0005-7000-8000-0c0000000000',
			'00000000-0006-7000-8000-000000000000',
		]);
	});

	it('is distinct and sorted over many draws', () => {
		const ids = Array.from({ length: 20_000 }, uuidV7);
		expect(new Set(ids).size).toBe(ids.length);
		expect(ids.toSorted()).toEqual(ids);
		expect(ids.every(isUuid)).toBe(true);
	});

	it.each([
		['01890a5d-ac96-774b-bcce-b302099a8057', true],
		['3f2504e0-4f89-41d3-9a0c-0305e82c3301', true],
		['3F2504E0-4F89-41D3-9A0C-0305E82C3301', false],
		['3f2504e0-4f89-11d3-9a0c-0305e82c3301', false],
		['3f2504e0-4f89-41d3-ca0c-0305e82c3301', false],
		['3f2504e04f8941d39a0c0305e82c3301', false],
		[undefined, false],
	])('recognises %s: %s', (text, expected) => {
		expect(isUuid(text)).toBe(expected);
	});
});
