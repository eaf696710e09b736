import { cpSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const PREFIX = 'queues-before-replay-';

/**
 * Keeps the queues of a run as they are, beside them, for as long as entries are out of them to be replayed: a process that is killed would take
 * those with it.
 *
 * @returns lets go of the copy, when everything that was taken out has an end
 */
export function keepQueues(out: string): () => void {
	const copy = join(out, `${PREFIX}${Date.now()}-${process.pid}`);
	cpSync(join(out, 'queues'), copy, { recursive: true });
	return () => rmSync(copy, { recursive: true, force: true });
}

/** Copies of replays that did not end, oldest first, or that are still at work. */
export function keptQueues(out: string): readonly string[] {
	const names = readdirSync(out).filter((name) => name.startsWith(PREFIX));
	return names.toSorted().map((name) => join(out, name));
}
