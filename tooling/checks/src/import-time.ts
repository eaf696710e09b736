import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const RUNS = 7;

/** How long loading telemetry takes in a fresh process, beyond loading the base class that any instrumentation needs. */
export interface ImportTime {
	readonly instrumentation: string;
	readonly baseMs: number;
	readonly addedMs: number;
}

function median(values: readonly number[]): number {
	return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function importMs(specifiers: readonly string[], cwd: string): number {
	const imports = specifiers.map((specifier) => `await import(${JSON.stringify(specifier)});`).join('');
	const code = `const t = performance.now(); ${imports} console.log(performance.now() - t);`;
	const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', code], { cwd, encoding: 'utf8' });
	return Number(stdout);
}

/**
 * Median of several fresh processes, built core plus one instrumentation against `@opentelemetry/instrumentation`
 * alone. Undefined while either is not built. To be printed, never judged: it depends on the machine.
 */
export function measureImportTime(root: string, instrumentation = 'instrumentation-alpha'): ImportTime | undefined {
	const core = join(root, 'packages/telemetry-core');
	const built = [join(core, 'dist/index.js'), join(root, 'packages', instrumentation, 'dist/index.js')];
	if (!built.every((file) => existsSync(file))) return undefined;
	const urls = built.map((file) => pathToFileURL(file).href);
	const base: number[] = [];
	const all: number[] = [];
	for (let run = 0; run < RUNS; run += 1) {
		base.push(importMs(['@opentelemetry/instrumentation'], core));
		all.push(importMs(['@opentelemetry/instrumentation', ...urls], core));
	}
	return { instrumentation, baseMs: median(base), addedMs: median(all) - median(base) };
}
