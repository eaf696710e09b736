import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Summary } from '../../src/run/summary.ts';

/** The built command line. */
export const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const MEMORY = /Maximum resident set size \(kbytes\): (\d+)/;

export interface PipelineRun {
	readonly summary: Summary;
	readonly exitCode: number;
	/** Peak resident memory of the process in MB; undefined where the tool that measures it is missing. */
	readonly peakMb: number | undefined;
}

/** One `pipeline run` of the built application, with nothing in its environment that would make it export. */
export async function runPipeline(args: readonly string[]): Promise<PipelineRun> {
	const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('OTEL_')));
	const reporter = `process.on('exit', () => process.stderr.write('Maximum resident set size (kbytes): ' + process.resourceUsage().maxRSS + '\\n'))`;
	const preload = `--import=data:text/javascript,${encodeURIComponent(reporter)}`;
	const child = spawn(process.execPath, [preload, CLI, 'run', '--json', ...args], {
		env,
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	const [out, errors, [exitCode]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
	const line = out.trimEnd().split('\n').at(-1) ?? '';
	if (line === '') throw new Error(`no summary: ${errors}`);
	const peaks = [...errors.matchAll(new RegExp(MEMORY, 'g'))].map(([, kilobytes]) => Number(kilobytes) / 1024);
	return {
		summary: JSON.parse(line) as Summary,
		exitCode: exitCode as number,
		peakMb: peaks.length === 0 ? undefined : Math.round(Math.max(...peaks)),
	};
}
