import fc, { type Arbitrary } from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type JsonSchema, type Operation, operationsOf } from '../open-api.ts';
import { telemetryOf } from '../sample-telemetry.ts';
import { startTestObservatory, type TestObservatory } from '../test-observatory.ts';

const sample = telemetryOf('north');
const other = telemetryOf('south');
let observatory: TestObservatory;
let operations: readonly Operation[];
beforeAll(async () => {
	observatory = await startTestObservatory([sample.tenant, other.tenant]);
	await observatory.send(sample);
	await observatory.send(other);
	operations = await operationsOf(observatory);
});
afterAll(() => observatory.stop());

const JSON_TYPE = { 'content-type': 'application/json' };

/** Texts that have broken things before. */
const NASTY = [
	...[
		"'",
		'"',
		'\\',
		'%',
		'%00',
		'\u0000',
		'\n',
		'../..',
		'{a:String}',
		"' OR 1=1 --",
		'$(x)',
		'<script>',
		'__proto__',
		'constructor',
	],
	...[
		'\ud800',
		'😀',
		'ü'.repeat(200),
		'0',
		'-1',
		'NaN',
		'1e309',
		'9'.repeat(40),
		'null',
		'true',
		'[]',
		'{}',
		';',
		'a=b',
		'=',
	],
	...['2026-11-21T10:00:00Z', '2026-02-31T10:00:00Z', '9999-12-31T23:59:59Z'],
];

/** What is there: of the one who asks, and of another. */
const KNOWN = [sample, other].flatMap(
	({ deliveredRecord, failedRecord, traceId, lineageId, batchId, tenant, actorId }) => [
		...[deliveredRecord, failedRecord, traceId, lineageId, batchId, tenant, actorId],
		`record:${deliveredRecord}`,
	],
);
const anyText = fc.oneof(
	fc.constantFrom(...KNOWN),
	fc.constantFrom(...NASTY),
	fc.string({ unit: 'binary', maxLength: 64 }),
);

/** What fits a schema, more or less. */
function valid({
	type,
	enum: choices,
	pattern,
	items,
	properties,
	required = [],
	...bounds
}: JsonSchema): Arbitrary<unknown> {
	if (choices !== undefined) return fc.constantFrom(...choices);
	const { minimum = -1_000, maximum = 1_000_000, minLength = 0, maxLength = 64, minItems = 0, maxItems = 4 } = bounds;
	switch (type) {
		case 'integer':
			return fc.oneof(
				fc.constantFrom(minimum, maximum),
				fc.integer({ min: minimum, max: Math.min(maximum, minimum + 10_000) }),
			);
		case 'number':
			return fc.double({ min: minimum, max: maximum, noNaN: true });
		case 'boolean':
			return fc.boolean();
		case 'array':
			return fc.array(valid(items ?? {}), { minLength: minItems, maxLength: Math.min(maxItems, 4) });
		case 'object':
			return fc.record(
				Object.fromEntries(Object.entries(properties ?? {}).map(([name, schema]) => [name, valid(schema)])),
				{ requiredKeys: [...required] },
			);
		default:
			if (pattern?.startsWith('^\\d{4}') === true) return instants;
			if (pattern !== undefined) return fc.oneof(fc.stringMatching(new RegExp(pattern)), anyText);
			return fc.oneof(anyText, fc.string({ minLength, maxLength: Math.min(maxLength, 64) }));
	}
}

const instants = fc.oneof(
	{ arbitrary: fc.constantFrom('2026-11-21T10:00:00Z', '2026-11-21T10:10:00Z'), weight: 6 },
	fc.constantFrom('1900-01-01T00:00:00Z', '2199-12-31T23:59:59.999999Z', '0000-00-00T00:00:00Z'),
	fc
		.date({ min: new Date('1960-01-01'), max: new Date('2300-01-01'), noInvalidDate: true })
		.map((date) => date.toISOString()),
);

/** Mostly what fits, sometimes anything. */
const value = (schema: JsonSchema): Arbitrary<unknown> =>
	fc.oneof(
		{ arbitrary: valid(schema), weight: 8 },
		{ arbitrary: anyText, weight: 1 },
		{ arbitrary: fc.jsonValue(), weight: 1 },
	);

interface Request {
	readonly url: string;
	readonly body?: string;
}

function requestTo({ path, parameters: all, body }: Operation): Arbitrary<Request> {
	const parameters = all.filter((parameter) => parameter.in !== 'header');
	const optional = parameters.map((parameter) => {
		const arbitrary = value(parameter.schema);
		return parameter.required === true
			? fc.oneof({ arbitrary, weight: 19 }, { arbitrary: fc.constant(undefined), weight: 1 })
			: fc.option(arbitrary, { nil: undefined });
	});
	return fc
		.tuple(fc.tuple(...optional), body === undefined ? fc.constant(undefined) : value(body))
		.map(([values, content]) => {
			let url = path;
			const query = new URLSearchParams();
			for (const [index, { name, in: place }] of parameters.entries()) {
				for (const one of [values[index]].flat()) {
					const text = typeof one === 'string' ? one.toWellFormed() : JSON.stringify(one);
					if (place === 'path') url = url.replace(`{${name}}`, encodeURIComponent(text ?? ''));
					else if (text !== undefined) query.append(name, text);
				}
			}
			return {
				url: `${url}?${query}`,
				...(content === undefined
					? {}
					: { body: typeof content === 'string' ? content : (JSON.stringify(content) ?? '') }),
			};
		});
}

it('answers whatever is asked with an answer or a problem, never with a failure of its own or what another tenant has', async () => {
	const statuses = new Map<number, number>();
	for (const operation of operations) {
		await fc.assert(
			fc.asyncProperty(requestTo(operation), async ({ url, body }) => {
				const answer = await fetch(`${observatory.apiUrl}${url}`, {
					method: operation.method,
					headers: {
						authorization: observatory.authorization('admin', sample.tenant),
						...(body === undefined ? {} : JSON_TYPE),
					},
					...(body === undefined ? {} : { body }),
				});
				const text = await answer.text();
				statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
				expect(answer.status, `${operation.operationId} ${text}`).toBeLessThan(500);
				expect(text).not.toContain(other.secret);
				if (answer.ok) return;
				expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
				const problem = JSON.parse(text) as Readonly<Record<string, unknown>>;
				expect(problem).toMatchObject({ status: answer.status, code: expect.stringMatching(/^[A-Z_]+$/) });
				expect(text).not.toMatch(/at \w+ \(|node_modules|DB::|Code: \d|\.ts:\d/);
			}),
			{ numRuns: Number(process.env['FUZZ_RUNS'] ?? 40) },
		);
	}
	// There is something to be found, and whoever may see it does.
	for (const { tenant, deliveredRecord, secret } of [sample, other]) {
		const as = observatory.authorization('admin', tenant);
		const journey = await observatory.ask(`/api/v1/records/${deliveredRecord}/journey`, { as });
		expect(await journey.text()).toContain(secret);
	}
	// Otherwise nothing but the schemas would have been tried.
	expect(statuses.get(200)).toBeGreaterThan(20);
	expect(statuses.get(400)).toBeGreaterThan(20);
}, 600_000);
