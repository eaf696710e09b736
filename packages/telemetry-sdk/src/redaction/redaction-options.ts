import { randomBytes } from 'node:crypto';

/** A key of the keyed hashes. */
export interface RedactionKey {
	/** Stands before every hash made with it: 1 to 16 small letters and digits. */
	readonly id: string;
	/** At least 16 characters. */
	readonly secret: string;
}

/** Something else that is looked for in texts. */
export interface RedactionDetector {
	/** Stands in the place of what was found, `[REDACTED:<rule>]`, and in the metric: 1 to 32 small letters, digits and `_`. */
	readonly rule: string;
	/** A regular expression. It runs on texts from outside: see that its time grows with their length only. */
	readonly pattern: string;
	/** `i`, `m`, `s`, `u` and `v` of regular expressions. */
	readonly flags?: string | undefined;
}

/** A redaction policy as plain data: it goes through `structuredClone`, into a worker or a file. */
export interface RedactionOptions {
	/** The first one makes hashes; the others are only asked when a hash is looked up. @default a random key of this process */
	readonly keys?: readonly RedactionKey[] | undefined;
	/** Only attributes of the registry, known safe ones of OpenTelemetry and `allowedKeys` pass; all others are dropped. @default false */
	readonly strict?: boolean | undefined;
	/** Attribute keys that pass a strict policy, too. */
	readonly allowedKeys?: readonly string[] | undefined;
	/** At most 12. */
	readonly extraDetectors?: readonly RedactionDetector[] | undefined;
}

/** The same with everything decided. */
export interface ResolvedRedactionOptions {
	readonly keys: readonly RedactionKey[];
	readonly strict: boolean;
	readonly allowedKeys: readonly string[];
	readonly extraDetectors: readonly RedactionDetector[];
}

/** A policy that cannot be. The message never holds a secret. */
export class RedactionOptionError extends Error {
	override readonly name = 'RedactionOptionError';
}

const KEY_ID = /^[a-z\d]{1,16}$/;
const RULE = /^[a-z\d_]{1,32}$/;
const MIN_SECRET = 16;
const MAX_DETECTORS = 12;

/** Keys as `TELEMETRY_REDACTION_KEYS` holds them: `id:secret`, the newest first, separated by commas. @throws RedactionOptionError */
export function parseRedactionKeys(text: string): readonly RedactionKey[] {
	const keys = text
		.split(',')
		.filter((part) => part.trim() !== '')
		.map((part) => {
			const [id = '', ...rest] = part.trim().split(':');
			return { id, secret: rest.join(':') };
		});
	checkKeys(keys);
	return keys;
}

/** All settings decided and checked, with a random key where none is given. @throws RedactionOptionError */
export function resolveRedactionOptions(options: RedactionOptions): ResolvedRedactionOptions {
	const { keys = [], strict = false, allowedKeys = [], extraDetectors = [] } = options;
	checkKeys(keys);
	if (extraDetectors.length > MAX_DETECTORS)
		throw new RedactionOptionError(`${extraDetectors.length} detectors; at most ${MAX_DETECTORS} are allowed`);
	for (const { rule } of extraDetectors)
		if (!RULE.test(rule))
			throw new RedactionOptionError(
				`a detector is called ${JSON.stringify(rule)}; allowed: 1 to 32 of a-z, 0-9 and _`,
			);
	return { keys: keys.length > 0 ? keys : [randomKey()], strict, allowedKeys, extraDetectors };
}

/** Another one in every process, and so is its id: hashes of different processes do not look comparable. */
function randomKey(): RedactionKey {
	return { id: `p${randomBytes(4).toString('hex')}`, secret: randomBytes(32).toString('base64') };
}

function checkKeys(keys: readonly RedactionKey[]): void {
	keys.forEach(({ id, secret }, position) => {
		const place = `redaction key ${position + 1}`;
		if (!KEY_ID.test(id)) throw new RedactionOptionError(`${place} has no usable id; allowed: 1 to 16 of a-z and 0-9`);
		if (secret.length < MIN_SECRET)
			throw new RedactionOptionError(`the secret of ${place} (${id}) has fewer than ${MIN_SECRET} characters`);
		if (keys.findIndex((other) => other.id === id) !== position)
			throw new RedactionOptionError(`two redaction keys are called ${id}`);
	});
}
