import { diag } from '@opentelemetry/api';

interface OptionBase<T> {
	readonly default: T;
	/** Environment variable that sets it when the option is not given. */
	readonly env: string;
	readonly description: string;
}

/** One option: what it is, what it is by default, and where else it can be set. */
export type Option =
	| (OptionBase<boolean> & { readonly type: 'boolean' })
	| (OptionBase<number> & { readonly type: 'number'; readonly min: number; readonly max: number })
	| (OptionBase<string> & { readonly type: 'choice'; readonly choices: readonly string[] });

export type OptionTable = Readonly<Record<string, Option>>;

export type Resolved<T extends OptionTable> = {
	readonly [K in keyof T]: T[K]['type'] extends 'boolean'
		? boolean
		: T[K]['type'] extends 'number'
			? number
			: T[K] extends { readonly choices: readonly (infer C)[] }
				? C
				: string;
};

/**
 * The value of every option: given > environment > default, also when no options are given at all. A value that is not allowed is
 * said once, with its source and what is allowed, and the next in the order counts.
 */
export function resolveOptions<const T extends OptionTable>(
	table: T,
	given: Readonly<Record<string, unknown>> = {},
	env: Readonly<Record<string, string | undefined>> = process.env,
	warn: (message: string) => void = (message) => diag.warn(message),
): Resolved<T> {
	const resolved: Record<string, unknown> = {};
	for (const [name, option] of Object.entries(table)) {
		const fromEnv = env[option.env];
		resolved[name] =
			accepted(option, given[name], `option ${name}`, warn) ??
			(fromEnv === undefined || fromEnv === ''
				? undefined
				: accepted(option, parse(option, fromEnv), `environment variable ${option.env}`, warn)) ??
			option.default;
	}
	return resolved as Resolved<T>;
}

/** The table as Markdown, for READMEs. */
export function renderOptions(table: OptionTable): string {
	const rows = Object.entries(table).map(
		([name, option]) =>
			`| \`${name}\` | ${allowed(option)} | \`${String(option.default)}\` | \`${option.env}\` | ${option.description} |`,
	);
	return ['| Option | Values | Default | Environment | What it does |', '|---|---|---|---|---|', ...rows].join('\n');
}

function accepted(option: Option, value: unknown, source: string, warn: (message: string) => void): unknown {
	if (value === undefined) return undefined;
	if (isAllowed(option, value)) return value;
	warn(`${source} is ${JSON.stringify(value) ?? String(value)}; allowed: ${allowed(option)}`);
	return undefined;
}

function isAllowed(option: Option, value: unknown): boolean {
	if (option.type === 'boolean') return typeof value === 'boolean';
	if (option.type === 'choice') return typeof value === 'string' && option.choices.includes(value);
	return typeof value === 'number' && value >= option.min && value <= option.max;
}

function allowed(option: Option): string {
	if (option.type === 'boolean') return 'true, false';
	if (option.type === 'choice') return option.choices.join(', ');
	return `${option.min} to ${option.max}`;
}

function parse(option: Option, text: string): unknown {
	if (option.type === 'boolean')
		return text === 'true' || text === '1' ? true : text === 'false' || text === '0' ? false : text;
	return option.type === 'number' && text.trim() !== '' ? Number(text) : text;
}
