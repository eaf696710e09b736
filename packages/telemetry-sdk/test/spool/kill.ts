import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const WRITER = fileURLToPath(new URL('./killed-writer.ts', import.meta.url));

/** Kills a process some time after the first entries are durable. @returns the number of entries that it called durable before it was gone */
export async function killWriter(spool: string, afterMs: number): Promise<number> {
	const args = ['--conditions=@pipeline/source', WRITER, spool];
	const writer: ChildProcess = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
	let durable = 0;
	const exited = once(writer, 'close');
	const began = Promise.withResolvers<void>();
	createInterface({ input: writer.stdout! }).on('line', (line) => {
		durable = Number(line);
		began.resolve();
	});
	await Promise.race([began.promise, exited]);
	setTimeout(() => writer.kill('SIGKILL'), afterMs);
	await exited;
	return durable;
}
