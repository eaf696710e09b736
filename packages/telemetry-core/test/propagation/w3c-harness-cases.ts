/** What the public harness sends, and what it then looks for. `kept`: the trace id travels on; `fresh`: a new one begins. */
export interface HarnessCase {
	readonly test: string;
	readonly headers: readonly (readonly [string, string])[];
	readonly trace: 'kept' | 'fresh';
	/** Expected `tracestate` text; undefined: none is sent. */
	readonly traceState?: string;
	/** Expected trace flags. @default not looked at */
	readonly flags?: number;
}

export const TRACE_ID = '12345678901234567890123456789012';
export const SPAN_ID = '1234567890123456';
const PARENT = `00-${TRACE_ID}-${SPAN_ID}-00`;

function traceparent(test: string, value: string, trace: 'kept' | 'fresh', flags?: number): HarnessCase {
	return { test, headers: [['traceparent', value]], trace, ...(flags === undefined ? {} : { flags }) };
}

function tracestate(test: string, values: readonly string[], expected: string | undefined): HarnessCase {
	const headers = [['traceparent', PARENT] as const, ...values.map((value) => ['tracestate', value] as const)];
	return { test, headers, trace: 'kept', ...(expected === undefined ? {} : { traceState: expected }) };
}

const named = (test: string, name: string, trace: 'kept' | 'fresh'): HarnessCase => ({
	test,
	headers: [[name, `00-${TRACE_ID}-${SPAN_ID}-01`]],
	trace,
});

const stateNamed = (test: string, name: string, expected: string | undefined): HarnessCase => ({
	test,
	headers: [
		['traceparent', PARENT],
		[name, 'foo=1'],
	],
	trace: 'kept',
	...(expected === undefined ? {} : { traceState: expected }),
});

const bars = (from: number, to: number) =>
	Array.from({ length: to - from + 1 }, (_, index) => {
		const number = String(from + index).padStart(2, '0');
		return `bar${number}=${number}`;
	}).join(',');

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const KEY_CHARACTERS = `${LETTERS}0123456789_-*/`;
const VALUE_CHARACTERS = Array.from({ length: 0x7f - 0x20 }, (_, index) => String.fromCharCode(0x20 + index))
	.filter((character) => character !== ',' && character !== '=')
	.join('');

const TRACEPARENT_CASES: readonly HarnessCase[] = [
	{ test: 'both_traceparent_and_tracestate_missing', headers: [], trace: 'fresh' },
	traceparent('traceparent_included_tracestate_missing', `00-${TRACE_ID}-${SPAN_ID}-01`, 'kept', 1),
	{
		test: 'traceparent_duplicated',
		headers: [
			['traceparent', `00-${TRACE_ID.slice(0, 31)}1-${SPAN_ID}-01`],
			['traceparent', `00-${TRACE_ID}-${SPAN_ID}-01`],
		],
		trace: 'fresh',
	},
	named('traceparent_header_name', 'trace-parent', 'fresh'),
	named('traceparent_header_name', 'trace.parent', 'fresh'),
	named('traceparent_header_name_valid_casing', 'TraceParent', 'kept'),
	named('traceparent_header_name_valid_casing', 'TrAcEpArEnT', 'kept'),
	named('traceparent_header_name_valid_casing', 'TRACEPARENT', 'kept'),
	traceparent('traceparent_version_0x00', `00-${TRACE_ID}-${SPAN_ID}-01.`, 'fresh'),
	traceparent('traceparent_version_0x00', `00-${TRACE_ID}-${SPAN_ID}-01-what-the-future-will-be-like`, 'fresh'),
	traceparent('traceparent_version_0xcc', `cc-${TRACE_ID}-${SPAN_ID}-01`, 'kept', 1),
	traceparent('traceparent_version_0xcc', `cc-${TRACE_ID}-${SPAN_ID}-01-what-the-future-will-be-like`, 'kept', 1),
	traceparent('traceparent_version_0xcc', `cc-${TRACE_ID}-${SPAN_ID}-01.what-the-future-will-be-like`, 'fresh'),
	traceparent('traceparent_version_0xff', `ff-${TRACE_ID}-${SPAN_ID}-01`, 'fresh'),
	traceparent('traceparent_version_illegal_characters', `.0-${TRACE_ID}-${SPAN_ID}-01`, 'fresh'),
	traceparent('traceparent_version_illegal_characters', `0.-${TRACE_ID}-${SPAN_ID}-01`, 'fresh'),
	traceparent('traceparent_version_too_long', `000-${TRACE_ID}-${SPAN_ID}-01`, 'fresh'),
	traceparent('traceparent_version_too_long', `0000-${TRACE_ID}-${SPAN_ID}-01`, 'fresh'),
	traceparent('traceparent_version_too_short', `0-${TRACE_ID}-${SPAN_ID}-01`, 'fresh'),
	traceparent('traceparent_trace_id_all_zero', `00-${'0'.repeat(32)}-${SPAN_ID}-01`, 'fresh'),
	traceparent('traceparent_trace_id_illegal_characters', `00-.${TRACE_ID.slice(1)}-${SPAN_ID}-01`, 'fresh'),
	traceparent('traceparent_trace_id_illegal_characters', `00-${TRACE_ID.slice(0, 31)}.-${SPAN_ID}-01`, 'fresh'),
	traceparent('traceparent_trace_id_too_long', `00-${TRACE_ID}3-${SPAN_ID}-01`, 'fresh'),
	traceparent('traceparent_trace_id_too_short', `00-${TRACE_ID.slice(0, 31)}-${SPAN_ID}-01`, 'fresh'),
	traceparent('traceparent_parent_id_all_zero', `00-${TRACE_ID}-${'0'.repeat(16)}-01`, 'fresh'),
	traceparent('traceparent_parent_id_illegal_characters', `00-${TRACE_ID}-.${SPAN_ID.slice(1)}-01`, 'fresh'),
	traceparent('traceparent_parent_id_illegal_characters', `00-${TRACE_ID}-${SPAN_ID.slice(0, 15)}.-01`, 'fresh'),
	traceparent('traceparent_parent_id_too_long', `00-${TRACE_ID}-${SPAN_ID}7-01`, 'fresh'),
	traceparent('traceparent_parent_id_too_short', `00-${TRACE_ID}-${SPAN_ID.slice(0, 15)}-01`, 'fresh'),
	traceparent('traceparent_trace_flags_illegal_characters', `00-${TRACE_ID}-${SPAN_ID}-.0`, 'fresh'),
	traceparent('traceparent_trace_flags_illegal_characters', `00-${TRACE_ID}-${SPAN_ID}-0.`, 'fresh'),
	traceparent('traceparent_trace_flags_too_long', `00-${TRACE_ID}-${SPAN_ID}-001`, 'fresh'),
	traceparent('traceparent_trace_flags_too_short', `00-${TRACE_ID}-${SPAN_ID}-1`, 'fresh'),
	...[' P', '\tP', 'P ', 'P\t', '\t P \t'].map((pattern) =>
		traceparent('traceparent_ows_handling', pattern.replace('P', `00-${TRACE_ID}-${SPAN_ID}-01`), 'kept', 1),
	),
	traceparent('propagates_random_flag', `00-${TRACE_ID}-${SPAN_ID}-02`, 'kept', 2),
	traceparent('propagates_random_flag', `00-${TRACE_ID}-${SPAN_ID}-03`, 'kept', 3),
];

const TRACESTATE_CASES: readonly HarnessCase[] = [
	{ test: 'tracestate_included_traceparent_missing', headers: [['tracestate', 'foo=1']], trace: 'fresh' },
	{ test: 'tracestate_included_traceparent_missing', headers: [['tracestate', 'foo=1,bar=2']], trace: 'fresh' },
	tracestate('tracestate_included_traceparent_included', ['foo=1,bar=2'], 'foo=1,bar=2'),
	stateNamed('tracestate_header_name', 'trace-state', undefined),
	stateNamed('tracestate_header_name', 'trace.state', undefined),
	stateNamed('tracestate_header_name_valid_casing', 'TraceState', 'foo=1'),
	stateNamed('tracestate_header_name_valid_casing', 'TrAcEsTaTe', 'foo=1'),
	stateNamed('tracestate_header_name_valid_casing', 'TRACESTATE', 'foo=1'),
	tracestate('tracestate_empty_header', [''], undefined),
	tracestate('tracestate_empty_header', ['foo=1', ''], 'foo=1'),
	tracestate('tracestate_empty_header', ['', 'foo=1'], 'foo=1'),
	tracestate(
		'tracestate_multiple_headers_different_keys',
		['foo=1,bar=2', 'rojo=1,congo=2', 'baz=3'],
		'foo=1,bar=2,rojo=1,congo=2,baz=3',
	),
	tracestate('tracestate_duplicated_keys', ['foo=1,foo=1'], 'foo=1'),
	tracestate('tracestate_duplicated_keys', ['foo=1,foo=2'], 'foo=1'),
	tracestate('tracestate_duplicated_keys', ['foo=1', 'foo=1'], 'foo=1'),
	tracestate('tracestate_duplicated_keys', ['foo=1', 'foo=2'], 'foo=1'),
	tracestate(
		'tracestate_all_allowed_characters',
		[`${KEY_CHARACTERS}=${VALUE_CHARACTERS}`],
		`${KEY_CHARACTERS}=${VALUE_CHARACTERS}`,
	),
	tracestate(
		'tracestate_all_allowed_characters',
		[`${KEY_CHARACTERS}@a-z0-9_-*/=${VALUE_CHARACTERS}`],
		`${KEY_CHARACTERS}@a-z0-9_-*/=${VALUE_CHARACTERS}`,
	),
	tracestate('tracestate_ows_handling', ['foo=1 \t , \t bar=2, \t baz=3'], 'foo=1,bar=2,baz=3'),
	tracestate('tracestate_ows_handling', ['foo=1\t \t,\t \tbar=2,\t \tbaz=3'], 'foo=1,bar=2,baz=3'),
	...[' foo=1', '\tfoo=1', 'foo=1 ', 'foo=1\t', '\t foo=1 \t'].map((value) =>
		tracestate('tracestate_ows_handling', [value], 'foo=1'),
	),
	...['foo =1', 'FOO=1', 'foo.bar=1'].map((value) =>
		tracestate('tracestate_key_illegal_characters', [value], undefined),
	),
	tracestate('tracestate_key_illegal_vendor_format', ['@foo=1,bar=2'], undefined),
	...['foo@=1,bar=2', 'foo@@bar=1,bar=2', 'foo@bar@baz=1,bar=2'].map((value) =>
		tracestate('tracestate_key_illegal_vendor_format', [value], value),
	),
	tracestate('tracestate_member_count_limit', [bars(1, 10), bars(11, 20), bars(21, 30), bars(31, 32)], bars(1, 32)),
	tracestate('tracestate_member_count_limit', [bars(1, 10), bars(11, 20), bars(21, 30), bars(31, 33)], undefined),
	tracestate('tracestate_key_length_limit', ['foo=1', `${'z'.repeat(256)}=1`], `foo=1,${'z'.repeat(256)}=1`),
	tracestate('tracestate_key_length_limit', ['foo=1', `${'z'.repeat(257)}=1`], undefined),
	...[`${'t'.repeat(241)}@${'v'.repeat(14)}=1`, `${'t'.repeat(242)}@v=1`, `t@${'v'.repeat(15)}=1`].map((value) =>
		tracestate('tracestate_key_length_limit', ['foo=1', value], `foo=1,${value}`),
	),
	tracestate('tracestate_value_illegal_characters', ['foo=bar=baz'], undefined),
	tracestate('tracestate_value_illegal_characters', ['foo=,bar=3'], undefined),
];

/** Every request of the harness at SPEC_LEVEL=2 STRICT_LEVEL=2 that is answered by one callback. */
export const HARNESS_CASES: readonly HarnessCase[] = [...TRACEPARENT_CASES, ...TRACESTATE_CASES];
