import { shown } from '../settings/setting-error.ts';
import type { FlagSource } from './flag-source.ts';

const WORDS: ReadonlyMap<string, boolean> = new Map([
	['true', true],
	['on', true],
	['yes', true],
	['1', true],
	['false', false],
	['off', false],
	['no', false],
	['0', false],
]);

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
 * @param env read anew each time. Texts that are no value of the flag's kind (true, on, yes, 1 and their opposites; a number) count as
 * absent, and are told.
 * @param tell takes a line about such a text, once. @default console.error
 */
export function localFlags(
	env: Environment = process.env,
	tell: (line: string) => void = (line) => console.error(line),
): LocalFlags {
	const given = new Map<string, boolean | number>();
	const told = new Map<string, string>();
	const listeners = new Set<() => void>();
	function fromEnvironment(variable: string, kind: string): boolean | number | undefined {
		const text = env[variable]?.trim() ?? '';
		const value = kind === 'number' ? numberIn(text) : WORDS.get(text.toLowerCase());
		if (value === undefined && text !== '' && told.get(variable) !== text) {
			told.set(variable, text);
			const allowed = kind === 'number' ? 'a number' : [...WORDS.keys()].join(', ');
			tell(`@pipeline/telemetry-sdk: ${variable} is ${shown(text)}, which changes nothing; allowed: ${allowed}`);
		}
		return value;
	}
	return {
		read<T extends boolean | number>(key: string, current: T): T {
			const value = given.get(key) ?? fromEnvironment(variableOf(key), typeof current);
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

function numberIn(text: string): number | undefined {
	const value = Number(text);
	return text === '' || Number.isNaN(value) ? undefined : value;
}
