import { isForbiddenKey, redactText } from '@pipeline/telemetry-core/redaction';
import { attributeNamed, lookUpAttribute } from '@pipeline/telemetry-core/registry';
import { isIdKey } from './id-keys.ts';
import { ADDRESS_KEYS, PERSONAL_KEYS, SAFE_KEYS } from './semantic-conventions.ts';

/** What happens to the values of a key. */
export interface KeyRule {
	/** The key as it may be shown. */
	readonly shownKey: string;
	readonly action: 'scan' | 'hash' | 'mask' | 'remove' | 'drop';
	/** Addresses of machines may stay. */
	readonly keepsAddresses: boolean;
	/** Its values are ids: hashed as a whole where something is found in them. */
	readonly isId: boolean;
	/** Values that need no look. */
	readonly values: readonly string[];
	/** From the registry: numbers are what they say they are. */
	readonly isKnown: boolean;
}

const MAX_REMEMBERED = 4_096;
const MAX_LENGTH = 256;
/** Four numbers with dots between them are a version there. */
const VERSION_KEY = /\.version$/;
const NO_VALUES: readonly string[] = [];

/** Decides by key: what the registry says, then what may never be shown, then what OpenTelemetry's conventions say. */
export class KeyRules {
	readonly #isStrict: boolean;
	readonly #allowedKeys: ReadonlySet<string>;
	readonly #remembered = new Map<string, KeyRule>();

	constructor(isStrict: boolean, allowedKeys: readonly string[]) {
		this.#isStrict = isStrict;
		this.#allowedKeys = new Set(allowedKeys);
	}

	of(key: string): KeyRule {
		const known = this.#remembered.get(key);
		if (known !== undefined) return known;
		const rule = this.#decide(key);
		// A dropped key may be one of a table that is loaded later.
		const isWorthIt = rule.action !== 'drop' && key.length <= MAX_LENGTH;
		if (isWorthIt && this.#remembered.size < MAX_REMEMBERED) this.#remembered.set(key, rule);
		return rule;
	}

	#decide(key: string): KeyRule {
		const definition = attributeNamed(key);
		const entry = definition === undefined ? undefined : lookUpAttribute(definition)?.entry;
		const shared = { keepsAddresses: ADDRESS_KEYS.has(key) || VERSION_KEY.test(key), isId: isIdKey(key) };
		return entry === undefined
			? { shownKey: redactText(key), action: this.#actionOf(key), ...shared, values: NO_VALUES, isKnown: false }
			: {
					shownKey: key,
					action: entry.protect ?? 'scan',
					...shared,
					values: entry.values ?? NO_VALUES,
					isKnown: true,
				};
	}

	#actionOf(key: string): KeyRule['action'] {
		if (PERSONAL_KEYS.has(key)) return 'hash';
		if (isForbiddenKey(key)) return 'remove';
		return this.#isStrict && !isIdKey(key) && !SAFE_KEYS.has(key) && !this.#allowedKeys.has(key) ? 'drop' : 'scan';
	}
}
