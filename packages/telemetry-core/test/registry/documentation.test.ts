import { describe, expect, it } from 'vitest';
import {
	renderAttributes,
	renderErrors,
	renderEvents,
	renderMetrics,
	renderSpanEvents,
	renderSpans,
} from '../../src/registry/documentation.ts';
import { replaceGeneratedSections, UnclosedSectionError } from '../../src/registry/generated-sections.ts';

describe('tables', () => {
	it('shows metrics with bucket family and values', () => {
		expect(
			renderMetrics({
				'pipeline.alpha.parser.histogram.parse_duration_seconds': {
					kind: 'histogram',
					unit: 's',
					description: 'Time to parse | one record.',
					attributes: ['pipeline.source_type', 'pipeline.outcome'],
					values: { 'pipeline.outcome': ['SUCCESS', 'FAILURE'] },
					buckets: 'proc',
					emitted: 'when parsing ends',
				},
				'pipeline.alpha.buffer.histogram.fill_ratio': {
					kind: 'histogram',
					unit: '1',
					description: 'Fill level.',
					attributes: [],
					buckets: [0.5, 1],
					emitted: 'on collection',
				},
			}),
		).toMatchInlineSnapshot(`
			"| Metric | Kind | Unit | Attributes | Recorded | Meaning |
			|---|---|---|---|---|---|
			| \`pipeline.alpha.parser.histogram.parse_duration_seconds\` | histogram (proc) | \`s\` | \`pipeline.source_type\`, \`pipeline.outcome\` (\`SUCCESS\`, \`FAILURE\`) | when parsing ends | Time to parse \\| one record. |
			| \`pipeline.alpha.buffer.histogram.fill_ratio\` | histogram (0.5, 1) | \`1\` | – | on collection | Fill level. |"
		`);
	});

	it('shows spans', () => {
		expect(
			renderSpans({
				'alpha.parser.parse': {
					description: 'Parses one record.',
					grain: 'record',
					level: 'standard',
					kind: 'INTERNAL',
					parent: 'alpha.record.ingest',
					attributes: ['pipeline.source_id'],
					events: ['parse.warning'],
					error: 'the record cannot be parsed',
				},
			}),
		).toMatchInlineSnapshot(`
			"| Span | Level | Kind | Parent | Attributes | Events | Error | Meaning |
			|---|---|---|---|---|---|---|---|
			| \`alpha.parser.parse\` | standard | internal | alpha.record.ingest | \`pipeline.source_id\` | \`parse.warning\` | the record cannot be parsed | Parses one record. |"
		`);
	});

	it('shows span events', () => {
		expect(
			renderSpanEvents({ 'parse.warning': { description: 'The parser had to guess.', attributes: [] } }),
		).toMatchInlineSnapshot(`
			"| Span event | Attributes | Meaning |
			|---|---|---|
			| \`parse.warning\` | – | The parser had to guess. |"
		`);
	});

	it('shows events with the requirements they serve', () => {
		expect(
			renderEvents({
				'pipeline.alpha.parser.audit.parse_failed': {
					type: 'AUDIT',
					severity: 'ERROR',
					description: 'A record could not be parsed.',
					dimensions: ['pipeline.error_code'],
					requirements: ['5.2', '5.3'],
				},
			}),
		).toMatchInlineSnapshot(`
			"| Event | Type | Severity | Dimensions | Evidence for | Meaning |
			|---|---|---|---|---|---|
			| \`pipeline.alpha.parser.audit.parse_failed\` | AUDIT | ERROR | \`pipeline.error_code\` | 5.2, 5.3 | A record could not be parsed. |"
		`);
	});

	it('shows error codes and attributes', () => {
		expect([
			renderErrors({
				PARSE_001: {
					category: 'PARSE',
					severity: 'ERROR',
					recoverability: 'PERMANENT',
					scope: 'RECORD',
					description: 'The text is malformed.',
				},
			}),
			renderAttributes({
				'pipeline.tier': { type: 'code', description: 'Cache tier.', values: ['L1', 'L2'], cap: 3 },
				'pipeline.record_id': { type: 'text', description: 'The record.' },
			}),
			renderAttributes({}),
		]).toMatchInlineSnapshot(`
			[
			  "| Code | Category | Severity | Recoverability | Scope | Meaning |
			|---|---|---|---|---|---|
			| \`PARSE_001\` | \`PARSE\` | ERROR | PERMANENT | RECORD | The text is malformed. |",
			  "| Attribute | Type | Values | Cap on metrics | Meaning |
			|---|---|---|---|---|
			| \`pipeline.tier\` | code | \`L1\`, \`L2\` | 3 | Cache tier. |
			| \`pipeline.record_id\` | text | – | – | The record. |",
			  "None.",
			]
		`);
	});
});

describe('replaceGeneratedSections', () => {
	const page =
		'Before\n<!-- generated:metrics -->old<!-- /generated:metrics -->\nbetween\n<!-- generated:spans -->\n<!-- /generated:spans -->\nafter\n';

	it('replaces what lies between markers, and nothing the second time', () => {
		const once = replaceGeneratedSections(page, (section) => `Table of ${section} with $& in it.`);
		expect(once).toBe(
			'Before\n<!-- generated:metrics -->\n\nTable of metrics with $& in it.\n\n<!-- /generated:metrics -->\nbetween\n' +
				'<!-- generated:spans -->\n\nTable of spans with $& in it.\n\n<!-- /generated:spans -->\nafter\n',
		);
		expect(replaceGeneratedSections(once, (section) => `Table of ${section} with $& in it.`)).toBe(once);
	});

	it('leaves a page without markers alone', () => {
		expect(replaceGeneratedSections('Nothing here.', () => 'x')).toBe('Nothing here.');
	});

	it('refuses a section that is never closed', () => {
		expect(() => replaceGeneratedSections('<!-- generated:metrics -->', () => 'x')).toThrow(UnclosedSectionError);
	});
});
