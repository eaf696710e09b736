import type { TokenEntry } from '../config/config-schema.ts';
import { isTokenOf, parseToken } from './access-token.ts';
import type { Caller } from './caller.ts';

/** Compared with when no entry has the id: an unknown token takes as long as a wrong one. */
const NO_HASH = `sha256:${'0'.repeat(32)}:${'0'.repeat(64)}`;
const BEARER = /^Bearer +(\S{1,256})$/i;

/** The tokens of the configuration. */
export class TokenRegistry {
	readonly #entries: ReadonlyMap<string, TokenEntry>;
	readonly #now: () => number;

	constructor(entries: readonly TokenEntry[], now: () => number = Date.now) {
		this.#entries = new Map(entries.map((entry) => [entry.id, entry]));
		this.#now = now;
	}

	get isEmpty(): boolean {
		return this.#entries.size === 0;
	}

	/** @param authorization the header; @returns undefined for whatever is not the token of an entry, or has expired */
	callerOf(authorization: string | undefined): Caller | undefined {
		const presented = parseToken(BEARER.exec(authorization ?? '')?.[1] ?? '');
		if (presented === undefined) return undefined;
		const entry = this.#entries.get(presented.id);
		const isRight = isTokenOf(entry?.hash ?? NO_HASH, presented.secret);
		if (entry === undefined || !isRight || this.#isExpired(entry)) return undefined;
		return {
			actorId: entry.name ?? `token:${entry.id}`,
			role: entry.role,
			tenants: entry.tenants,
			key: entry.id,
			isLocal: false,
		};
	}

	#isExpired({ expiresAt }: TokenEntry): boolean {
		return expiresAt !== undefined && Date.parse(expiresAt) <= this.#now();
	}
}
