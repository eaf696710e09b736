import type { RequirementList } from './requirement.ts';

/** Design document 4, OpenTelemetry: requirements. */
export const openTelemetryRequirements: RequirementList = {
	'S4-FR-001': {
		title: 'One provider starts traces, metrics and logs',
		kinds: ['F'],
		scope: 'IN',
		proof: [
			'packages/telemetry-sdk/test/provider/telemetry-provider.test.ts > follows records and hands their spans on, with namespace, product and mode on each',
			'packages/telemetry-sdk/test/provider/end-to-end.test.ts > sends spans of records and of batches, events and metrics',
			'packages/telemetry-sdk/test/provider/telemetry-provider.test.ts > puts everything back when it is shut down, and does so once',
		],
	},
	'S4-FR-002': {
		title: 'W3C Trace Context across every boundary',
		kinds: ['F'],
		scope: 'IN',
		proof: [
			'packages/telemetry-core/test/propagation/w3c-harness.test.ts > W3C Trace Context harness, SPEC_LEVEL=2 STRICT_LEVEL=2',
			'apps/reference-pipeline/test/journeys.test.ts > keeps every record in its trace across three processes',
			'packages/instrumentation-integration-layer/test/records.test.ts > writes the context of records that leave the process, which continue there and are parked here',
			'packages/instrumentation-gamma/test/outbound.test.ts > reaches the destinations that asked for it, and no other',
		],
	},
	'S4-FR-003': {
		title: 'W3C Baggage across every boundary',
		kinds: ['F'],
		scope: 'IN',
		proof: [
			'packages/instrumentation-integration-layer/test/records.test.ts > carries the baggage of records that leave the process as it was',
			'packages/telemetry-core/test/propagation/baggage.test.ts > round-trips any text under any key, and is stable',
			'packages/telemetry-core/test/instrumentation/enter-record.test.ts > keeps the baggage of an item without a position',
		],
	},
	'S4-FR-004': {
		title: 'Spans where definitions are compiled',
		kinds: ['F'],
		scope: 'IN',
		note: 'building the job graph and loading jobs',
		proof: 'later',
	},
	'S4-FR-005': {
		title: 'Spans of transformations with their ids',
		kinds: ['F'],
		scope: 'IN',
		proof: [
			'packages/instrumentation-beta/test/records.test.ts > gives a record one stage after the other',
			'packages/instrumentation-beta/test/signals.test.ts > shows single rules at the highest level of detail, under their pass',
			'apps/reference-pipeline/test/journeys.test.ts > have a span for every operation that the metrics count',
		],
	},
	'S4-FR-006': { title: 'Spans where jobs produce their outputs', kinds: ['F'], scope: 'IN', proof: 'later' },
	'S4-FR-007': {
		title: 'Every span names its namespace',
		kinds: ['F'],
		scope: 'IN',
		proof: [
			'packages/telemetry-sdk/test/spans/library-spans.test.ts > has namespace, product and mode: of records, of work, of libraries, whatever they write themselves',
		],
	},
	'S4-FR-007a': { title: 'Baggage carries the namespace', kinds: ['F'], scope: 'IN', proof: 'later' },
	'S4-FR-007b': {
		title: 'Every span names the product',
		kinds: ['F'],
		scope: 'IN',
		proof: [
			'packages/telemetry-sdk/test/spans/library-spans.test.ts > has namespace, product and mode: of records, of work, of libraries, whatever they write themselves',
		],
	},
	'S4-FR-007c': {
		title: "Every span names the product's version",
		kinds: ['F'],
		scope: 'IN',
		proof: [
			'packages/telemetry-sdk/test/spans/library-spans.test.ts > has namespace, product and mode: of records, of work, of libraries, whatever they write themselves',
		],
	},
	'S4-FR-007d': {
		title: 'Every span names the mode',
		kinds: ['F'],
		scope: 'IN',
		proof: [
			'packages/telemetry-sdk/test/spans/library-spans.test.ts > has namespace, product and mode: of records, of work, of libraries, whatever they write themselves',
		],
	},
	'S4-FR-008': {
		title: 'OTLP over gRPC',
		kinds: ['F'],
		scope: 'IN',
		proof: [
			'packages/telemetry-sdk/test/export/span-transport.test.ts > sends the bytes as they are over gRPC, with metadata, compressed',
		],
	},
	'S4-FR-009': {
		title: 'OTLP over HTTP',
		kinds: ['F'],
		scope: 'IN',
		proof: [
			'packages/telemetry-sdk/test/export/span-transport.test.ts > sends the bytes as they are over HTTP, with headers, compressed',
			'packages/telemetry-sdk/test/provider/end-to-end.test.ts > sends spans of records and of batches, events and metrics',
		],
	},
	'S4-FR-010': {
		title: 'The endpoint is configured',
		kinds: ['F'],
		scope: 'IN',
		proof: [
			'packages/telemetry-sdk/test/provider/manifest.test.ts > says where each signal goes and with which credentials',
			'packages/telemetry-sdk/test/settings/resolve-settings.test.ts > are each signal’s own: one without stays in the process',
		],
	},
	'S4-FR-011': {
		title: 'Export with an API key or a bearer token',
		kinds: ['F'],
		scope: 'IN',
		proof: [
			'packages/telemetry-sdk/test/provider/manifest.test.ts > says where each signal goes and with which credentials',
		],
	},
	'S4-FR-012': { title: 'A histogram of how long runs take', kinds: ['F'], scope: 'IN', proof: 'later' },
	'S4-FR-013': { title: 'A counter of what jobs produced', kinds: ['F'], scope: 'IN', proof: 'later' },
	'S4-FR-014': {
		title: 'A counter of errors by component',
		kinds: ['F'],
		scope: 'IN',
		proof: [
			'packages/telemetry-core/test/instrumentation/error-reporter.test.ts > counts and logs an error with the facts of its code',
			'packages/instrumentation-integration-layer/test/signals.test.ts > tell of errors between modules under the work that they belong to',
			'packages/instrumentation-beta/test/signals.test.ts > compares the score with that of validation, and tells violated thresholds',
		],
	},
	'S4-FR-015': {
		title: 'Logs name the trace while there is one',
		kinds: ['F'],
		scope: 'IN',
		proof: [
			'packages/telemetry-sdk/test/logs/module-logs.test.ts > names the record and the stage that it was written in',
			'packages/telemetry-sdk/test/logs/module-logs.test.ts > names the active span where there is no record',
			'packages/telemetry-sdk/test/logs/module-logs.test.ts > gets the ids by the mixin, and goes on where there are none',
		],
	},
	'S4-FR-016': {
		title: 'Logs name the span while there is one',
		kinds: ['F'],
		scope: 'IN',
		proof: [
			'packages/telemetry-sdk/test/logs/module-logs.test.ts > names the record and the stage that it was written in',
			'packages/telemetry-sdk/test/logs/module-logs.test.ts > names the active span where there is no record',
			'packages/telemetry-sdk/test/logs/module-logs.test.ts > gets the ids by the mixin, and goes on where there are none',
		],
	},
	'S4-FR-017': {
		title: 'Logs are structured, context is in fields',
		kinds: ['F'],
		scope: 'IN',
		proof: [
			'packages/telemetry-sdk/test/logs/module-logs.test.ts > has its fields, and everything else flat beside them',
		],
	},
	'S4-FR-018': {
		title: 'Log levels are configured',
		kinds: ['F'],
		scope: 'IN',
		proof: [
			'packages/telemetry-sdk/test/logs/module-logs.test.ts > are respected, and changed at run time for loggers that exist',
		],
	},
	'S4-FR-019': {
		title: 'Semantic conventions throughout',
		kinds: ['F'],
		scope: 'IN',
		proof: [
			'packages/telemetry-core/test/registry/lint.test.ts > the built-in tables',
			'apps/reference-pipeline/test/journeys.test.ts > use the names, kinds, units and buckets of the registry only',
		],
	},
	'S4-FR-020': {
		title: 'Resources name service, version and environment',
		kinds: ['F'],
		scope: 'IN',
		proof: ['packages/telemetry-sdk/test/settings/resolve-settings.test.ts > describe the process'],
	},
	'S4-FR-021': {
		title: 'Sampling depends on the environment',
		kinds: ['F'],
		scope: 'IN',
		proof: ['packages/telemetry-sdk/test/settings/resolve-settings.test.ts > decide what nothing else does: %s'],
	},
	'S4-FR-022': {
		title: 'Exceptions on spans with their stack',
		kinds: ['F'],
		scope: 'IN',
		proof: [
			'packages/telemetry-core/test/opentelemetry/failure.test.ts > show where an unexpected error was thrown, without its message',
		],
	},
	'S4-FR-023': {
		title: 'Without configuration nothing happens and nothing is spent',
		kinds: ['P'],
		scope: 'IN',
		proof: 'later',
	},
	'S4-FR-024': { title: 'Export does not hold up work', kinds: ['P'], scope: 'IN', proof: 'later' },
	'S4-FR-025': {
		title: 'Telemetry leaves through the OpenTelemetry SDK or as the same OTLP bytes over its transport',
		kinds: ['F'],
		scope: 'IN',
		proof: [
			'tooling/checks/test/dependency-rule.test.ts > lets only telemetry-sdk and telemetry-testing import the SDK',
			'packages/telemetry-sdk/test/encoding/same-calls.property.test.ts > give the same spans, from the flight recorder and on the OpenTelemetry API',
			'packages/telemetry-sdk/test/export/span-transport.test.ts > sends the bytes as they are over HTTP, with headers, compressed',
		],
	},
	'S4-FR-026': {
		title: 'Everything goes to a collector',
		kinds: ['F'],
		scope: 'IN',
		proof: [
			'packages/telemetry-sdk/test/provider/manifest.test.ts > chooses the backend',
			'packages/telemetry-sdk/test/settings/resolve-settings.test.ts > are none for a signal whose exporter is none, and for all unless the backend is otel',
		],
	},
	'S4-FR-027': {
		title: 'Storage and display can be exchanged',
		kinds: ['F'],
		scope: 'PART',
		reason: 'the plugin interface; backends are not part of this',
		proof: 'later',
	},
	'S4-FR-028': {
		title: 'No way around the collector to a backend',
		kinds: ['F'],
		scope: 'IN',
		note: 'the Prometheus endpoint is a view to be scraped',
		proof: 'later',
	},
	'S4-FR-029': {
		title: "A backend's plugin writes collector configuration, never SDK configuration",
		kinds: ['F'],
		scope: 'IN',
		proof: 'later',
	},
	'S4-FR-030': {
		title: 'A manifest chooses the backend, code does not change',
		kinds: ['F'],
		scope: 'IN',
		proof: ['packages/telemetry-sdk/test/provider/manifest.test.ts > chooses the backend'],
	},
};
