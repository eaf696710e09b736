import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('append-until-killed.ts', import.meta.url));

/** What a process said before it was killed. */
export interface Killed {
	/** It found entries that were stored and not sealed. */
	readonly hasSealed: boolean;
	/** Watermark when it began. */
	readonly durable: number;
	/** Last number that it was told is stored. */
	readonly acknowledged: number;
}

/** Acknowledgments before a process is killed, two or more: the time between them says how long one takes. */
export const randomParts = () => 2 + Math.floor(Math.random() * 3);

/** Starts a process that appends, and kills it in the middle of an append: while rows, block or watermark are written, or before or after. */
export async function killAppending(path: string, acknowledged: number, parts: number): Promise<Killed> {
	const flags = ['--conditions=@pipeline/source', '--disable-warning=ExperimentalWarning'];
	const args = [...flags, SCRIPT, path, String(acknowledged)];
	const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
	const ended = once(child, 'exit');
	let killed: Killed = { hasSealed: false, durable: 0, acknowledged };
	let [count, lastMs] = [0, 0];
	for await (const line of createInterface({ input: child.stdout })) {
		const [what = '', number] = line.split(' ');
		if (what === 'sealed') killed = { ...killed, hasSealed: true };
		if (what === 'durable') killed = { ...killed, durable: Number(number) };
		if (what !== 'acknowledged') continue;
		killed = { ...killed, acknowledged: Number(number) };
		const nowMs = performance.now();
		count++;
		if (count === parts) void setTimeout(Math.random() * (nowMs - lastMs)).then(() => child.kill('SIGKILL'));
		lastMs = nowMs;
	}
	await ended;
	return killed;
}
