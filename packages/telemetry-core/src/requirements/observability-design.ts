import type { RequirementList } from './requirement.ts';

/** Design document 2, the observability design. */
export const observabilityDesignRequirements: RequirementList = {
	'S2-1': {
		title: 'A clean seam: a flag, a backend `noop`, `prom` or `otel`, and one place that chooses',
		kinds: ['F'],
		scope: 'IN',
		proof: ['packages/telemetry-sdk/test/provider/manifest.test.ts > chooses the backend'],
	},
	'S2-2': {
		title: 'Telemetry names application, service, environment, version and hashed tenant',
		kinds: ['F'],
		scope: 'IN',
		proof: [
			'packages/telemetry-sdk/test/settings/resolve-settings.test.ts > describe the process',
			'packages/telemetry-sdk/test/settings/resolve-settings.test.ts > are namespace, product and mode',
			'packages/telemetry-sdk/test/redaction/redaction.test.ts > that name a tenant, a person or a key are hashed, and the same name is the same hash',
		],
	},
	'S2-3': {
		title: 'Metrics of requests, queues and external services',
		kinds: ['F'],
		scope: 'IN',
		note: 'mapped to the catalogue; the pipeline has no token or workflow cost',
		proof: [
			'packages/instrumentation-beta/test/signals.test.ts > measures calls of the sources that the module brings along',
			'packages/instrumentation-beta/test/signals.test.ts > reads the depths and levels of a running module',
			'packages/instrumentation-gamma/test/records.test.ts > counts exactly',
		],
	},
	'S2-4': {
		title: 'Traces of entry points, batches, outside calls and workflows',
		kinds: ['F'],
		scope: 'IN',
		proof: 'later',
	},
	'S2-5': {
		title: 'Logs carry the trace id',
		kinds: ['F'],
		scope: 'IN',
		proof: [
			'packages/telemetry-sdk/test/logs/module-logs.test.ts > names the record and the stage that it was written in',
			'packages/telemetry-sdk/test/logs/module-logs.test.ts > names the active span where there is no record',
			'packages/telemetry-sdk/test/logs/module-logs.test.ts > gets the ids by the mixin, and goes on where there are none',
		],
	},
	'S2-6': {
		title: 'No payload or content, ids are hashed, redaction is part of the SDK',
		kinds: ['C'],
		scope: 'IN',
		proof: [
			'apps/reference-pipeline/test/planted-secrets.test.ts > are nowhere in what leaves the process: $profile, strict $strict',
			'packages/telemetry-sdk/test/redaction/redaction.test.ts > that name a tenant, a person or a key are hashed, and the same name is the same hash',
			'packages/telemetry-sdk/test/redaction/redaction.test.ts > that hold the values of fields are masked',
		],
	},
	'S2-7': {
		title: 'Exporters and retention depend on the environment; development stays local',
		kinds: ['O'],
		scope: 'IN',
		proof: [
			'packages/telemetry-sdk/test/settings/resolve-settings.test.ts > decide what nothing else does: %s',
			'packages/telemetry-sdk/test/settings/resolve-settings.test.ts > are each signal’s own: one without stays in the process',
			'packages/telemetry-store/test/schema/table-retention.test.ts > keeps what the profile %s says',
		],
	},
	'S2-8': {
		title: 'Labels are few, HTTP statuses are classes, none names a user',
		kinds: ['P'],
		scope: 'IN',
		proof: 'later',
	},
	'S2-9': {
		title: 'Sampling depends on the environment; errors and what takes over 2 s are always kept',
		kinds: ['F'],
		scope: 'IN',
		proof: [
			'apps/reference-pipeline/test/kept.test.ts > every failed and every slow record has its whole trace in %s',
			'packages/telemetry-sdk/test/settings/resolve-settings.test.ts > profiles',
			'packages/telemetry-sdk/test/recorder/keeping.test.ts > what is kept at ratio 0',
		],
	},
	'S2-10': {
		title: 'Log level depends on the environment, at most 100 lines a second per service',
		kinds: ['F'],
		scope: 'IN',
		proof: [
			'packages/telemetry-sdk/test/logs/module-logs.test.ts > are respected, and changed at run time for loggers that exist',
			'packages/telemetry-sdk/test/logs/module-logs.test.ts > lets 200 lines of a module pass at once and 100 a second, every error, and counts the rest',
		],
	},
	'S2-P1.1': {
		title: 'Metrics can be seen on dashboards',
		kinds: ['O'],
		scope: 'IN',
		note: 'as templates',
		proof: 'later',
	},
	'S2-P1.2': { title: 'Less than 1 ms added per request', kinds: ['P'], scope: 'IN', proof: 'later' },
	'S2-P1.3': {
		title: 'Telemetry never crashes the application',
		kinds: ['F'],
		scope: 'IN',
		proof: [
			'packages/telemetry-sdk/test/provider/outages.test.ts > costs records neither time nor memory, and audit nothing; flush and shutdown keep to their time',
			'packages/telemetry-sdk/test/provider/register.test.ts > is on before the program is loaded, off by default, and no mistake stops the program',
			'packages/telemetry-core/test/instrumentation/record-call.test.ts > a fault in `%s` is counted and goes no further',
			'packages/telemetry-core/test/instrumentation/providers.test.ts > the contract of instrumentations holds for every kind of place',
		],
	},
	'S2-P2.1': {
		title: 'Traces from end to end can be seen in a backend',
		kinds: ['F'],
		scope: 'IN',
		note: 'shown at an OTLP receiver',
		proof: [
			'apps/reference-pipeline/test/otlp.test.ts > names namespace, product and mode on every span of a run',
			'apps/reference-pipeline/test/journeys.test.ts > are one connected trace each, from the source to every destination',
			'apps/observatory/test/routes/answers.test.ts > answers with spans',
		],
	},
	'S2-P2.2': {
		title: 'Logs name the trace',
		kinds: ['F'],
		scope: 'IN',
		proof: [
			'packages/telemetry-sdk/test/logs/module-logs.test.ts > names the record and the stage that it was written in',
			'packages/telemetry-sdk/test/logs/module-logs.test.ts > names the active span where there is no record',
			'packages/telemetry-sdk/test/logs/module-logs.test.ts > gets the ids by the mixin, and goes on where there are none',
		],
	},
	'S2-P2.3': { title: 'Less than 2 % overhead', kinds: ['P'], scope: 'IN', proof: 'later' },
	'S2-P3.1': {
		title: 'Alerts are raised by real incidents',
		kinds: ['O'],
		scope: 'IN',
		note: 'calling people is a service of others',
		proof: 'later',
	},
	'S2-P3.2': { title: 'Fewer than 5 % false alarms', kinds: ['P'], scope: 'IN', proof: 'later' },
	'S2-P3.3': { title: 'An incident is noticed within 5 minutes', kinds: ['P'], scope: 'IN', proof: 'later' },
	'S2-P4.1': {
		title: 'A scan finds no personal data',
		kinds: ['C'],
		scope: 'IN',
		proof: [
			'apps/reference-pipeline/test/planted-secrets.test.ts > are nowhere in what leaves the process: $profile, strict $strict',
		],
	},
	'S2-P4.2': {
		title: 'The cost of telemetry stays within a budget',
		kinds: ['O'],
		scope: 'PART',
		reason: 'bytes and items are measured and an alarm is raised; prices are not known here',
		proof: 'later',
	},
	'S2-P4.3': { title: 'A security audit and a penetration test', kinds: ['C'], scope: 'OUT', reason: 'done by others' },
	'S2-V1': {
		title: 'Under load the 99th percentile grows by less than 2 %',
		kinds: ['P'],
		scope: 'IN',
		proof: 'later',
	},
	'S2-V2': { title: 'No memory leak, less than 10 MB', kinds: ['P'], scope: 'IN', proof: 'later' },
	'S2-V3': {
		title: 'Exports are tested for being correct',
		kinds: ['F'],
		scope: 'IN',
		proof: [
			'packages/telemetry-sdk/test/export/span-transport.test.ts > sends the bytes as they are over HTTP, with headers, compressed',
			'packages/telemetry-sdk/test/export/span-transport.test.ts > sends the bytes as they are over gRPC, with metadata, compressed',
			'packages/telemetry-sdk/test/encoding/same-calls.property.test.ts > give the same spans, from the flight recorder and on the OpenTelemetry API',
			'packages/telemetry-sdk/test/metrics/metric-producer.test.ts > deltas are those of the SDK, extremes aside',
		],
	},
	'S2-R1': {
		title: 'A quiet start, a growing share, and back by flag without a deployment',
		kinds: ['O'],
		scope: 'IN',
		note: "flag and share; carrying it out is the operator's part",
		proof: [
			'packages/telemetry-sdk/test/flags/flags.test.ts > is switched while the process runs, as a whole and by module, and each change is audited',
			'packages/telemetry-sdk/test/provider/telemetry-provider.test.ts > follows the share of the records that a flag says',
			'packages/telemetry-sdk/test/recorder/left-out.test.ts > is so in the next process, by the context that it travels with',
		],
	},
};
