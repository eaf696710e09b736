import type { RequirementList } from './requirement.ts';

/** Design document 4, OpenTelemetry: scenarios and edge cases. */
export const openTelemetryScenarios: RequirementList = {
	'S4-1.1': {
		title: 'The spans of one request share a trace id and are one tree',
		kinds: ['F'],
		scope: 'IN',
		proof: [
			'apps/reference-pipeline/test/journeys.test.ts > are one connected trace each, from the source to every destination',
			'apps/reference-pipeline/test/journeys.test.ts > keeps every record in its trace with the fault %s',
		],
	},
	'S4-1.2': {
		title: 'Every child names its parent',
		kinds: ['F'],
		scope: 'IN',
		proof: [
			'apps/reference-pipeline/test/journeys.test.ts > are one connected trace each, from the source to every destination',
			'apps/reference-pipeline/test/journeys.test.ts > keeps every record in its trace with the fault %s',
		],
	},
	'S4-1.3': {
		title: 'W3C headers cross processes',
		kinds: ['F'],
		scope: 'IN',
		proof: [
			'apps/reference-pipeline/test/journeys.test.ts > keeps every record in its trace across three processes',
			'packages/telemetry-core/test/propagation/headers.test.ts > reads all three headers from a record in any case, and joins repeated ones',
		],
	},
	'S4-1.4': {
		title: 'Baggage arrives as it was sent',
		kinds: ['F'],
		scope: 'IN',
		proof: [
			'packages/instrumentation-integration-layer/test/records.test.ts > carries the baggage of records that leave the process as it was',
			'packages/telemetry-core/test/propagation/baggage.test.ts > round-trips any text under any key, and is stable',
			'packages/telemetry-core/test/instrumentation/enter-record.test.ts > keeps the baggage of an item without a position',
		],
	},
	'S4-2.1': {
		title: 'Compiling a definition has a span with name, duration and outcome',
		kinds: ['F'],
		scope: 'IN',
		proof: 'later',
	},
	'S4-2.2': {
		title: 'Every transformation has a span',
		kinds: ['F'],
		scope: 'IN',
		proof: [
			'packages/instrumentation-beta/test/records.test.ts > gives a record one stage after the other',
			'packages/instrumentation-beta/test/signals.test.ts > shows single rules at the highest level of detail, under their pass',
			'apps/reference-pipeline/test/journeys.test.ts > have a span for every operation that the metrics count',
		],
	},
	'S4-2.3': {
		title: 'Everything a job produces has a span with its status',
		kinds: ['F'],
		scope: 'IN',
		proof: 'later',
	},
	'S4-2.4': {
		title: 'A failure is on its span',
		kinds: ['F'],
		scope: 'IN',
		proof: [
			'packages/instrumentation-alpha/test/records.test.ts > follows every kind of failure to its queue, and shows no value of any field',
			'packages/instrumentation-beta/test/records.test.ts > follows every kind of failure to its queue, and shows no value of any field',
			'packages/instrumentation-gamma/test/records.test.ts > ends the trace of a record that cannot be routed',
			'packages/instrumentation-gamma/test/records.test.ts > keeps two destinations apart that are open at the same time: one fails, the outcome is PARTIAL',
		],
	},
	'S4-3.1': {
		title: 'Data arrives at the configured endpoint',
		kinds: ['F'],
		scope: 'IN',
		proof: [
			'packages/telemetry-sdk/test/provider/end-to-end.test.ts > sends spans of records and of batches, events and metrics',
			'packages/telemetry-sdk/test/provider/manifest.test.ts > says where each signal goes and with which credentials',
		],
	},
	'S4-3.2': {
		title: 'gRPC is used where it is configured',
		kinds: ['F'],
		scope: 'IN',
		proof: [
			'packages/telemetry-sdk/test/export/span-transport.test.ts > sends the bytes as they are over gRPC, with metadata, compressed',
		],
	},
	'S4-3.3': {
		title: 'HTTP is used and repeated when it fails',
		kinds: ['F'],
		scope: 'IN',
		proof: [
			'packages/telemetry-sdk/test/export/span-transport.test.ts > tries again over HTTP when the receiver is unavailable',
		],
	},
	'S4-3.4': {
		title: 'Credentials are sent as configured',
		kinds: ['F'],
		scope: 'IN',
		proof: [
			'packages/telemetry-sdk/test/provider/manifest.test.ts > says where each signal goes and with which credentials',
		],
	},
	'S4-4.1': { title: 'The duration of runs is measured by job and status', kinds: ['F'], scope: 'IN', proof: 'later' },
	'S4-4.2': { title: 'Runs are counted by job and status', kinds: ['F'], scope: 'IN', proof: 'later' },
	'S4-4.3': {
		title: 'Errors are counted by component and kind',
		kinds: ['F'],
		scope: 'IN',
		proof: [
			'packages/telemetry-core/test/instrumentation/error-reporter.test.ts > counts and logs an error with the facts of its code',
			'packages/instrumentation-integration-layer/test/signals.test.ts > tell of errors between modules under the work that they belong to',
			'packages/instrumentation-beta/test/signals.test.ts > compares the score with that of validation, and tells violated thresholds',
		],
	},
	'S4-4.4': {
		title: 'Metrics are exported at intervals',
		kinds: ['F'],
		scope: 'IN',
		proof: [
			'packages/telemetry-sdk/test/provider/metric-interval.test.ts > exports metrics at intervals, though nobody asks for it',
		],
	},
	'S4-5.1': {
		title: 'A log line has the trace id',
		kinds: ['F'],
		scope: 'IN',
		proof: [
			'packages/telemetry-sdk/test/logs/module-logs.test.ts > names the record and the stage that it was written in',
			'packages/telemetry-sdk/test/logs/module-logs.test.ts > names the active span where there is no record',
			'packages/telemetry-sdk/test/logs/module-logs.test.ts > gets the ids by the mixin, and goes on where there are none',
		],
	},
	'S4-5.2': {
		title: 'A log line has the span id',
		kinds: ['F'],
		scope: 'IN',
		proof: [
			'packages/telemetry-sdk/test/logs/module-logs.test.ts > names the record and the stage that it was written in',
			'packages/telemetry-sdk/test/logs/module-logs.test.ts > names the active span where there is no record',
			'packages/telemetry-sdk/test/logs/module-logs.test.ts > gets the ids by the mixin, and goes on where there are none',
		],
	},
	'S4-5.3': {
		title: 'Context is in fields of a log line, not in its text',
		kinds: ['F'],
		scope: 'IN',
		proof: [
			'packages/telemetry-sdk/test/logs/module-logs.test.ts > has its fields, and everything else flat beside them',
		],
	},
	'S4-5.4': {
		title: 'The level filter holds',
		kinds: ['F'],
		scope: 'IN',
		proof: [
			'packages/telemetry-sdk/test/logs/module-logs.test.ts > are respected, and changed at run time for loggers that exist',
		],
	},
	'S4-E1': {
		title: 'Without an endpoint everything goes on as usual',
		kinds: ['F'],
		scope: 'IN',
		proof: [
			'packages/telemetry-sdk/test/settings/resolve-settings.test.ts > are each signal’s own: one without stays in the process',
			'apps/reference-pipeline/test/cli.test.ts > runs, queues what failed, shows and replays it',
		],
	},
	'S4-E2': {
		title: 'A lost endpoint is tried again and never holds up work',
		kinds: ['F'],
		scope: 'IN',
		proof: [
			'packages/telemetry-sdk/test/export/span-transport.test.ts > tries again over HTTP when the receiver is unavailable',
			'packages/telemetry-sdk/test/provider/outages.test.ts > costs records neither time nor memory, and audit nothing; flush and shutdown keep to their time',
			'apps/reference-pipeline/test/soak.test.ts > loses nothing uncounted while the endpoint is killed and restarted',
		],
	},
	'S4-E3': {
		title: 'A context that cannot be read is logged and a new trace begins',
		kinds: ['F'],
		scope: 'IN',
		proof: [
			'packages/instrumentation-integration-layer/test/records.test.ts > begins a new trace where the context is malformed and nothing is known',
			'packages/instrumentation-gamma/test/outbound.test.ts > begin anew when their context is damaged, and say so',
			'packages/telemetry-core/test/propagation/headers.test.ts > is MALFORMED and warns once for %s',
		],
	},
	'S4-E4': {
		title: 'Long operations stay open and are given up after a limit',
		kinds: ['F'],
		scope: 'IN',
		proof: [
			'packages/telemetry-core/test/opentelemetry/limits.test.ts > a record that is open for an hour is kept, one that is longer is given up, marked and counted',
		],
	},
	'S4-E5': {
		title: 'High volume keeps a representative sample',
		kinds: ['F'],
		scope: 'IN',
		proof: [
			'packages/telemetry-sdk/test/recorder/keeping.test.ts > samples consistently: by the trace id alone, and says at which threshold',
		],
	},
};
