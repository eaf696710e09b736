import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { hostileFiles } from '../../modules/alpha/test/hostile-files.ts';
import type { Scenario } from '../scenario.ts';
import { runPipeline } from './run-pipeline.ts';

/** What telemetry adds to persisted entries, outside every checksum. */
const TRACE_FIELDS = new Set([
	'trace_id',
	'span_id',
	'parent_span_id',
	'trace_flags',
	'trace_state',
	'baggage',
	'origin_trace_id',
	'origin_span_id',
	'replay_trace_ids',
]);
/** What telemetry writes for itself. */
const AUDIT = 'audit';
const WAYS = [
	['memory', '1'],
	['tcp', '1'],
	['tcp', '3'],
] as const;

/** The same seed gives the same bytes in every file, with and without telemetry, in one process and in three. */
export const byteIdentity: Scenario = {
	title: 'app: outputs are byte-identical with and without telemetry',
	async run(checks) {
		const folder = mkdtempSync(join(tmpdir(), 'pipeline-identity-'));
		try {
			const failing = join(folder, 'input.ndjson');
			writeFailingInput(failing);
			const inputs = { 'reference data': ['--records', '300'], 'failing records': ['--input', failing] };
			for (const [what, args] of Object.entries(inputs)) {
				const plain = await outputOf(folder, [...args, '--profile', 'off']);
				await checks.check(`${what}: there is something to compare`, () => assert.ok(filled(plain) >= 2));
				for (const [transport, processes] of WAYS) {
					const way = ['--transport', transport, '--processes', processes];
					await checks.check(
						`${what}, ${transport}, ${processes} process${processes === '1' ? '' : 'es'}`,
						async () => {
							assert.deepEqual(await outputOf(folder, [...args, ...way, '--profile', 'dev']), plain);
						},
					);
				}
			}
		} finally {
			rmSync(folder, { recursive: true, force: true });
		}
	},
};

/** Every fourth hostile NDJSON file in one: most rows are delivered, some go to the error queue. */
function writeFailingInput(input: string): void {
	const texts = hostileFiles(1).filter(({ name }) => name.endsWith('.ndjson'));
	writeFileSync(
		input,
		Buffer.concat(
			texts.filter((_, at) => at % 4 === 0).map(({ content }) => Buffer.concat([content, Buffer.from('\n')])),
		),
	);
}

function filled(output: ReadonlyMap<string, string>): number {
	return [...output.values()].filter(({ length }) => length > 1_000).length;
}

async function outputOf(folder: string, args: readonly string[]): Promise<ReadonlyMap<string, string>> {
	const out = mkdtempSync(join(folder, 'out-'));
	const { summary } = await runPipeline(['--seed', '1', '--out', out, ...args]);
	assert.equal(summary.records.open, 0);
	const files = readdirSync(out, { recursive: true, encoding: 'utf8' }).map((name) => join(out, name));
	const contents = files
		.filter((file) => !file.startsWith(join(out, AUDIT)) && statSync(file).isFile())
		.map((file) => [relative(out, file), withoutTraceFields(file, readFileSync(file, 'utf8'))] as const);
	rmSync(out, { recursive: true });
	return new Map(contents.sort(([a], [b]) => a.localeCompare(b)));
}

/** Queue files as text without trace fields; other files as they are. */
function withoutTraceFields(file: string, content: string): string {
	if (!file.includes('queues')) return content;
	const lines = content.split('\n').filter((line) => line !== '');
	return lines
		.map((line) =>
			JSON.stringify(JSON.parse(line), (key, value: unknown) => (TRACE_FIELDS.has(key) ? undefined : value)),
		)
		.join('\n');
}
