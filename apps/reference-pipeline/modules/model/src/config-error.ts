/** A parameter that is not allowed: which, and what would be. */
export class ConfigError extends Error {
	readonly code = 'CONFIG_INVALID';
	readonly key: string;
	readonly allowed: string;

	/** @param given the value that was refused, when it may be shown */
	constructor(key: string, allowed: string, given?: unknown) {
		super(`${key}${given === undefined ? '' : ` is ${shown(given)}`}: allowed is ${allowed}`);
		this.name = 'ConfigError';
		this.key = key;
		this.allowed = allowed;
	}
}

function shown(value: unknown): string {
	return (typeof value === 'bigint' ? `${value}n` : (JSON.stringify(value) ?? String(value))).slice(0, 100);
}
