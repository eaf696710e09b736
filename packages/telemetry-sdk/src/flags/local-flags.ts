import type { FlagSource } from './flag-source.ts';

/** Flags of this process: what the environment says, unless `set` says otherwise. */
export interface LocalFlags extends FlagSource {
	/** Switches a flag from now on; undefined gives it back to the environment. */
	set(key: string, value: boolean | number | undefined): void;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** `enable-observability-instrumentation-alpha` is `ENABLE_OBSERVABILITY_INSTRUMENTATION_ALPHA` in the environment. */
const variableOf = (key: string) => key.replaceAll('-', '_').toUpperCase();

/**
 * A source of flags without a service.
 *
 * @param env read anew each time. Texts that are no value of the flag's kind (true, false, 1, 0; a number) count as absent.
 */
export function localFlags(env: Environment = process.env): LocalFlags {
	const given = new Map<string, boolean | number>();
	const listeners = new Set<() => void>();
	return {
		read<T extends boolean | number>(key: string, current: T): T {
			const value = given.get(key) ?? parse(env[variableOf(key)], typeof current);
			return typeof value === typeof current ? (value as T) : current;
		},
		onChange(changed) {
			listeners.add(changed);
			return () => listeners.delete(changed);
		},
		set(key, value) {
			if (value === undefined) given.delete(key);
			else given.set(key, value);
			for (const changed of listeners) changed();
		},
	};
}

function parse(text: string | undefined, kind: string): boolean | number | undefined {
	const trimmed = text?.trim() ?? '';
	if (trimmed === '') return undefined;
	if (kind === 'number') return Number(trimmed);
	if (trimmed === 'true' || trimmed === '1') return true;
	return trimmed === 'false' || trimmed === '0' ? false : undefined;
}
