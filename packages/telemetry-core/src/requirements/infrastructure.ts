import type { RequirementList } from './requirement.ts';

/** Design document 3, the observability infrastructure. */
export const infrastructureRequirements: RequirementList = {
	'S3-AC1': {
		title: 'The whole trace of any run can be found and viewed',
		kinds: ['F'],
		scope: 'IN',
		proof: [
			'packages/telemetry-store/test/traces/trace-by-id.test.ts > gives a trace as a tree, with its times, services, errors, gaps and links',
			'packages/telemetry-store/test/traces/search-traces.test.ts > gives every trace once over its pages, while newer ones are added',
			'packages/telemetry-store/test/journey/record-journey.test.ts > says that spans were not kept, and tells the way from the audit',
			'apps/reference-pipeline/test/observatory.test.ts > leaves a store that tells of every record what became of it',
		],
	},
	'S3-AC2': {
		title: 'Recent traces are found within 2 s',
		kinds: ['P'],
		scope: 'IN',
		note: 'the time is a limit of the bench `store-query`, which fails beyond it; tests show what it asks',
		proof: [
			'packages/telemetry-store/test/bench/store-query-kinds.test.ts > asks for a day of audit by every filter, and for the lineage of 90 days',
			'packages/telemetry-store/test/bench/store-query-kinds.test.ts > finds what it measures, wherever that is',
		],
	},
	'S3-AC3': {
		title: 'Every error and every slow request is kept at any volume',
		kinds: ['F'],
		scope: 'IN',
		proof: [
			'apps/reference-pipeline/test/kept.test.ts > every failed and every slow record has its whole trace in %s',
			'packages/telemetry-sdk/test/recorder/verdicts.test.ts > verdicts',
		],
	},
	'S3-AC4': { title: 'Metrics cost less than 1 %', kinds: ['P'], scope: 'IN', proof: 'later' },
	'S3-AC5': {
		title: 'Dashboards show news within a second',
		kinds: ['P'],
		scope: 'PART',
		reason: 'an event can be queried within 1 s; the page refreshes every 5 s',
		proof: 'later',
	},
	'S3-AC6': {
		title: 'Tenants are kept apart',
		kinds: ['C'],
		scope: 'IN',
		proof: [
			'apps/observatory/test/auth/two-tenants.test.ts > answers a tenant alike about what another has and what nobody has, on every route and in every role',
			'packages/telemetry-store/test/store/telemetry-store.test.ts > gives a reader what its scope holds, and has every read in the audit of the tenant',
			'packages/telemetry-store/test/lineage/trace-lineage.test.ts > finds every step that can be reached, and never one of another tenant whose ids are the same',
			'packages/telemetry-store/test/store/recent-events.test.ts > never shows an event to a scope without its tenant',
			'packages/telemetry-store/test/metrics/rolled-tenants.test.ts > shows each tenant its own points at every step, whether point or resource names it',
		],
	},
	'S3-AC7': {
		title: 'Each service has its own flag',
		kinds: ['O'],
		scope: 'IN',
		proof: [
			'packages/telemetry-sdk/test/flags/flags.test.ts > is switched while the process runs, as a whole and by module, and each change is audited',
			'packages/telemetry-core/test/instrumentation/switches.test.ts > is called straight through until it is switched on again, without a new patch',
		],
	},
	'S3-1.1': {
		title: 'Searching an id shows timeline, services and durations',
		kinds: ['F'],
		scope: 'IN',
		proof: [
			'packages/telemetry-store/test/traces/trace-by-id.test.ts > gives a trace as a tree, with its times, services, errors, gaps and links',
			'apps/observatory/test/routes/answers.test.ts > answers with spans',
			'apps/observatory/test/commands/commands.test.ts > draws where something came from and went, and its spans',
		],
	},
	'S3-1.2': {
		title: 'Traces can be filtered by kind and date and compared, outliers stand out',
		kinds: ['F'],
		scope: 'IN',
		note: 'compared by the lines of a search and by series; the picture is drawn by others',
		proof: [
			'packages/telemetry-store/test/traces/search-traces.test.ts > finds by service, module, operation, duration, status and tags',
			'packages/telemetry-store/test/traces/search-traces.test.ts > gives one line a trace, newest first',
			'packages/telemetry-store/test/metrics/event-series.test.ts > counts events, their errors and durations over time',
		],
	},
	'S3-1.3': {
		title: 'A run of 30 minutes is shown whole, waiting included',
		kinds: ['F'],
		scope: 'IN',
		proof: [
			'packages/telemetry-core/test/opentelemetry/limits.test.ts > a record that is open for an hour is kept, one that is longer is given up, marked and counted',
			'packages/telemetry-core/test/registry/catalogue.test.ts > knows which spans wait',
			'packages/instrumentation-gamma/test/records.test.ts > holds a record while a circuit is open, in the trace as in the module',
		],
	},
	'S3-1.4': {
		title: 'A failed trace shows error, service, operation, stack and the way there',
		kinds: ['F'],
		scope: 'IN',
		proof: [
			'packages/telemetry-core/test/opentelemetry/failure.test.ts > carry what the registry knows of the code',
			'packages/telemetry-core/test/opentelemetry/failure.test.ts > show where an unexpected error was thrown, without its message',
			'packages/instrumentation-alpha/test/records.test.ts > follows every kind of failure to its queue, and shows no value of any field',
			'packages/instrumentation-beta/test/records.test.ts > follows every kind of failure to its queue, and shows no value of any field',
		],
	},
	'S3-1.5': {
		title: 'At high volume 2 s, a representative sample and all critical errors',
		kinds: ['P'],
		scope: 'IN',
		proof: 'later',
	},
	'S3-1.6': {
		title: 'Every query is limited to the tenant by itself',
		kinds: ['C'],
		scope: 'IN',
		proof: [
			'packages/telemetry-store/test/traces/tenant-crossing.test.ts > shows nothing of another tenant, in answers and in errors, whatever is asked',
			'packages/telemetry-store/test/traces/search-traces.test.ts > shows each tenant its own traces only',
			'packages/telemetry-store/test/traces/trace-by-id.test.ts > shows each tenant its own spans only',
			'apps/observatory/test/auth/two-tenants.test.ts > answers a tenant alike about what another has and what nobody has, on every route and in every role',
			'packages/telemetry-store/test/store/telemetry-store.test.ts > gives a reader what its scope holds, and has every read in the audit of the tenant',
		],
	},
	'S3-2.1': {
		title: 'Processor, memory, request and business metrics are there and named as Prometheus wants',
		kinds: ['F'],
		scope: 'IN',
		proof: [
			'packages/telemetry-sdk/test/metrics/process-metrics.test.ts > measures processor, memory, event loop and garbage collection',
			"packages/telemetry-sdk/test/metrics/prometheus.test.ts > has the registry's names, with help, unit and type",
			'packages/telemetry-core/test/registry/prometheus.test.ts > finds none in the catalogue',
			'packages/instrumentation-gamma/test/records.test.ts > counts exactly',
			'packages/instrumentation-beta/test/signals.test.ts > counts a plain record exactly',
		],
	},
	'S3-2.2': { title: 'A daily view with trends and a way down', kinds: ['O'], scope: 'IN', proof: 'later' },
	'S3-2.3': {
		title: 'Before and after a deployment can be compared',
		kinds: ['O'],
		scope: 'IN',
		note: 'by the version attribute and periods set side by side',
		proof: 'later',
	},
	'S3-2.4': {
		title: 'A query that fails says so, shows recent data and when to expect more',
		kinds: ['F'],
		scope: 'IN',
		proof: [
			'apps/observatory/test/server/store-away.test.ts > says of every query that the store is away, and when to ask again',
			'packages/telemetry-store/test/store/telemetry-store.test.ts > answers from memory while the store is away, says so, and has it in the audit afterwards',
			'packages/telemetry-store/test/connection/server-database.test.ts > says that the store is unavailable for %s',
		],
	},
	'S3-2.5': {
		title: 'Less than 1 % overhead, bounded label sets, growth that can be foreseen',
		kinds: ['P'],
		scope: 'IN',
		proof: 'later',
	},
	'S3-2.6': {
		title: "A tenant's metrics can be exported for an audit and checked",
		kinds: ['C'],
		scope: 'IN',
		proof: 'later',
	},
	'S3-E1': {
		title: 'Traces stay 30 days, metrics 90 days and coarser after that',
		kinds: ['O'],
		scope: 'IN',
		proof: [
			'packages/telemetry-store/test/schema/table-retention.test.ts > keeps traces for 30 days, metrics for 90, and coarser ones for longer the coarser they are',
			'packages/telemetry-store/test/schema/table-retention.test.ts > keeps what the profile %s says',
		],
	},
	'S3-E2': {
		title: 'A trace beyond 10000 spans is cut and says so',
		kinds: ['F'],
		scope: 'IN',
		proof: [
			'packages/telemetry-core/test/opentelemetry/limits.test.ts > the 10,000th span is written; further ones are not, except the main stages, and the trace says so',
		],
	},
	'S3-E3': {
		title: 'A query is given up after 30 s',
		kinds: ['P'],
		scope: 'IN',
		proof: [
			'packages/telemetry-store/test/connection/query-time.test.ts > is 30 s in the embedded engine, which then stops by itself',
			'packages/telemetry-store/test/connection/query-time.test.ts > is 30 s on a server, which is told so with every query',
			'packages/telemetry-store/test/connection/embedded-database.test.ts > tells a query that takes too long, or waits too long, from one without a result',
			'packages/telemetry-store/test/connection/server-database.test.ts > tells a query that takes too long from one without a result, and frees its place',
		],
	},
	'S3-E4': {
		title: 'Traces and logs never hold sensitive data; audit is kept',
		kinds: ['C'],
		scope: 'IN',
		proof: [
			'apps/reference-pipeline/test/planted-secrets.test.ts > are nowhere in what leaves the process: $profile, strict $strict',
			'packages/telemetry-sdk/test/redaction/signals.test.ts > is redacted in every field of a span',
			'packages/telemetry-sdk/test/redaction/signals.test.ts > is redacted in every field of a log record',
			'packages/telemetry-sdk/test/redaction/audit.test.ts > keeps every entry, without what it may not show, on disk and sent',
		],
	},
	'S3-FF': {
		title: 'A temporary flag `enable-observability-instrumentation`, per service and in phases',
		kinds: ['O'],
		scope: 'IN',
		note: "the flag; removing it after 30 quiet days is the operator's part",
		proof: [
			'packages/telemetry-sdk/test/flags/flags.test.ts > is followed: what its provider knows, when it changes, and not when it fails',
			'packages/telemetry-sdk/test/provider/telemetry-provider.test.ts > is switched by flags while it runs: what is on its way is given up, what comes later is not seen',
		],
	},
	'S3-N': {
		title: 'Own visualisation, detection by AI, a tracing backend of its own, commercial APM',
		kinds: [],
		scope: 'OUT',
		reason: 'declared non-goals; statistical indicators exist for S0',
	},
};
