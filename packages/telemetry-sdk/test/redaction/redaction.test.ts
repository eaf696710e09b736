import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedaction, parseRedactionKeys, type RedactionOptions } from '../../src/redaction/index.ts';

const KEYS = [
	{ id: 'k2', secret: 'the newer one of them' },
	{ id: 'k1', secret: 'the older one of them' },
];

function observed(options: RedactionOptions = {}) {
	const rules: string[] = [];
	const redaction = createRedaction({ keys: KEYS, ...options }, { onRedacted: (rule) => rules.push(rule) });
	return { redaction, rules };
}

describe('attributes', () => {
	it('of the registry pass, with their texts redacted', () => {
		const { redaction, rules } = observed();
		const clean = {
			'pipeline.record_id': '0199a5c4-7f3e-7abc-8def-000000000001',
			'pipeline.source_id': 'FILE:flights',
			'pipeline.classification': 'INTERNAL',
			'pipeline.sequence_number': 4_111_111_111_111_111,
			'pipeline.authorization_ref': 'contract-7',
			'server.address': '203.0.113.7',
		};
		expect(redaction.attributes(clean)).toBe(clean);
		expect(redaction.attributes({ ...clean, 'pipeline.source_id': 'FILE:jo@example.org' })).toEqual({
			...clean,
			'pipeline.source_id': 'FILE:[REDACTED:email]',
		});
		expect(rules).toEqual(['email']);
	});

	it.each([{ strict: false }, { strict: true }])(
		'that are ids stay distinct where something is found in them (%o)',
		(options) => {
			const { redaction, rules } = observed(options);
			const ids = ['867-822-9996', '653-258-5310', '4111111111111111', 'jo@example.org', 'order of jo@example.org'];
			for (const id of ids) {
				const hash = redaction.id(id);
				expect(hash).toMatch(/^[a-zA-F]+$/);
				expect(hash).toHaveLength(id.length);
				for (const key of ['pipeline.record_id', 'pipeline.batch_id', 'audit.resource_id', 'record_id'])
					expect(redaction.attributes({ [key]: id })).toEqual({ [key]: hash });
				expect([redaction.id(hash), redaction.ids(id)[0], redaction.ids(hash)]).toEqual([hash, hash, [hash]]);
			}
			expect(redaction.attribute('pipeline.parent_ids', ['r-1', ids[0]])).toEqual(['r-1', redaction.id(ids[0]!)]);
			expect(redaction.value({ record_id: ids[1] })).toEqual({ record_id: redaction.id(ids[1]!) });
			expect(new Set(rules)).toEqual(new Set(['phone', 'card', 'email']));
		},
	);

	it('that name a tenant, a person or a key are hashed, and the same name is the same hash', () => {
		const { redaction, rules } = observed();
		const hashed = redaction.attributes({
			'pipeline.tenant': 'acme',
			'pipeline.operator': 'jo',
			'pipeline.author': 'jo',
			'pipeline.lookup_key_hash': '0123456789abcdef',
			'user.id': 'jo',
			'client.address': '203.0.113.7',
		});
		for (const value of Object.values(hashed)) expect(value).toMatch(/^k2:[0-9a-f]{16}$/);
		expect(hashed['pipeline.operator']).toBe(hashed['pipeline.author']);
		expect(hashed['pipeline.tenant']).toBe(redaction.hash('acme'));
		expect(rules).toEqual(Array.from({ length: 6 }, () => 'hash'));
	});

	it('that are hashes of a known key stay as they are', () => {
		const { redaction } = observed();
		const [newer, older] = redaction.hashes('acme') as [string, string];
		expect([newer, older]).toEqual([expect.stringMatching(/^k2:/), expect.stringMatching(/^k1:/)]);
		const other = createRedaction({ keys: [{ id: 'k3', secret: 'a key of somebody else' }] }).hash('acme');
		expect([newer, older, other].map((hash) => redaction.hash(hash) === hash)).toEqual([true, true, false]);
	});

	it('that are versions are no addresses', () => {
		const { redaction } = observed();
		const versions = {
			'service.version': '4.5.2.1',
			'pipeline.product.version': '10.2.3.4',
			'process.runtime.version': '1.2.3.4',
		};
		expect(redaction.attributes(versions)).toBe(versions);
		expect(redaction.attribute('service.version', 'jo@example.org')).toBe('[REDACTED:email]');
		expect(redaction.attribute('pipeline.schema_version', '10.2.3.4')).toBe('[REDACTED:ip_address]');
	});

	it('that hold the values of fields are masked', () => {
		const { redaction, rules } = observed();
		expect(
			redaction.attributes({
				'pipeline.before': 'Jo Doe',
				'pipeline.after': '***',
				'pipeline.actual': 7,
				'pipeline.expected': 'INTEGER',
			}),
		).toEqual({
			'pipeline.before': '***',
			'pipeline.after': '***',
			'pipeline.actual': '***',
			'pipeline.expected': 'INTEGER',
		});
		expect(rules).toEqual(['mask', 'mask']);
	});

	it('under forbidden keys lose their value, whatever it is', () => {
		const { redaction, rules } = observed();
		expect(
			redaction.attributes({ password: 4711, 'http.request.header.set-cookie': ['a=b'], apiKey: { a: 1 } }),
		).toEqual({
			password: '[REDACTED:key]',
			'http.request.header.set-cookie': '[REDACTED:key]',
			apiKey: '[REDACTED:key]',
		});
		expect(rules).toEqual(['key', 'key', 'key']);
	});

	it('of libraries are looked through, in lists, maps, numbers and keys', () => {
		const { redaction } = observed();
		expect(
			redaction.attributes({
				'db.query.text': "select * from t where mail = 'jo@example.org'",
				list: ['a', 'jo@example.org'],
				card: 4_111_111_111_111_111,
				'of jo@example.org': 1,
				map: { secret: 'x', deep: { note: 'jo@example.org' } },
				bytes: new Uint8Array([106, 111]),
				ok: true,
			}),
		).toEqual({
			'db.query.text': "select * from t where mail = '[REDACTED:email]'",
			list: ['a', '[REDACTED:email]'],
			card: '[REDACTED:card]',
			'of [REDACTED:email]': 1,
			map: { secret: '[REDACTED:key]', deep: { note: '[REDACTED:email]' } },
			bytes: '[REDACTED:content]',
			ok: true,
		});
	});

	it('name who acted by a hash when that is a person', () => {
		const { redaction } = observed();
		const actor = (type: string) =>
			redaction.attributes({ 'audit.actor_type': type, 'audit.actor_id': 'jo' })['audit.actor_id'];
		expect([actor('USER'), actor('SERVICE')]).toEqual([redaction.hash('jo'), 'jo']);
	});

	it('that nobody knows are dropped by a strict policy, and counted', () => {
		const { redaction, rules } = observed({ strict: true, allowedKeys: ['team.colour'] });
		expect(
			redaction.attributes({
				'pipeline.record_id': 'r1',
				'http.request.method': 'GET',
				'team.colour': 'red',
				'team.size': 7,
				'db.query.text': 'select 1',
			}),
		).toEqual({ 'pipeline.record_id': 'r1', 'http.request.method': 'GET', 'team.colour': 'red' });
		expect(rules).toEqual(['unlisted', 'unlisted']);
	});

	it('are all replaced when they cannot be read', () => {
		const { redaction, rules } = observed();
		const hostile = Object.defineProperty({}, 'jo@example.org', {
			enumerable: true,
			get() {
				throw new Error('no');
			},
		});
		expect(redaction.attributes(hostile)).toEqual({ 'redacted.0': '[REDACTED]' });
		const value = {
			toJSON: () => {
				throw new Error('no');
			},
		};
		expect(redaction.attribute('pipeline.tenant', value)).toBe('[REDACTED]');
		expect(rules).toEqual(['failure', 'failure']);
	});

	it('are shown up to a length, without what was cut in the middle', () => {
		const { redaction, rules } = observed();
		const longest = 'x'.repeat(65_536);
		expect(redaction.text(longest)).toBe(longest);
		const text = `${'word '.repeat(13_105)}4111 1111 1111 1111`;
		expect([text.length, redaction.text(text)]).toEqual([65_544, `${text.slice(0, 65_024)}[REDACTED:length]`]);
		expect(rules).toEqual(['length']);
	});

	it('cannot be so deep or so many that redacting them takes for ever', () => {
		const { redaction } = observed();
		const cyclic: Record<string, unknown> = {};
		cyclic['self'] = cyclic;
		expect(JSON.stringify(redaction.value(cyclic))).toContain('[REDACTED:content]');
		const wide = Array.from({ length: 5_000 }, () => ({ note: 'x' }));
		expect((redaction.value(wide) as unknown[]).filter((one) => one === '[REDACTED:content]').length).toBeGreaterThan(
			3_000,
		);
	});
});

describe('trace states', () => {
	it('lose the members that hold something', () => {
		const { redaction } = observed();
		expect(redaction.traceState('ot=th:8,a=jo@example.org,dp=k:1')).toBe('ot=th:8,dp=k:1');
		expect(redaction.traceState('ot=th:8,dp=k:1')).toBe('ot=th:8,dp=k:1');
	});
});

describe('a policy', () => {
	it('decides alike in another thread that is given its options', () => {
		const first = createRedaction({
			strict: true,
			extraDetectors: [{ rule: 'ticket', pattern: 't-\\d+', flags: 'i' }],
		});
		const second = createRedaction(structuredClone(first.options));
		expect(second.hash('acme')).toBe(first.hash('acme'));
		expect(second.text('see T-17')).toBe('see [REDACTED:ticket]');
		expect(second.attributes({ any: 'x' })).toEqual({});
	});

	it('has a key of its own when none is given', () => {
		const [first, second] = [createRedaction().hash('acme'), createRedaction().hash('acme')];
		expect([first, second]).toEqual([expect.stringMatching(/^p[0-9a-f]{8}:/), expect.stringMatching(/^p[0-9a-f]{8}:/)]);
		expect(first).not.toBe(second);
	});

	it('is not hindered by whoever counts', () => {
		const onRedacted = () => {
			throw new Error('no');
		};
		expect(createRedaction({}, { onRedacted }).text('jo@example.org')).toBe('[REDACTED:email]');
	});

	it('changes nothing the second time', () => {
		const { redaction } = observed();
		const value = fc.oneof(
			fc.constantFrom('jo@example.org', 'password=x', 'acme', '4111111111111111', '+49 30 1234567'),
			fc.string({ unit: 'binary' }),
			fc.integer(),
			fc.array(fc.string(), { maxLength: 3 }),
		);
		const key = fc.constantFrom(
			'pipeline.tenant',
			'pipeline.actual',
			'note',
			'password',
			'user.id',
			'pipeline.record_id',
		);
		fc.assert(
			fc.property(fc.dictionary(key, value), (attributes) => {
				const once = redaction.attributes(attributes);
				expect(redaction.attributes(once)).toEqual(once);
			}),
		);
	});

	it.each<[string, RedactionOptions, string]>([
		['an id', { keys: [{ id: 'K 1', secret: 'x'.repeat(16) }] }, 'redaction key 1 has no usable id'],
		['a short secret', { keys: [{ id: 'k1', secret: 'fifteen letters' }] }, 'fewer than 16 characters'],
		['an id twice', { keys: [KEYS[0]!, KEYS[0]!] }, 'two redaction keys are called k2'],
		['a rule', { extraDetectors: [{ rule: 'No', pattern: 'x' }] }, 'a detector is called "No"'],
		['a pattern', { extraDetectors: [{ rule: 'x', pattern: '(' }] }, 'Invalid regular expression'],
		['too many', { extraDetectors: Array.from({ length: 13 }, () => ({ rule: 'x', pattern: 'x' })) }, 'at most 12'],
	])('is refused for %s', (_, options, message) => {
		expect(() => createRedaction(options)).toThrow(message);
	});

	it('never says a secret when it refuses one', () => {
		expect(() => parseRedactionKeys('k1:tooshort')).toThrow(/^(?!.*tooshort)/);
		expect(parseRedactionKeys(' k2:with:colons and more, k1:abcdefghijklmnop')).toEqual([
			{ id: 'k2', secret: 'with:colons and more' },
			{ id: 'k1', secret: 'abcdefghijklmnop' },
		]);
	});
});
