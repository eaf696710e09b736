import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Checks, Scenario } from '../scenario.ts';
import { aloneScenario } from './alone.ts';
import { duplicateApiScenario } from './duplicate-api.ts';
import type { OpenTelemetryLine } from './opentelemetry-lines.ts';
import { packTarballs, type Tarballs } from './tarballs.ts';
import { teamScenario } from './team.ts';

/** What all scenarios on packed packages share: one folder, packed once. */
export interface Packed {
	readonly folder: string;
	readonly tarballs: () => Tarballs;
}

/** The packages as a team installs them: from tarballs, with npm, outside the workspace, beside the SDK that it already has. */
export function packedScenarios(lines: readonly OpenTelemetryLine[]): readonly Scenario[] {
	const folder = mkdtempSync(join(tmpdir(), 'pipeline-scenarios-'));
	let tarballs: Tarballs | undefined;
	const packed: Packed = {
		folder,
		tarballs() {
			tarballs ??= packTarballs(folder);
			return tarballs;
		},
	};
	return [
		...lines.map((line) => teamScenario(packed, line)),
		aloneScenario(packed),
		...lines.filter(({ name }) => name === '2.x').map((line) => duplicateApiScenario(packed, line)),
		cleanUp(folder),
	];
}

function cleanUp(folder: string): Scenario {
	return {
		title: 'packed: clean-up',
		run(checks: Checks) {
			if (checks.failed > 0) checks.note(`projects are left in ${folder}`);
			else rmSync(folder, { recursive: true, force: true });
		},
	};
}
