import type { RequirementList } from './requirement.ts';

/** Design document 1, the ETL observability module. */
export const etlModuleRequirements: RequirementList = {
	'S1-1': {
		title: 'A Prometheus endpoint at `/metrics`',
		kinds: ['F'],
		scope: 'IN',
		note: 'a view to be scraped',
		proof: [
			'packages/telemetry-sdk/test/health-server/serving.test.ts > are served in the text format of Prometheus, however many ask',
		],
	},
	'S1-2': {
		title: 'The important metrics exist, all 13 `etl_*` names have a successor',
		kinds: ['F'],
		scope: 'IN',
		proof: [
			'packages/telemetry-core/test/registry/legacy.test.ts > knows every former name, or why it has no successor',
			'packages/telemetry-core/test/registry/metric-catalogue.test.ts > has every instrument of the seven modules',
		],
	},
	'S1-3': {
		title: 'Traces reach an OTLP backend when asked for',
		kinds: ['F'],
		scope: 'IN',
		note: "shown at a receiver; the user interface is the backend's",
		proof: [
			'packages/telemetry-sdk/test/provider/end-to-end.test.ts > sends spans of records and of batches, events and metrics',
			'apps/reference-pipeline/test/otlp.test.ts > names namespace, product and mode on every span of a run',
			'apps/reference-pipeline/test/otlp.test.ts > has no exporter where nothing is configured',
		],
	},
	'S1-4': {
		title: '`/health` with the state of dependencies, `/ready` and `/live`',
		kinds: ['F'],
		scope: 'IN',
		proof: [
			'packages/telemetry-sdk/test/health-server/serving.test.ts > says how telemetry and the parts of the application are',
			'packages/telemetry-sdk/test/health-server/serving.test.ts > that is bad is a 503; readiness is what the application says, and never its dependencies',
			'apps/observatory/test/routes/answers.test.ts > says how it is',
			'apps/observatory/test/server/store-away.test.ts > is there all the same, and says what is wrong',
		],
	},
	'S1-5': {
		title: 'Structured JSON logs with the correlation id',
		kinds: ['F'],
		scope: 'IN',
		proof: [
			'packages/telemetry-sdk/test/logs/module-logs.test.ts > has its fields, and everything else flat beside them',
			'packages/telemetry-sdk/test/logs/module-logs.test.ts > is one valid line for anything that is logged',
		],
	},
	'S1-6': {
		title: 'At least 30 unit and 20 integration cases, over 90 % covered',
		kinds: ['O'],
		scope: 'IN',
		proof: ['tooling/checks/test/coverage.test.ts > is held at 90 % of all packages, branches included'],
	},
	'S1-7': {
		title: 'Less than 2 % more latency',
		kinds: ['P'],
		scope: 'IN',
		note: 'in the profile for production',
		proof: 'later',
	},
	'S1-8': {
		title: 'Modules can call the hooks, wrappers work with asynchronous functions',
		kinds: ['F'],
		scope: 'IN',
		proof: [
			'packages/telemetry-core/test/instrumentation/providers.test.ts > the contract of instrumentations holds for every kind of place',
			'packages/telemetry-core/test/instrumentation/record-call.test.ts > ends the stage when the promise settles, and returns that promise',
			'packages/telemetry-core/test/instrumentation/patching.test.ts > gives plain wrappers for modules without classes, by the names of the binding',
		],
	},
	'S1-9': {
		title: 'Health checks and logging do not hold up processing',
		kinds: ['P'],
		scope: 'IN',
		proof: [
			'packages/telemetry-sdk/test/health-server/health-checks.test.ts > has its time, and no more',
			'packages/telemetry-sdk/test/health-server/health-checks.test.ts > is asked once, however many ask in a second',
			'packages/telemetry-sdk/test/logs/module-logs.test.ts > may break: the module does not notice, and the loss is counted',
		],
	},
	'S1-10': { title: 'Every part can be left out and costs nothing then', kinds: ['F'], scope: 'IN', proof: 'later' },
	'S1-11': {
		title: 'A set-up that fails never stops the application',
		kinds: ['F'],
		scope: 'IN',
		proof: [
			'packages/telemetry-sdk/test/provider/register.test.ts > is on before the program is loaded, off by default, and no mistake stops the program',
			'packages/telemetry-sdk/test/provider/manifest.test.ts > that is wrong leaves telemetry off, with one message, and the application runs',
		],
	},
	'S1-12': {
		title:
			'Recording a metric takes less than 0.01 ms, an attribute 0.1 ms, a span 0.5 ms; export in batches about every 5 s',
		kinds: ['P'],
		scope: 'IN',
		proof: 'later',
	},
	'S1-13': {
		title: 'About 10 KB of memory per 1000 label sets, no labels without bound',
		kinds: ['P'],
		scope: 'IN',
		proof: 'later',
	},
	'S1-14': {
		title: 'One trace in ten is kept, and every error and slow one',
		kinds: ['F'],
		scope: 'IN',
		proof: [
			'apps/reference-pipeline/test/kept.test.ts > every failed and every slow record has its whole trace in %s',
			'packages/telemetry-sdk/test/recorder/keeping.test.ts > samples consistently: by the trace id alone, and says at which threshold',
		],
	},
	'S1-15': {
		title: 'Metrics of errors, quality, retries, dead letters, work in progress, consumer and connections',
		kinds: ['F'],
		scope: 'IN',
		proof: [
			'packages/instrumentation-alpha/test/signals.test.ts > reads the depths and states of a running module',
			'packages/instrumentation-alpha/test/records.test.ts > counts exactly, sampled or not',
			'packages/instrumentation-beta/test/signals.test.ts > compares the score with that of validation, and tells violated thresholds',
			'packages/instrumentation-gamma/test/records.test.ts > shows each attempt and the pause before the next; success leaves the delivery unset',
			'packages/instrumentation-gamma/test/records.test.ts > counts exactly',
		],
	},
};
