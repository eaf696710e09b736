import { createHash, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isForbiddenKey, isHarmlessUtf8, redactText } from '../../src/redaction/index.ts';
import { BUILT_IN_TABLES } from '../../src/registry/built-in.ts';

const rulesIn = (text: string): readonly string[] => {
	const rules = new Set<string>();
	redactText(text, { onFound: (rule) => rules.add(rule) });
	return [...rules];
};

const FOUND: readonly (readonly [text: string, redacted: string])[] = [
	['write to jo@example.org, please', 'write to [REDACTED:email], please'],
	['<first.last+tag@mail.example.co.uk>', '<[REDACTED:email]>'],
	['jörg@müller.example.de', '[REDACTED:email]'],
	['https://host/?to=jo%40example.org&n=1', 'https://host/?to=[REDACTED:email]&n=1'],
	["mail jo.o'neil@example.org now", 'mail [REDACTED:email] now'],
	["'jo@example.org'", "'[REDACTED:email]'"],
	['to "Jo Smith"@example.org', 'to [REDACTED:email]'],
	['run --password hunter2 --user jo', 'run --password [REDACTED:secret] --user jo'],
	['["--db-password", "hunter2", "-v"]', '["--db-password", [REDACTED:secret], "-v"]'],
	["--token 'two words' x", '--token [REDACTED:secret] x'],
	['Authorization: Bearer\nabcdefghijklmnop\nHost: x', 'Authorization: [REDACTED:secret]\nHost: x'],
	['sent Bearer\r\n abcdef123456', 'sent Bearer\r[REDACTED:token]'],
	['path/10.1.2.3 and http://Host/10.1.2.3', 'path/[REDACTED:ip_address] and http://Host/[REDACTED:ip_address]'],
	['IPv 10.1.2.3, server: 10.1.2.3', 'IPv [REDACTED:ip_address], server: [REDACTED:ip_address]'],
	['call +49 (30) 1234567', 'call [REDACTED:phone]'],
	['call 0049 30 1234567', 'call [REDACTED:phone]'],
	['(555) 234-5678 or 555-234-5678', '[REDACTED:phone] or [REDACTED:phone]'],
	['card 4111 1111 1111 1111 ok', 'card [REDACTED:card] ok'],
	['pay 100 with 5500-0000-0000-0004', 'pay 100 with [REDACTED:card]'],
	['340000000000009', '[REDACTED:card]'],
	['file-4111111111111111.csv', 'file-[REDACTED:card].csv'],
	['to DE89 3704 0044 0532 0130 00 BIC', 'to [REDACTED:iban] BIC'],
	['GB29NWBK60161331926819', '[REDACTED:iban]'],
	['ssn 078-05-1120', 'ssn [REDACTED:national_id]'],
	['nino AB123456C and AB 12 34 56 C', 'nino [REDACTED:national_id] and [REDACTED:national_id]'],
	['dni 12345678Z, nie X1234567L', 'dni [REDACTED:national_id], nie [REDACTED:national_id]'],
	['cf RSSMRA85T10A562S', 'cf [REDACTED:national_id]'],
	['cpf 529.982.247-25', 'cpf [REDACTED:national_id]'],
	['nir 2 69 05 49 588 157 80', 'nir [REDACTED:national_id]'],
	['269054958815780', '[REDACTED:national_id]'],
	['from 203.0.113.7:443', 'from [REDACTED:ip_address]:443'],
	['from 2001:db8::8a2e:370:7334 on', 'from [REDACTED:ip_address] on'],
	['2001:0db8:85a3:0000:0000:8a2e:0370:7334', '[REDACTED:ip_address]'],
	['Authorization: Bearer abcdef123456', 'Authorization: [REDACTED:secret]'],
	['sent Bearer abcdef123456', 'sent Bearer [REDACTED:token]'],
	['sent Basic dXNlcjpwYXNzd29yZA==', 'sent Basic [REDACTED:token]'],
	['jwt eyJhbGciOi.eyJzdWIi.c2ln end', 'jwt [REDACTED:token] end'],
	[`q=%20eyJhbGciOi.eyJzdWIi.c2ln`, 'q=%20[REDACTED:token]'],
	[`key AKIA${'IOSFODNN7EXAMPLE'}`, 'key [REDACTED:token]'],
	[`ghp_${'a1B2'.repeat(9)}`, '[REDACTED:token]'],
	[`xoxb-${'123456789012-abcdefABCDEF'}`, '[REDACTED:token]'],
	[`sk_live_${'4eC39HqLyjWDarjtT1zdp7dc'}`, '[REDACTED:token]'],
	[`AIza${'SyA1234567890abcdefghijklmnopqrstuv'}`, '[REDACTED:token]'],
	['at https://user:pw@host/path', 'at https://[REDACTED:url_credentials]@host/path'],
	['postgres://app:p@ss@db:5432/x', 'postgres://[REDACTED:url_credentials]@db:5432/x'],
	['GET /a?page=2&sig=abc%2Bd&x=1', 'GET /a?page=2&sig=[REDACTED:secret]&x=1'],
	['Server=x;Password=geheim;', 'Server=x;Password=[REDACTED:secret];'],
	['{"password":"ge heim","n":1}', '{"password":[REDACTED:secret],"n":1}'],
	['{\\"apiKey\\": \\"geheim\\", \\"n\\": 1}', '{\\"apiKey\\": [REDACTED:secret], \\"n\\": 1}'],
	["db_password => 'geheim'", 'db_password => [REDACTED:secret]'],
	['Cookie: sid=1; theme=dark', 'Cookie: [REDACTED:secret]'],
	['password=[REDACTED]geheim', 'password=[REDACTED:secret]'],
	[`a password=${'x'.repeat(5_000)}password=geheim`, 'a password=[REDACTED:secret]'],
	['+49 123 456 78password=geheim', '[REDACTED:phone]password=[REDACTED:secret]'],
	['-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY----- x', '[REDACTED:private_key] x'],
	['-----BEGIN RSA PRIVATE KEY-----\\nabc', '[REDACTED:private_key]'],
];

const KEPT: readonly string[] = [
	'',
	'not a card 4111 1111 1111 1112',
	'1772366400000000 pipeline-alpha-1',
	'2026-11-21T14:39:29.123456Z',
	'2026-11-21 14:39:29+02:00',
	'file:flights',
	'queue:orders#17',
	'SOURCE_HIT, 4 fields',
	'VAL_001_TYPE_MISMATCH',
	'    at Object.<anonymous> (file:///app/node_modules/.pnpm/@scope+pkg@1.2.3/node_modules/@scope/pkg/index.js:10:20)',
	'    at std::vector<a::b>',
	'Basic validation failed for the bearer of this message',
	'application/vnd.api+json; charset=utf-8',
	'http://127.0.0.1:4318/v1/traces',
	'127.0.0.1 ::1 0.0.0.0',
	'v1.2.3.4',
	'version 10.2.3.4',
	'"version": "10.2.3.4", Version: 4.5.2.1, ver. 4.5.2.1, v 4.5.2.1',
	'Mozilla/5.0 (X11; Linux) Chrome/131.0.0.0 Safari/537.36',
	'--password --token, then --user jo',
	'--token-count 17 --password-file /run/secrets/x',
	'12.5 of 3000.25, 99.999999999999 %',
	'ids 000000000001 0012345678901',
	'00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
	'ot=th:e6666666666666,dp=k:1',
	'tokens used: 17',
	'100 200 300 400 500',
	'666-12-3456 and 900-12-3456 were never given out',
	'E11000 duplicate key error',
];

/** What makes patterns go back and forth, over and over. */
const HOSTILE: readonly string[] = [
	'a',
	'a@',
	'@',
	'a.',
	'a@a.',
	'1',
	'1 ',
	'1-',
	'4111 ',
	'1.',
	':',
	'a:',
	'0:',
	'eyJ',
	'eyJ-',
	'eyJa.',
	'password',
	'token ',
	'secret=',
	'cookie',
	'--password',
	'--',
	'"@',
	"a'",
	'version ',
	'Ab/',
	'Bearer\n',
	'authorization: Bearer',
	'-----BEGIN A-----',
	'-',
	'://',
	'://a',
	'Bearer ',
	'Basic a',
	'AKIA',
	'ghp_',
	'xoxb-',
	'SG.a',
	'%',
	'%4',
	'%41',
	'+1',
	'(1',
	'A1',
	'AB12',
	'DE89',
	'X1234567',
	'=',
	'[REDACTED]',
	'"',
	'\\"',
	'&sig',
	'?x-',
	'hooks.slack.com/services/',
	'\ud83d',
	'ÿ',
	'a-',
	'AAAAAA',
];

describe('redactText', () => {
	it.each(FOUND)('finds what is in %j', (text, redacted) => {
		expect(redactText(text)).toBe(redacted);
	});

	it.each(KEPT)('leaves %j alone', (text) => {
		expect(redactText(text)).toBe(text);
	});

	it('tells what it found', () => {
		expect(rulesIn('jo@example.org paid with 4111111111111111')).toEqual(['email', 'card']);
	});

	it('keeps addresses where they are asked for', () => {
		expect(redactText('203.0.113.7 jo@example.org', { keepsAddresses: true })).toBe('203.0.113.7 [REDACTED:email]');
	});

	it('looks for more where it is told to', () => {
		const patterns = [{ rule: 'ticket', pattern: /T-\d+/g }];
		expect(redactText('see T-17 and T-18', { patterns })).toBe('see [REDACTED:ticket] and [REDACTED:ticket]');
	});

	it('finds every secret wherever it stands', () => {
		const secret = fc.constantFrom('jo@example.org', '4111111111111111', 'DE89370400440532013000', '078-05-1120');
		const around = fc.constantFrom('', ' ', '"', ',', '; ', '(', ')', '\n', ' and ', ': ', '=', '/');
		fc.assert(
			fc.property(secret, around, around, fc.lorem(), (what, left, right, words) => {
				const text = `${words}${left || ' '}${what}${right || ' '}${words}`;
				expect(redactText(text)).not.toContain(what);
			}),
		);
	});

	it('finds nothing more in what it has redacted', () => {
		const part = fc.oneof(fc.constantFrom(...FOUND.map(([text]) => text)), fc.string({ unit: 'binary' }), fc.lorem());
		fc.assert(
			fc.property(fc.array(part, { maxLength: 6 }), fc.constantFrom('', ' ', '-', ':'), (parts, glue) => {
				const once = redactText(parts.join(glue));
				expect(redactText(once)).toBe(once);
			}),
			{ numRuns: 500 },
		);
	});

	it('leaves ids, checksums and times alone', () => {
		const id = fc.oneof(
			fc.uuid(),
			fc.uuid().map((uuid) => uuid.replaceAll('-', '')),
			fc.nat().map((seed) => createHash('sha256').update(`${seed}`).digest('hex')),
			fc.stringMatching(/^[0-9a-f]{16}$/).filter((text) => /[a-f]/.test(text)),
			fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('2100') }).map((date) => date.toISOString()),
			fc.integer().map(String),
			fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }).map(String),
		);
		fc.assert(
			fc.property(id, fc.constantFrom('', 'record ', 'urn:x:'), (text, before) => {
				expect(redactText(`${before}${text}`)).toBe(`${before}${text}`);
			}),
			{ numRuns: 5_000 },
		);
	});

	// A detector whose time grew with the square of the length would need minutes for one of these, and the test would not end in time.
	it.each(HOSTILE)('comes to an end with %j, repeated', (unit) => {
		const text = unit.repeat(Math.ceil(262_144 / unit.length));
		expect(redactText(redactText(text))).toBe(redactText(text));
	});
});

describe('isHarmlessUtf8', () => {
	it('passes only what redactText would leave alone', () => {
		const text = fc.oneof(
			fc.constantFrom(...FOUND.map(([found]) => found), ...KEPT),
			fc.uuid(),
			fc.stringMatching(/^[0-9a-f-]{0,40}$/),
			fc.stringMatching(/^\d{3,4}-\d\d-\d\dT\d\d:\d\d:\d\d.?\d{0,10}Z{0,2}$/),
			fc.stringMatching(/^(?:AKIA)?[A-Z]{12,16}$/),
			fc.stringMatching(/^[A-Za-z]{0,24}$/),
			fc.string({ unit: 'binary' }),
		);
		fc.assert(
			fc.property(text, (before) => {
				const bytes = Buffer.from(before);
				const isHarmless = isHarmlessUtf8(bytes, 0, bytes.length);
				expect(!isHarmless || redactText(before) === before).toBe(true);
			}),
			{ numRuns: 5_000 },
		);
	});

	it.each([
		['2026-11-21T20:33:06Z', true],
		['2026-11-21T20:33:06.1Z', true],
		['2026-11-21T20:33:06.123456789Z', true],
		['2026-11-21T20:33:06.1234567890Z', false],
		['2026-11-21T20:33:06.Z', false],
		['2026-11-21T20:33:0612Z', false],
		['2026-11-21 20:33:06Z', false],
		['2026-11-2xT20:33:06Z', false],
		['AKIAABCDEFGHIJKLMNO', true],
		['AKIAABCDEFGHIJKLMNOP', false],
	])('looks at %s: %s', (text, isHarmless) => {
		const bytes = Buffer.from(`-${text}-`);
		expect(isHarmlessUtf8(bytes, 1, bytes.length - 1)).toBe(isHarmless);
	});

	it('passes ids and checksums', () => {
		const bytes = Buffer.from(`${randomBytes(32).toString('hex')}0199a5c4-7f3e-7abc-8def-000000000001`);
		expect([isHarmlessUtf8(bytes, 0, 64), isHarmlessUtf8(bytes, 64, 100)]).toEqual([true, true]);
	});
});

describe('isForbiddenKey', () => {
	it.each([
		'password',
		'db.password',
		'userPassword',
		'x-api-key',
		'apiKey',
		'http.request.header.set-cookie',
		'access_token',
		'a.body',
		'raw',
	])('knows %s', (key) => expect(isForbiddenKey(key)).toBe(true));

	it.each(['http.request.body.size', 'body_bytes', 'monkey', 'tokens', 'secretary', 'rawhide', 'contents'])(
		'lets %s pass',
		(key) => expect(isForbiddenKey(key)).toBe(false),
	);

	it('lets every attribute of the registry pass', () => {
		expect(
			Object.values(BUILT_IN_TABLES)
				.flatMap(({ attributes = {} }) => Object.keys(attributes))
				.filter(isForbiddenKey),
		).toEqual([]);
	});
});
