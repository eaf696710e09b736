import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** `obs_<id>_<secret>`: the id finds the entry, the secret has 256 bits of chance. */
const TOKEN = /^obs_([0-9a-f]{12})_([A-Za-z0-9_-]{43})$/;
const HASH = /^sha256:([0-9a-f]{32}):([0-9a-f]{64})$/;

export interface NewToken {
	/** Shown once, kept nowhere. */
	readonly token: string;
	readonly id: string;
	/** What the configuration keeps. */
	readonly hash: string;
}

export function createToken(): NewToken {
	const id = randomBytes(6).toString('hex');
	const secret = randomBytes(32).toString('base64url');
	const salt = randomBytes(16).toString('hex');
	return { token: `obs_${id}_${secret}`, id, hash: `sha256:${salt}:${digest(salt, secret).toString('hex')}` };
}

/** The id and the secret of what was presented; undefined when it is no token. */
export function parseToken(token: string): { readonly id: string; readonly secret: string } | undefined {
	const [, id, secret] = TOKEN.exec(token) ?? [];
	return id === undefined || secret === undefined ? undefined : { id, secret };
}

/** In constant time. A slow hash would buy nothing: a secret of 256 bits is not guessed, however fast. */
export function isTokenOf(hash: string, secret: string): boolean {
	const [, salt, expected] = HASH.exec(hash) ?? [];
	if (salt === undefined || expected === undefined) return false;
	return timingSafeEqual(digest(salt, secret), Buffer.from(expected, 'hex'));
}

function digest(salt: string, secret: string): Buffer {
	return createHash('sha256').update(Buffer.from(salt, 'hex')).update(secret).digest();
}
