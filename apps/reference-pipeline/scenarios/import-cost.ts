import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Scenario } from './scenario.ts';

const RUNS = 15;
const ASKED_MS = 15;
const HERE = dirname(fileURLToPath(import.meta.url));
const CORE = join(HERE, '../../../packages/telemetry-core');
const ALPHA = join(HERE, '../../../packages/instrumentation-alpha');

/** What the packages add to a process's start: built, in fresh processes, the two loads taking turns. Printed, never judged. */
export const importCost: Scenario = {
	title: 'import cost',
	run(checks) {
		const base: number[] = [];
		const all: number[] = [];
		for (let run = 0; run < RUNS; run++) {
			base.push(importMs(CORE, ['@opentelemetry/instrumentation']));
			all.push(importMs(ALPHA, ['@pipeline/telemetry-core', '@pipeline/instrumentation-alpha']));
		}
		const [baseMs, allMs] = [median(base), median(all)];
		const figures = `${baseMs.toFixed(1)} ms alone, ${allMs.toFixed(1)} ms with core and alpha`;
		checks.note(
			`@opentelemetry/instrumentation ${figures}: ${(allMs - baseMs).toFixed(1)} ms more (asked: ${ASKED_MS} ms)`,
		);
	},
};

function importMs(cwd: string, specifiers: readonly string[]): number {
	const imports = specifiers.map((specifier) => `await import(${JSON.stringify(specifier)});`).join('');
	const code = `const t = performance.now(); ${imports} console.log(performance.now() - t);`;
	const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
		cwd,
		encoding: 'utf8',
	});
	if (stdout === '') throw new Error(stderr);
	return Number(stdout);
}

function median(values: readonly number[]): number {
	return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
