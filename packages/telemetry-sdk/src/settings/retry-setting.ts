import { integer, number, type SettingType } from './setting-types.ts';
import type { RetrySettings } from './settings.ts';

const PARTS: { readonly [K in keyof RetrySettings]: readonly [key: string, type: SettingType<number>] } = {
	initialMs: ['initial_ms', integer(1, 60_000)],
	factor: ['factor', number(1, 10)],
	maxMs: ['max_ms', integer(1, 600_000)],
	attempts: ['attempts', integer(1, 20)],
};
const NAMES = Object.keys(PARTS) as (keyof RetrySettings)[];

/** Four numbers: with commas between them in the environment, by name elsewhere. */
export const retry: SettingType<RetrySettings> = {
	allowed: NAMES.map((name) => `${name} ${PARTS[name][1].allowed}`).join(', '),
	schema: {
		type: 'object',
		properties: Object.fromEntries(NAMES.map((name) => [PARTS[name][0], PARTS[name][1].schema])),
		required: NAMES.map((name) => PARTS[name][0]),
		additionalProperties: false,
	},
	accept(value) {
		if (typeof value !== 'object' || value === null) return undefined;
		const given = value as Readonly<Record<string, unknown>>;
		const parts = NAMES.map((name) => {
			const [key, type] = PARTS[name];
			return [name, type.accept(given[name] ?? given[key])] as const;
		});
		const isComplete = parts.every(([, part]) => part !== undefined) && Object.keys(given).length === NAMES.length;
		return isComplete ? (Object.fromEntries(parts) as unknown as RetrySettings) : undefined;
	},
	read(text) {
		const parts = text.split(',');
		if (parts.length !== NAMES.length) return text;
		return Object.fromEntries(NAMES.map((name, index) => [name, PARTS[name][1].read((parts[index] as string).trim())]));
	},
};
