import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createToken, isTokenOf, parseToken } from '../../src/auth/access-token.ts';
import { scopeOf } from '../../src/auth/caller.ts';
import { Denials } from '../../src/auth/denials.ts';
import { TokenRegistry } from '../../src/auth/token-registry.ts';

const NOW = Date.parse('2026-11-21T10:00:00Z');
const { token, id, hash } = createToken();
const entry = { id, hash, role: 'auditor' as const, tenants: ['a'] };
const registryOf = (...entries: ConstructorParameters<typeof TokenRegistry>[0]) =>
	new TokenRegistry(entries, () => NOW);

it('finds whose token it is', () => {
	const caller = { actorId: `token:${id}`, role: 'auditor', tenants: ['a'], key: id, isLocal: false };
	expect(registryOf(entry).callerOf(`Bearer ${token}`)).toEqual(caller);
	expect(registryOf({ ...entry, name: 'audit team' }).callerOf(`bearer  ${token}`)).toEqual({
		...caller,
		actorId: 'audit team',
	});
	expect(hash).not.toContain(parseToken(token)?.secret);
});

it('takes nothing else', () => {
	const other = createToken();
	const { secret: otherSecret } = parseToken(other.token) ?? {};
	const registry = registryOf(entry);
	for (const presented of [undefined, '', 'Bearer', token, `Basic ${token}`, `Bearer ${other.token}`]) {
		expect(registry.callerOf(presented)).toBeUndefined();
	}
	expect(registry.callerOf(`Bearer obs_${id}_${otherSecret}`)).toBeUndefined();
	expect(registryOf().callerOf(`Bearer ${token}`)).toBeUndefined();
	expect(isTokenOf('sha256:00:00', 'x')).toBe(false);
	fc.assert(fc.property(fc.string(), (text) => registry.callerOf(`Bearer ${text}`) === undefined));
});

it('ends when it says so', () => {
	const ending = (expiresAt: string) => registryOf({ ...entry, expiresAt }).callerOf(`Bearer ${token}`);
	expect(ending('2026-11-21T10:00:00Z')).toBeUndefined();
	expect(ending('2026-11-21T10:00:00.001Z')).toBeDefined();
});

it('shows all tenants only to those who may, and say why', () => {
	const caller = { actorId: 'x', role: 'operator', tenants: ['a'], key: 'x', isLocal: false } as const;
	expect(scopeOf(caller, undefined).tenants).toEqual(['a']);
	expect(scopeOf(caller, ' incident 7 ')).toMatchObject({ tenants: undefined, justification: 'incident 7' });
	expect(() => scopeOf({ ...caller, role: 'auditor' }, 'because')).toThrow(/for operators/);
	expect(() => scopeOf({ ...caller, tenants: undefined }, '  ')).toThrow(/say in the header/);
	expect(scopeOf({ ...caller, tenants: undefined, isLocal: true }, undefined).justification).toBe('local');
});

it('audits refusals up to so many a minute and actor, and counts the others', async () => {
	let now = 0;
	const written: string[] = [];
	const denials = new Denials(
		async ({ reason }) => {
			if (reason === 'fails') throw new Error('away');
			written.push(reason);
		},
		2,
		() => now,
	);
	for (const reason of ['a', 'b', 'c']) denials.add({ actorId: 'x', route: 'r', reason });
	now = 59_999;
	denials.add({ actorId: 'x', route: 'r', reason: 'd' });
	denials.add({ actorId: 'y', route: 'r', reason: 'of another' });
	now = 60_000;
	denials.add({ actorId: 'x', route: 'r', reason: 'e' });
	denials.add({ actorId: 'x', route: 'r', reason: 'fails' });
	await Promise.resolve();
	expect(written).toEqual(['a', 'b', 'of another', 'e']);
	expect(denials.counts).toEqual({ denied: 7, suppressed: 2, failed: 1 });
});
