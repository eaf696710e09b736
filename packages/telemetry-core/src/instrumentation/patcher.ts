import type { Callable, Operation, Patch } from './operation.ts';

const WRAPPED = Symbol('pipeline.wrapped');

type Holder = Record<PropertyKey, unknown>;

/** A wrapper in its place, and what was there before. */
interface Placement {
	readonly holder: Holder;
	readonly key: string;
	readonly before: PropertyDescriptor | undefined;
	readonly wrapper: Callable;
}

/** What one look at a module's exports found. */
export interface PatchReport {
	readonly patched: readonly string[];
	/** Operations whose target is missing from the module, or that the binding does not name, and what is not seen therefore. */
	readonly missing: readonly { readonly operation: string; readonly sees: string }[];
}

/**
 * Puts wrappers in place and takes them out again. Methods are replaced on the prototype that the export has, so instances made
 * before are covered too; a wrapper is never wrapped again.
 */
export class Patcher {
	readonly #patches: readonly Patch[];
	readonly #operation: (name: string) => Operation;
	#placed: Placement[] = [];

	/** @param operation makes what wrappers know of one operation */
	constructor(patches: readonly Patch[], operation: (name: string) => Operation) {
		this.#patches = patches;
		this.#operation = operation;
	}

	apply(exports: unknown): PatchReport {
		const patched: string[] = [];
		const missing: { operation: string; sees: string }[] = [];
		for (const patch of this.#patches) {
			const name = nameOf(patch);
			if (this.#applyOne(exports, patch, name)) patched.push(name);
			else missing.push({ operation: name, sees: patch.sees });
		}
		return { patched, missing };
	}

	undo(): void {
		this.#placed = this.#placed.filter((placement) => !restore(placement));
	}

	#applyOne(exports: unknown, { target, wrap }: Patch, name: string): boolean {
		if (target === undefined) return false;
		const found = locate(exports, target.export, target.method);
		if (found === undefined) return false;
		const { holder, key } = found;
		const original = holder[key] as Callable & { [WRAPPED]?: true };
		if (original[WRAPPED] || this.#placed.some((placement) => placement.holder === holder && placement.key === key))
			return true;
		const wrapper = wrap(original, this.#operation(name));
		Object.defineProperties(wrapper, {
			name: { value: original.name, configurable: true },
			length: { value: original.length, configurable: true },
			[WRAPPED]: { value: true },
		});
		const before = Object.getOwnPropertyDescriptor(holder, key);
		try {
			Object.defineProperty(holder, key, {
				configurable: true,
				enumerable: before?.enumerable ?? false,
				writable: true,
				value: wrapper,
			});
		} catch {
			// Exports of an ES module are read-only: only methods of what they hold can be replaced.
			return false;
		}
		this.#placed.push({ holder, key, before, wrapper });
		return true;
	}
}

function nameOf({ target, sees }: Patch): string {
	if (target === undefined) return sees;
	return target.method === undefined ? target.export : `${target.export}.${target.method}`;
}

/** The object whose property is the function: the exports themselves, a class's prototype, or an exported object. */
function locate(
	exports: unknown,
	exported: string,
	method: string | undefined,
): { holder: Holder; key: string } | undefined {
	const holder = (exports ?? {}) as Holder;
	const value = holder[exported];
	if (method === undefined) return typeof value === 'function' ? { holder, key: exported } : undefined;
	if (typeof value === 'function') {
		const prototype = value.prototype as Holder | undefined;
		if (typeof prototype?.[method] === 'function') return { holder: prototype, key: method };
		const statics = value as unknown as Holder;
		if (typeof statics[method] === 'function') return { holder: statics, key: method };
	}
	if (typeof value === 'object' && value !== null) {
		const object = value as Holder;
		if (typeof object[method] === 'function') return { holder: object, key: method };
	}
	return undefined;
}

/** @returns false when somebody has wrapped the wrapper since: theirs stays, and ours calls straight through inside it */
function restore({ holder, key, before, wrapper }: Placement): boolean {
	if (holder[key] !== wrapper) return false;
	if (before === undefined) delete holder[key];
	else Object.defineProperty(holder, key, before);
	return true;
}
