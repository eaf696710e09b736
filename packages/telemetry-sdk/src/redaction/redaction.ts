import {
	isHarmlessUtf8,
	type Pattern,
	REDACTED,
	type RedactTextOptions,
	redactionMark,
	redactText,
} from '@pipeline/telemetry-core/redaction';
import { type KeyRule, KeyRules } from './key-rules.ts';
import { KeyedHash, withoutPadding } from './keyed-hash.ts';
import { type RedactionOptions, type ResolvedRedactionOptions, resolveRedactionOptions } from './redaction-options.ts';

/** Told of what was redacted. Never asked; must not throw. */
export interface RedactionObserver {
	/** Once for each value: a rule of `REDACTION_RULES` or of an own detector, `key`, `hash`, `mask`, `content`, `length`, `unlisted` or `failure`. */
	onRedacted(rule: string): void;
}

/** Anything that attributes and log bodies may hold. */
export type AnyValue = unknown;

/** What stands in the place of a field's value. */
const MASK = '***';
/** What says that a field had no value. */
const NO_VALUE = 'NULL';
/** Characters of a text that are shown: looking through more would take longer than a span may take. */
const MAX_TEXT = 65_536;
/** What ends there may have been cut from something that is then no longer found. */
const MARGIN = 512;
const MAX_DEPTH = 8;
const MAX_VALUES = 1_024;
/** Shorter numbers are no card's. */
const MIN_CARD = 1e12;
const ACTOR_TYPE = 'audit.actor_type';
const ACTOR_ID = 'audit.actor_id';

/**
 * One policy for every text that leaves the process. Texts that name persons, secrets or accounts are replaced by what they are
 * (`[REDACTED:email]`), values of the registry's protected attributes are hashed or masked, values under forbidden keys are removed.
 * No call throws: what cannot be redacted becomes `[REDACTED]`.
 */
export class Redaction {
	/** All settings, the random key included: `createRedaction(redaction.options)` decides alike in another thread. */
	readonly options: ResolvedRedactionOptions;
	readonly #observer: RedactionObserver | undefined;
	readonly #hash: KeyedHash;
	readonly #keys: KeyRules;
	readonly #textOptions: RedactTextOptions;
	readonly #addressOptions: RedactTextOptions;
	readonly #hasOwnDetectors: boolean;

	/** @throws RedactionOptionError */
	constructor(options: RedactionOptions, observer?: RedactionObserver) {
		this.options = resolveRedactionOptions(options);
		this.#observer = observer;
		this.#hash = new KeyedHash(this.options.keys);
		this.#keys = new KeyRules(this.options.strict, this.options.allowedKeys);
		const patterns: Pattern[] = this.options.extraDetectors.map(({ rule, pattern, flags = '' }) => ({
			rule,
			pattern: new RegExp(pattern, `${flags.replace(/[gy]/g, '')}g`),
		}));
		const onFound = (rule: string) => this.#count(rule);
		this.#textOptions = { onFound, patterns };
		this.#addressOptions = { onFound, patterns, keepsAddresses: true };
		this.#hasOwnDetectors = patterns.length > 0;
	}

	/** Free text. */
	text(text: string): string {
		return this.#guarded(everything, () => this.#scan(text, this.#textOptions));
	}

	/** Whether a text in UTF-8 certainly has nothing to redact. False says nothing. */
	isHarmless(bytes: Uint8Array, from: number, to: number): boolean {
		return !this.#hasOwnDetectors && isHarmlessUtf8(bytes, from, to);
	}

	/** A tenant, a person or a key by its keyed hash: `<key id>:<16 hex digits>`. */
	hash(name: string): string {
		return this.#guarded(everything, () => this.#hash.of(name));
	}

	/** An id: as it is, or what stands for it where it holds something that may not be shown. Never longer than the id, in UTF-8. */
	id(id: string): string {
		return this.#guarded(everything, () => this.#id(id));
	}

	/** All that may stand for an id, one for each key, the newest first. */
	ids(id: string): readonly string[] {
		return this.#hash.allOfId(id);
	}

	/** All hashes under which a name may have been stored, one for each key. */
	hashes(name: string): readonly string[] {
		return this.#hash.allOf(name);
	}

	/** The value of one attribute; undefined when it is not to be shown at all. */
	attribute(key: string, value: AnyValue): AnyValue {
		return this.#guarded<AnyValue>(everything, () => this.#value(this.#keys.of(key), value));
	}

	/** Attributes with their values redacted; the same object where there was nothing to do. */
	attributes<T extends object>(attributes: T): T {
		return this.#guarded(
			() => withoutValues(attributes),
			() => this.#attributes(attributes as Record<string, AnyValue>) as T,
		);
	}

	/** A value that has no key: the body of a log record. */
	value(value: AnyValue): AnyValue {
		return this.#guarded<AnyValue>(everything, () => this.#any(value, false, { left: MAX_VALUES }, 0));
	}

	/** A `tracestate` header without the members whose values would have to be redacted. */
	traceState(header: string): string {
		if (header === '' || this.text(header) === header) return header;
		const isShown = (member: string) => {
			const value = member.slice(member.indexOf('=') + 1);
			return this.text(member) === member && this.text(value) === value;
		};
		return header.split(',').filter(isShown).join(',');
	}

	#attributes(attributes: Readonly<Record<string, AnyValue>>): Readonly<Record<string, AnyValue>> {
		let changed: Record<string, AnyValue> | undefined;
		const isPerson = attributes[ACTOR_TYPE] === 'USER';
		for (const key of Object.keys(attributes)) {
			const before = attributes[key];
			const rule = this.#keys.of(key);
			const after =
				isPerson && key === ACTOR_ID && typeof before === 'string' ? this.#hashed(before) : this.#value(rule, before);
			if (after === before && rule.shownKey === key) continue;
			changed ??= { ...attributes };
			if (after === undefined || rule.shownKey !== key) delete changed[key];
			if (after !== undefined) changed[rule.shownKey] = after;
		}
		return changed ?? attributes;
	}

	#value({ action, keepsAddresses, isId, values, isKnown }: KeyRule, value: AnyValue): AnyValue {
		if (value === undefined || value === null) return value;
		switch (action) {
			case 'drop':
				this.#count('unlisted');
				return undefined;
			case 'remove':
				this.#count('key');
				return redactionMark('key');
			case 'hash':
				return typeof value === 'string' ? this.#hashed(value) : this.#hashed(JSON.stringify(value) ?? '');
			case 'mask':
				if (value === MASK || value === NO_VALUE) return value;
				this.#count('mask');
				return MASK;
			default:
				if (isKnown && (typeof value === 'number' || typeof value === 'boolean')) return value;
				if (typeof value === 'string' && values.includes(value)) return value;
				if (isId && typeof value === 'string') return this.#id(value);
				if (isId && Array.isArray(value)) return this.#ids(value);
				return this.#any(value, keepsAddresses, { left: MAX_VALUES }, 0);
		}
	}

	#id(id: string): string {
		const text = withoutPadding(id);
		return this.#scan(text, this.#textOptions) === text ? text : this.#hash.ofId(text);
	}

	#ids(ids: readonly AnyValue[]): AnyValue {
		const shown = ids.map((id) => (typeof id === 'string' ? this.#id(id) : this.value(id)));
		return shown.every((id, index) => id === ids[index]) ? ids : shown;
	}

	#scan(text: string, options: RedactTextOptions): string {
		if (text.length <= MAX_TEXT) return redactText(text, options);
		this.#count('length');
		return redactText(text.slice(0, MAX_TEXT), options).slice(0, -MARGIN) + redactionMark('length');
	}

	#hashed(name: string): string {
		const hash = this.#hash.of(name);
		if (hash !== name) this.#count('hash');
		return hash;
	}

	#any(value: AnyValue, keepsAddresses: boolean, budget: { left: number }, depth: number): AnyValue {
		if (typeof value === 'string') return this.#scan(value, keepsAddresses ? this.#addressOptions : this.#textOptions);
		if (typeof value === 'number' || typeof value === 'bigint') return this.#number(value);
		if (typeof value !== 'object' || value === null) return value;
		if (depth >= MAX_DEPTH || --budget.left < 0 || ArrayBuffer.isView(value)) {
			this.#count('content');
			return redactionMark('content');
		}
		if (!Array.isArray(value)) return this.#map(value as Record<string, AnyValue>, budget, depth);
		const elements = value.map((element) => this.#any(element, keepsAddresses, budget, depth + 1));
		return elements.every((element, index) => element === value[index]) ? value : elements;
	}

	#map(map: Readonly<Record<string, AnyValue>>, budget: { left: number }, depth: number): AnyValue {
		const entries = Object.entries(map).map(([key, value]) => {
			const rule = this.#keys.of(key);
			const isScanned = (rule.action === 'scan' && !rule.isId) || rule.action === 'drop';
			const redacted = isScanned ? this.#any(value, rule.keepsAddresses, budget, depth + 1) : this.#value(rule, value);
			return [rule.shownKey, redacted] as const;
		});
		return entries.every(([key, value]) => map[key] === value) ? map : Object.fromEntries(entries);
	}

	#number(value: number | bigint): AnyValue {
		if (value < MIN_CARD || (typeof value === 'number' && !Number.isInteger(value))) return value;
		const digits = String(value);
		const redacted = redactText(digits, this.#textOptions);
		return redacted === digits ? value : redacted;
	}

	#guarded<T>(instead: () => T, redact: () => T): T {
		try {
			return redact();
		} catch {
			this.#count('failure');
			return instead();
		}
	}

	#count(rule: string): void {
		try {
			this.#observer?.onRedacted(rule);
		} catch {
			// Whoever counts does not stop redaction.
		}
	}
}

const everything = (): string => REDACTED;

/** Keys may be what could not be redacted: none stays. */
function withoutValues<T extends object>(attributes: T): T {
	return Object.fromEntries(Object.keys(attributes).map((_, index) => [`redacted.${index}`, REDACTED])) as T;
}

/** A redaction policy. @throws RedactionOptionError for options that cannot be */
export function createRedaction(options: RedactionOptions = {}, observer?: RedactionObserver): Redaction {
	return new Redaction(options, observer);
}
