import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Checks, Scenario } from '../scenario.ts';
import { NpmProject } from './npm-project.ts';
import type { OpenTelemetryLine } from './opentelemetry-lines.ts';
import type { Packed } from './scenarios.ts';
import { countSpans, orphans, readTelemetry } from './telemetry-file.ts';

const REGISTER = '@pipeline/instrumentation-alpha/register';

/** Every way in which a team may switch the instrumentation on. */
const WAYS: Readonly<Record<string, readonly string[]>> = {
	'ES modules by hook, SDK first': ['--import', './sdk.cjs', '--import', REGISTER, 'app.mjs'],
	'ES modules by hook, SDK last': ['--import', REGISTER, '--import', './sdk.cjs', 'app.mjs'],
	'CommonJS by hook': ['--require', REGISTER, '--require', './sdk.cjs', 'app.cjs'],
	'ES modules, given to NodeSDK': ['--import', './sdk-instrumented.mjs', 'app.mjs'],
	'CommonJS, given to NodeSDK': ['--require', './sdk-instrumented.cjs', 'app.cjs'],
};

// Five records: three reach the next module, one cannot be parsed, one breaks a rule.
const SPANS = {
	'alpha.adapter.acknowledge': 1,
	'alpha.adapter.fetch': 2,
	'alpha.batch.assemble': 1,
	'alpha.batch.ingest': 2,
	'alpha.buffer.wait': 3,
	'alpha.connection.connect': 1,
	'alpha.connection.disconnect': 1,
	'alpha.error_queue.enqueue': 2,
	'alpha.handoff.send': 3,
	'alpha.parser.parse': 5,
	'alpha.record.ingest': 5,
	'alpha.validation.validate': 4,
};

/** A team that has an SDK of this line adds the instrumentation. */
export function teamScenario(packed: Packed, line: OpenTelemetryLine): Scenario {
	return {
		title: `packed: beside the ${line.name} SDK`,
		async run(checks) {
			const project = new NpmProject(join(packed.folder, `team-${line.name}`));
			await installBesideSdk(checks, packed, line, project);
			const env = { OPENTELEMETRY_LINE: line.name, TELEMETRY_OUT: join(project.folder, 'telemetry.json') };
			const plain = project.node(['app.mjs']);
			for (const [way, args] of Object.entries(WAYS)) {
				const ran = project.node(args, env);
				await checks.check(`${way}: the module's output is byte-identical`, () => {
					assert.equal(ran.stderr, '');
					assert.ok(plain.stdout.length > 0);
					assert.equal(ran.stdout, plain.stdout);
				});
				await checks.check(
					`${way}: record spans, batch spans and audit entries are exported, no parent is missing`,
					() => {
						const telemetry = readTelemetry(env.TELEMETRY_OUT);
						const audits = telemetry.logs.filter(({ eventName }) => eventName.endsWith('.record_ingested'));
						assert.deepEqual(countSpans(telemetry), SPANS);
						assert.deepEqual(orphans(telemetry), []);
						assert.equal(audits.length, 4);
					},
				);
			}
			await checks.check('the start-up report says what is followed', () => {
				const { stdout } = project.node(WAYS['ES modules by hook, SDK first'] ?? [], {
					...env,
					OTEL_LOG_LEVEL: 'info',
				});
				assert.match(stdout, /@pipeline\/alpha: 16 operations followed/);
				assert.doesNotMatch(stdout, /not bound/);
			});
		},
	};
}

async function installBesideSdk(
	checks: Checks,
	packed: Packed,
	line: OpenTelemetryLine,
	project: NpmProject,
): Promise<void> {
	const { telemetry, target } = packed.tarballs();
	const sdk = Object.entries(line.dependencies).map(([name, range]) => `${name}@${range}`);
	project.install([...target, ...sdk]);
	const before = project.size();
	const added = project.install(telemetry);
	await checks.check('npm finds no conflict, and there is one copy each of the API and the base class', () => {
		assert.equal(added.status, 0, added.stderr);
		assert.doesNotMatch(added.stderr, /ERESOLVE|peer/);
		assert.equal(project.versionsOf('@opentelemetry/api').length, 1);
		assert.equal(project.versionsOf('@opentelemetry/instrumentation').length, 1);
	});
	checks.note(`${before} before, ${project.size()} after`);
}
