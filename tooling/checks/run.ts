import type { Gate, GateResult } from './src/gate.ts';
import { GATES } from './src/gates.ts';
import { writeGeneratedSections } from './src/generated-sections.ts';
import { lowerRatchet } from './src/ratchet.ts';

const MAX_DETAILS = 60;
const root = new URL('../..', import.meta.url).pathname;
const options = process.argv.slice(2);
const wanted = options.filter((option) => !option.startsWith('--'));

async function judge(gate: Gate): Promise<GateResult> {
	try {
		return await gate.run(root);
	} catch (error) {
		return { ok: false, details: [error instanceof Error ? (error.stack ?? error.message) : String(error)] };
	}
}

function print(name: string, { ok, details, note }: GateResult, seconds: number): void {
	const line = `${ok ? 'ok    ' : 'FAILED'}  ${name.padEnd(36)} ${seconds.toFixed(1).padStart(5)} s`;
	console.log(note === undefined ? line : `${line}  ${note}`);
	if (ok) return;
	for (const detail of details.slice(0, MAX_DETAILS)) console.log(`        ${detail}`);
	if (details.length > MAX_DETAILS) console.log(`        and ${details.length - MAX_DETAILS} more lines`);
}

if (options.includes('--fix')) {
	lowerRatchet(root);
	await writeGeneratedSections(root);
}

const gates = GATES.filter(({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part)));
const failed: string[] = [];
for (const gate of gates) {
	const begin = performance.now();
	const result = await judge(gate);
	print(gate.name, result, (performance.now() - begin) / 1000);
	if (!result.ok) failed.push(gate.name);
}
console.log(failed.length === 0 ? `all ${gates.length} gates ok` : `${failed.length} of ${gates.length} gates failed`);
process.exitCode = failed.length === 0 ? 0 : 1;
