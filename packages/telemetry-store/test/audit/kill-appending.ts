import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('append-until-killed.ts', import.meta.url));

/** What a process said before it was killed. */
export interface Killed {
	/** Watermark when it began. */
	readonly durable: number;
	/** Last number that it was told is stored. */
	readonly acknowledged: number;
}

/** Starts a process that appends, and kills it some time after it was told so many times that entries are stored. */
export async function killAppending(
	path: string,
	acknowledged: number,
	after: { readonly parts: number; readonly ms: number },
): Promise<Killed> {
	const args = [
		'--conditions=@pipeline/source',
		'--disable-warning=ExperimentalWarning',
		SCRIPT,
		path,
		String(acknowledged),
	];
	const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
	const ended = once(child, 'exit');
	let killed: Killed = { durable: 0, acknowledged };
	let parts = 0;
	for await (const line of createInterface({ input: child.stdout })) {
		const [what, number] = line.split(' ');
		if (what === 'durable') killed = { ...killed, durable: Number(number) };
		else killed = { ...killed, acknowledged: Number(number) };
		if (what === 'acknowledged' && ++parts === after.parts) {
			void setTimeout(after.ms).then(() => child.kill('SIGKILL'));
		}
	}
	await ended;
	return killed;
}

/** Spread over the parts of an append: rows, block, watermark. */
export const randomMoment = () => ({ parts: 1 + Math.floor(Math.random() * 3), ms: Math.random() * 60 });
