import { mkdir, readFile, rename, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { listProducers } from './spool-directory.ts';

const FILE = 'owner.json';
/** An owner that has not been heard of for so long is gone, wherever it was. */
const SILENT_AFTER_MS = 600_000;
export const HEARTBEAT_MS = 60_000;

/** Who writes to a producer's directory, or sends from it. */
interface Owner {
	readonly pid: number;
	readonly host: string;
	/** Tells it from a later process with the same id, which is usual in containers. */
	readonly startedAt: number;
}

const ownOwner = (): Owner => ({ pid: process.pid, host: hostname(), startedAt: Math.round(performance.timeOrigin) });

/** Says that this process writes to a producer's directory, or sends from it. */
export async function claimDirectory(directory: string): Promise<void> {
	await mkdir(directory, { recursive: true, mode: 0o700 });
	const path = join(directory, FILE);
	await writeFile(`${path}.${process.pid}`, JSON.stringify(ownOwner()), { mode: 0o600 });
	await rename(`${path}.${process.pid}`, path);
}

/** Says so again, anew where somebody has removed what was said: a directory whose owner is silent is taken over. */
export async function renewClaim(directory: string): Promise<void> {
	const now = new Date();
	await utimes(join(directory, FILE), now, now).catch(() => claimDirectory(directory));
}

/** A producer whose process is gone. */
export interface OrphanedProducer {
	readonly id: string;
	readonly directory: string;
}

/** What processes that are gone have left in a spool. Each is looked at when its turn has come. */
export async function* findOrphans(spool: string, ownId: string): AsyncGenerator<OrphanedProducer> {
	for (const id of await listProducers(spool).catch(() => [])) {
		const directory = join(spool, id);
		if (id !== ownId && !(await isOwned(directory))) yield { id, directory };
	}
}

async function isOwned(directory: string): Promise<boolean> {
	const path = join(directory, FILE);
	try {
		if (Date.now() - (await stat(path)).mtimeMs > SILENT_AFTER_MS) return false;
		const owner = JSON.parse(await readFile(path, 'utf8')) as Owner;
		if (owner.host !== hostname()) return true;
		if (owner.pid === process.pid) return owner.startedAt === Math.round(performance.timeOrigin);
		return isAlive(owner.pid);
	} catch {
		return false;
	}
}

function isAlive(pid: number): boolean {
	if (!Number.isSafeInteger(pid) || pid <= 0) return false;
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		// It lives, and belongs to somebody else.
		return (error as NodeJS.ErrnoException).code === 'EPERM';
	}
}
