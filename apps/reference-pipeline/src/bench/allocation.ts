import { fork } from 'node:child_process';
import { once } from 'node:events';
import { BenchProcessError, median } from '@pipeline/bench';
import { entryFile } from './entry-file.ts';

/**
 * Bytes that an unsampled record allocates through the journal API: median of fresh processes. In about one of eight the compiler leaves a number
 * of the clock on the heap, 16 bytes, for as long as the process lives.
 *
 * @throws BenchProcessError
 */
export async function measureAllocation(processes: number): Promise<number> {
	const bytes: number[] = [];
	for (let each = 0; each < processes; each++) bytes.push(await bytesInProcess());
	return median(bytes);
}

async function bytesInProcess(): Promise<number> {
	const child = fork(entryFile(new URL('./allocation-process.ts', import.meta.url)), {
		stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
	});
	let bytes: number | undefined;
	child.on('message', (message) => {
		bytes = message as number;
	});
	const [exitCode] = (await once(child, 'exit')) as [number | null];
	if (bytes === undefined || exitCode !== 0) throw new BenchProcessError(exitCode);
	return bytes;
}
