import { BASES, TABLE_SIZE } from '@pipeline/telemetry-core/registry';
import { DEFINITION_MASK } from './layout.ts';

/** Definitions of the registry's own tables: what a table by definition has room for until an extension's comes up. */
export const OWN_DEFINITIONS = Object.keys(BASES).length * TABLE_SIZE;
const ALL_DEFINITIONS = DEFINITION_MASK + 1;

/** A table by definition as it is, or longer, with room for this definition and those of all extensions. */
export function roomFor<T extends Int32Array | Uint16Array | Uint8Array>(
	definition: number,
	table: T,
	create: new (length: number) => T,
): T {
	if (definition < table.length) return table;
	const longer = new create(ALL_DEFINITIONS);
	longer.set(table);
	return longer;
}
