import { FIRST_EXTENSION_BASE, TABLE_SIZE } from '@pipeline/telemetry-core/registry';
import { describe, expect, it } from 'vitest';
import { OWN_DEFINITIONS, roomFor } from '../../src/recorder/definition-room.ts';
import { DEFINITION_MASK } from '../../src/recorder/layout.ts';

describe('room in a table by definition', () => {
	it('stays as it is for the own tables of the registry', () => {
		const table = new Int32Array(OWN_DEFINITIONS);
		expect(roomFor(OWN_DEFINITIONS - 1, table, Int32Array)).toBe(table);
	});

	it('becomes room for all with the first definition of an extension, and keeps what is there', () => {
		const table = new Uint8Array(OWN_DEFINITIONS).fill(3);
		expect(OWN_DEFINITIONS).toBeLessThanOrEqual(FIRST_EXTENSION_BASE * TABLE_SIZE);
		const longer = roomFor(FIRST_EXTENSION_BASE * TABLE_SIZE, table, Uint8Array);
		expect([longer.length, longer[OWN_DEFINITIONS - 1], longer[OWN_DEFINITIONS]]).toEqual([DEFINITION_MASK + 1, 3, 0]);
	});
});
