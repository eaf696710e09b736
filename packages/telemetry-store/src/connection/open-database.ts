import type { StoreDatabase } from './store-database.ts';
import { StoreError } from './store-error.ts';

/** The folder of a database of one's own: one process at a time has it open. */
export interface EmbeddedTarget {
	readonly path: string;
	/** Queries that may run at the same time. @default 2 */
	readonly connections?: number;
	/** @default 'telemetry' */
	readonly database?: string;
}

/** A ClickHouse server, or a cluster behind it. */
export interface ServerTarget {
	/** `http://` or `https://`. */
	readonly url: string;
	readonly username?: string;
	readonly password?: string;
	/** @default 'telemetry' */
	readonly database?: string;
	/** Tables are spread over it. */
	readonly cluster?: string;
	/** Queries that may run at the same time. @default 4 */
	readonly connections?: number;
}

export type StoreTarget = EmbeddedTarget | ServerTarget;

const DEFAULT_NAME = 'telemetry';
const NAME = /^[a-zA-Z_][a-zA-Z0-9_]{0,63}$/;

/**
 * Opens a database; does not change it: `migrate` does.
 *
 * @throws StoreError `ENGINE_MISSING`, `STORE_LOCKED`, `STORE_UNAVAILABLE`, `ACCESS_DENIED`, `QUERY_INVALID` for names that are none
 */
export async function openDatabase(target: StoreTarget): Promise<StoreDatabase> {
	const name = target.database ?? DEFAULT_NAME;
	checkName('database', name);
	if ('path' in target) {
		const { openEmbedded } = await import('./embedded-database.ts');
		return await openEmbedded(target, name);
	}
	if (target.cluster !== undefined) checkName('cluster', target.cluster);
	const { openServer } = await import('./server-database.ts');
	return await openServer(target, name);
}

function checkName(what: string, name: string): void {
	if (NAME.test(name)) return;
	throw new StoreError('QUERY_INVALID', `The name of a ${what} has letters, digits and _ only, at most 64.`);
}
