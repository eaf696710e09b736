/**
 * The one place where copies of this package meet. A process may hold several (an ESM and a CJS build, two versions, a bundle):
 * all of them read and write the object behind one global symbol, so an instrumentation loaded from one copy reaches a
 * recorder installed by another.
 */
const KEY = Symbol.for('pipeline.telemetry.1');

/** Bumped when the shape below changes incompatibly; copies that disagree stay no-op and say so once. */
const SHAPE = 1;

type Slot = { readonly shape: number } & Record<string, unknown>;

/** Cells of a copy that does not fit: its own, seen by nobody else. */
let apart: Slot | undefined;

function slot(): Slot {
	const found = (globalThis as Record<symbol, unknown>)[KEY] as Slot | undefined;
	if (found?.shape === SHAPE) return found;
	if (found !== undefined) {
		if (apart === undefined) {
			apart = { shape: SHAPE };
			console.warn(
				`@pipeline/telemetry-core: another, incompatible copy (shape ${String(found.shape)}, this one ${SHAPE}) is loaded in this process; this copy stays switched off. Align the versions (npm ls @pipeline/telemetry-core).`,
			);
		}
		return apart;
	}
	const created: Slot = { shape: SHAPE };
	Object.defineProperty(globalThis, KEY, { value: created });
	return created;
}

/** True for a copy that met an incompatible one: nothing may be switched on in it. */
export const isApart = (): boolean => slot() === apart;

/** A named cell of the process-wide slot, created by `initial` when no copy of this package has done so yet. */
export function globalCell<T extends object>(name: string, initial: () => T): T {
	const shared = slot();
	shared[name] ??= initial();
	return shared[name] as T;
}
