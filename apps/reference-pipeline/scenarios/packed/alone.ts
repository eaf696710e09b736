import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Scenario } from '../scenario.ts';
import { NpmProject } from './npm-project.ts';
import type { Packed } from './scenarios.ts';

const REGISTER = '@pipeline/instrumentation-alpha/register';

/** The instrumentation without any SDK: it loads, does nothing, and costs no more than its own files. */
export function aloneScenario(packed: Packed): Scenario {
	return {
		title: 'packed: the instrumentation alone',
		async run(checks) {
			const project = new NpmProject(join(packed.folder, 'alone'));
			const { telemetry, target } = packed.tarballs();
			const installed = project.install(telemetry);
			await checks.check('npm installs it without an SDK', () => {
				assert.equal(installed.status, 0, installed.stderr);
				assert.deepEqual(
					[...project.installed().keys()].filter((path) => path.includes('@opentelemetry/sdk')),
					[],
				);
			});
			checks.note(project.size());
			project.install(target);
			const plain = project.node(['app.mjs']);
			const ways = {
				'ES modules': ['--import', REGISTER, 'app.mjs'],
				CommonJS: ['--require', REGISTER, 'app.cjs'],
			};
			for (const [way, args] of Object.entries(ways)) {
				await checks.check(`${way}: the output is byte-identical, nothing else is said`, () => {
					const ran = project.node(args);
					assert.deepEqual(ran, plain);
					assert.ok(ran.stdout.includes('"handedOff": 3'));
				});
			}
		},
	};
}
