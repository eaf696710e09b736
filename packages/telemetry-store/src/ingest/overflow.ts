import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { RowBatch } from './insert-rows.ts';

const NAME = /^(\d{12})\.([a-z_]{1,64})\.([0-9a-f]{64})\.ndjson$/;
const UNFINISHED = '.part';
const DEFAULT_MAX_BYTES = 1_073_741_824;

interface StoredBatch {
	readonly file: string;
	readonly table: string;
	readonly token: string;
	readonly bytes: number;
}

export interface OverflowOptions {
	readonly path: string;
	/** @default 1 GiB */
	readonly maxBytes?: number | undefined;
	/** Batches for other tables are left where they are. */
	readonly isTable: (name: string) => boolean;
}

/** Keeps batches in files while the store is away, in order, also over a restart. */
export class Overflow {
	readonly #options: OverflowOptions;
	#batches: StoredBatch[] | undefined;
	#bytes = 0;
	#next = 1;
	#writing: Promise<unknown> = Promise.resolve();

	constructor(options: OverflowOptions) {
		this.#options = options;
	}

	get batches(): number {
		return this.#batches?.length ?? 0;
	}

	get bytes(): number {
		return this.#bytes;
	}

	/** Finds what an earlier process left. Called once, before anything else. */
	async open(): Promise<void> {
		const { path, isTable } = this.#options;
		await mkdir(path, { recursive: true, mode: 0o700 });
		const batches: StoredBatch[] = [];
		for (const file of (await readdir(path)).sort()) {
			if (file.endsWith(UNFINISHED)) await rm(join(path, file));
			const [, number, table = '', token = ''] = NAME.exec(file) ?? [];
			if (number === undefined) continue;
			this.#next = Number(number) + 1;
			if (!isTable(table)) continue;
			const { size } = await stat(join(path, file));
			batches.push({ file, table, token, bytes: size });
			this.#bytes += size;
		}
		this.#batches = batches;
	}

	/** Resolves when the batch is on disk for good; to false when there is no room for it. */
	put(batch: RowBatch): Promise<boolean> {
		const put = this.#writing.then(() => this.#put(batch));
		this.#writing = put.catch(() => {});
		return put;
	}

	/** Hands all batches over, oldest first; each file goes when `store` has resolved. Stops with what `store` throws. */
	async drain(store: (batch: RowBatch) => Promise<void>): Promise<void> {
		for (let first = this.#batches?.[0]; first !== undefined; first = this.#batches?.[0]) {
			const { file, table, token, bytes } = first;
			const path = join(this.#options.path, file);
			const rows = await readFile(path).catch(ignoreMissing);
			if (rows !== undefined) await store({ table, token, rows });
			await rm(path, { force: true });
			this.#batches?.shift();
			this.#bytes -= bytes;
		}
	}

	async #put({ table, token, rows }: RowBatch): Promise<boolean> {
		const { path, maxBytes = DEFAULT_MAX_BYTES } = this.#options;
		if (this.#bytes + rows.length > maxBytes) return false;
		const file = `${String(this.#next++).padStart(12, '0')}.${table}.${token}.ndjson`;
		const unfinished = join(path, `${file}${UNFINISHED}`);
		await writeDurably(unfinished, rows);
		await rename(unfinished, join(path, file));
		await syncDirectory(path);
		this.#batches?.push({ file, table, token, bytes: rows.length });
		this.#bytes += rows.length;
		return true;
	}
}

/** A file that someone took away is not waited for. */
function ignoreMissing(error: NodeJS.ErrnoException): undefined {
	if (error.code !== 'ENOENT') throw error;
}

async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
	const file = await open(path, 'w', 0o600);
	try {
		await file.writeFile(bytes);
		await file.sync();
	} finally {
		await file.close();
	}
}

/** A new name is only there for good when its folder was written too. */
async function syncDirectory(path: string): Promise<void> {
	const directory = await open(path, 'r');
	try {
		await directory.sync();
	} finally {
		await directory.close();
	}
}
