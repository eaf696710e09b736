import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { verifySpool } from '../../src/spool/verify-spool.ts';
import { accept, HttpSink, hang } from '../export/http-sink.ts';

/** Five seconds of the provider, and what a busy machine needs to start and to end. */
const BOUND_MS = 15_000;
const RECORDS = 300;
const PROGRAM = `
import { ENTRY_STAGE, StageStatus, telemetry } from '@pipeline/telemetry-core';
import { event, span } from '@pipeline/telemetry-core/alpha';
const { tracer } = telemetry;
for (let number = 0; number < ${RECORDS}; number++) {
	const journal = tracer.begin(span['alpha.record.ingest'], {});
	tracer.exit(journal, ENTRY_STAGE, StageStatus.ERROR);
	tracer.finish(journal, ENTRY_STAGE, 'DELIVERED', event['pipeline.alpha.trace.trace.completed']);
}
console.log('done');
`;
const WAITS = 'setInterval(() => {}, 1_000);';

interface Started {
	readonly child: ChildProcess;
	readonly spool: string;
	readonly stderr: Promise<string>;
}

/** A program with telemetry as the environment says, and nothing of telemetry in it. */
function start(endpoint: string, program: string, env: Readonly<Record<string, string>> = {}): Started {
	const spool = mkdtempSync(join(tmpdir(), 'ending-'));
	onTestFinished(() => rmSync(spool, { recursive: true, force: true }));
	const child = spawn(
		process.execPath,
		[
			'--conditions=@pipeline/source',
			...(env['NODE_OPTIONS'] === undefined ? ['--import', '@pipeline/telemetry-sdk/register'] : []),
			'--input-type=module',
			'-e',
			program,
		],
		{
			cwd: new URL('../..', import.meta.url),
			env: {
				PATH: process.env['PATH'],
				TELEMETRY_PROFILE: 'prod',
				AUDIT_PATH: spool,
				OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
				// Nothing but a signal ends a request that waits for its answer.
				OTEL_EXPORTER_OTLP_TIMEOUT: '1000',
				...env,
			},
			stdio: ['ignore', 'pipe', 'pipe'],
		},
	);
	onTestFinished(() => void child.kill('SIGKILL'));
	return { child, spool, stderr: text(child.stderr!) };
}

/** @returns the code or signal that the process ended with, or that it did not */
async function end(child: ChildProcess): Promise<number | string> {
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<['still there']>((resolve) => {
		timer = setTimeout(resolve, BOUND_MS, ['still there']);
	});
	const [code, signal] = (await Promise.race([once(child, 'exit'), late])) as [number | string | null, string | null];
	clearTimeout(timer);
	return code ?? signal ?? '';
}

async function sinkThat(answers: boolean): Promise<HttpSink> {
	const sink = await HttpSink.start(Array.from({ length: 1_000 }, () => (answers ? accept : hang)));
	onTestFinished(() => sink.close());
	return sink;
}

describe.each([
	['accepts', true],
	['hangs', false],
])('with telemetry registered and an endpoint that %s, a process', (_, answers) => {
	it.each(['SIGTERM', 'SIGINT'] as const)('that gets %s ends with it in time, its audit whole', async (signal) => {
		const sink = await sinkThat(answers);
		const { child, spool, stderr } = start(sink.origin, `${PROGRAM}${WAITS}`);
		await once(child.stdout!, 'data');
		child.kill(signal);
		expect(await end(child)).toBe(signal);
		expect(await stderr).toBe('');
		expect(await verifySpool(spool)).toMatchObject([{ isIntact: true, isClosed: true, entries: RECORDS }]);
		if (answers)
			expect(new Set(sink.received.map(({ path }) => path))).toEqual(
				new Set(['/v1/logs', '/v1/metrics', '/v1/traces']),
			);
	});

	it('that has nothing more to do ends by itself', async () => {
		const sink = await sinkThat(answers);
		const { child, spool, stderr } = start(sink.origin, PROGRAM);
		expect(await end(child)).toBe(0);
		expect(await stderr).toBe('');
		expect(await verifySpool(spool)).toMatchObject([{ isIntact: true, isClosed: true, entries: RECORDS }]);
	});
});

describe('a process that ends without a word', () => {
	it.each([
		['process.exit', 'process.exit(3);', 3],
		['an error that nobody caught', `throw new Error('broken');`, 1],
		['a promise that nobody caught', `await Promise.reject(new Error('broken'));`, 1],
	])('by %s has all its records in its audit', async (_, ending, code) => {
		const sink = await sinkThat(true);
		const { child, spool } = start(
			sink.origin,
			`await new Promise((go) => setTimeout(go, 1_000)); ${PROGRAM}${ending}`,
		);
		expect(await end(child)).toBe(code);
		expect(await verifySpool(spool)).toMatchObject([{ isIntact: true, isClosed: false, entries: RECORDS }]);
	});
});

describe('the thread of the audit spool', () => {
	it.each([
		['the command line', {}],
		['NODE_OPTIONS', { NODE_OPTIONS: '--import @pipeline/telemetry-sdk/register' }],
	])('does not switch telemetry on anew when it is registered by %s', async (_, env) => {
		const sink = await sinkThat(true);
		const { child, spool } = start(sink.origin, `${PROGRAM}setTimeout(() => {}, 2_000);`, env);
		expect(await end(child)).toBe(0);
		expect(readdirSync(spool)).toHaveLength(1);
	});
});
