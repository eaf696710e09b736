import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import type { Scenario } from '../scenario.ts';
import { NpmProject } from './npm-project.ts';
import type { OpenTelemetryLine } from './opentelemetry-lines.ts';
import type { Packed } from './scenarios.ts';

const API = 'node_modules/@opentelemetry/api';
const WARNING = /PIPELINE_DUPLICATE_API.*two copies of @opentelemetry\/api/;

/** A newer second copy of the API cannot see the SDK: without a word, nothing would be traced. */
export function duplicateApiScenario(packed: Packed, line: OpenTelemetryLine): Scenario {
	return {
		title: 'packed: two copies of the API',
		async run(checks) {
			const project = new NpmProject(join(packed.folder, `team-${line.name}`));
			const newer = new NpmProject(join(packed.folder, 'newer-api'));
			newer.install(['@opentelemetry/api@1.10.0']);
			cpSync(join(newer.folder, API), join(project.folder, 'node_modules/@pipeline/telemetry-core', API), {
				recursive: true,
			});
			const env = { OPENTELEMETRY_LINE: line.name, TELEMETRY_OUT: join(project.folder, 'telemetry.json') };
			const plain = project.node(['app.mjs']);
			const register = '@pipeline/instrumentation-alpha/register';
			const orders = {
				'SDK first': ['--import', './sdk.cjs', '--import', register, 'app.mjs'],
				'SDK last': ['--import', register, '--import', './sdk.cjs', 'app.mjs'],
			};
			for (const [order, args] of Object.entries(orders)) {
				await checks.check(`${order}: says so once, and the output is byte-identical`, () => {
					const ran = project.node(args, env);
					assert.equal(ran.stdout, plain.stdout);
					assert.equal(ran.stderr.match(new RegExp(WARNING, 'g'))?.length, 1, ran.stderr);
				});
			}
		},
	};
}
