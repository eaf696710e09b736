import type { ErrorEntry, EventEntry } from './entries.ts';

type Component<E extends ErrorEntry, C extends Readonly<Record<string, string>>> = C[E['category'] & keyof C] & string;

/** Code -> `pipeline.<module>.<component>.log.<code>`. */
export type ErrorLogEvents<
	M extends string,
	E extends Readonly<Record<string, ErrorEntry>>,
	C extends Readonly<Record<string, string>>,
> = {
	readonly [N in keyof E & string as `pipeline.${M}.${Component<E[N], C>}.log.${Lowercase<N>}`]: EventEntry;
};

/** The log events of a module's error codes; `components` says which component reports which category. */
export function errorLogEvents<
	M extends string,
	const E extends Readonly<Record<string, ErrorEntry>>,
	const C extends Readonly<Record<string, string>>,
>(module: M, errors: E, components: C): ErrorLogEvents<M, E, C> {
	const events: Record<string, EventEntry> = {};
	for (const [code, { category, severity, description }] of Object.entries(errors)) {
		events[`pipeline.${module}.${components[category]}.log.${code.toLowerCase()}`] = {
			type: 'LOG',
			severity,
			description,
			dimensions: ['error.type', 'pipeline.error_category'],
		};
	}
	return events as ErrorLogEvents<M, E, C>;
}
