import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { type AlphaBinding, AlphaInstrumentation } from '@pipeline/instrumentation-alpha';
import { byTrace, instrumentationContract, renderTree, type SpanView, traceFaults } from '@pipeline/telemetry-testing';
import type { Checks } from '../scenario.ts';

const MAX_LINES = 20;

/** A binding is short: everything in its file but imports and blank lines. */
export async function checkLength(checks: Checks, file: string): Promise<void> {
	const text = readFileSync(new URL(`bindings/${file}`, import.meta.url), 'utf8');
	const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('import '));
	await checks.check(`the binding has ${lines.length} lines, at most ${MAX_LINES}`, () =>
		assert.ok(lines.length <= MAX_LINES),
	);
}

/** What every instrumentation promises, on this binding. */
export async function checkContract(checks: Checks, binding: AlphaBinding): Promise<void> {
	const cases = instrumentationContract({ create: (config) => new AlphaInstrumentation({ ...config, binding }) });
	await checks.check(`the contract suite passes, ${cases.length} cases`, async () => {
		const failures: string[] = [];
		for (const { name, run } of cases) {
			try {
				await run();
			} catch (error) {
				failures.push(`${name}: ${String(error)}`);
			}
		}
		assert.deepEqual(failures, []);
	});
}

/** Each record's spans hang together, and look like one of the expected trees, which are told by how many records have them. */
export function assertTraces(spans: readonly SpanView[], expected: Readonly<Record<string, number>>): void {
	const trees = new Map<string, number>();
	for (const trace of byTrace(spans).values()) {
		assert.deepEqual(traceFaults(trace), []);
		const tree = renderTree(trace).replaceAll(/\n */g, (indent) => ` ${'>'.repeat((indent.length - 1) / 2)} `);
		trees.set(tree, (trees.get(tree) ?? 0) + 1);
	}
	assert.deepEqual(Object.fromEntries(trees), expected);
}
