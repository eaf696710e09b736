// Hot path: `isSwitchedOn` runs for every wrapped call.
import { globalCell } from './global-slot.ts';

/** Registry bases that can be switched: those of the modules and of a team's own extensions. */
export const SWITCHES = 256;

// One byte a base, 1 for off.
const off: Uint8Array = globalCell('off', () => new Uint8Array(SWITCHES));

/** Whether a module's instrumentation speaks, by the registry base of the module. */
export function isSwitchedOn(base: number): boolean {
	return off[base] !== 1;
}

/** Switches a module's instrumentation off or on again while the process runs. Calls pass straight through while it is off. */
export function switchModule(base: number, isOn: boolean): void {
	if (base >= 0 && base < SWITCHES) off[base] = isOn ? 0 : 1;
}
