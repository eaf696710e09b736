import { readFile, stat } from 'node:fs/promises';
import { extname } from 'node:path';
import {
	type ComponentHealth,
	ConfigError,
	type DataClassification,
	type EnrichmentRequest,
	type EnrichmentSource,
	type Fields,
	fromPlain,
	type Runtime,
} from '@pipeline/model';
import { parse } from 'csv-parse/sync';
import type { LookupTable } from './lookup-tables.ts';

/** Largest file that is read into a table, in bytes. */
export const MAX_TABLE_FILE_BYTES = 256 * 1024 * 1024;

/** What a table needs to know about its rows. */
export interface TableSourceOptions {
	readonly sourceId: string;
	/** Column that holds the key; of rows with equal keys the last one counts. */
	readonly keyField: string;
	readonly kind?: 'DATABASE' | 'CACHE';
	/** @default INTERNAL */
	readonly classification?: DataClassification;
	readonly authorizationRef?: string;
	readonly runtime: Pick<Runtime, 'timestamp'>;
}

/** A table held in memory. Answers enrichment lookups and lookup rules. */
export class TableSource implements EnrichmentSource, LookupTable {
	readonly sourceId: string;
	readonly kind: 'DATABASE' | 'CACHE';
	readonly classification: DataClassification;
	readonly authorizationRef: string;
	readonly #runtime: Pick<Runtime, 'timestamp'>;
	readonly #rows = new Map<string, Fields>();

	/** @param rows plain objects; rows without a key are left out */
	constructor(rows: Iterable<Readonly<Record<string, unknown>>>, options: TableSourceOptions) {
		this.sourceId = options.sourceId;
		this.kind = options.kind ?? 'DATABASE';
		this.classification = options.classification ?? 'INTERNAL';
		this.authorizationRef = options.authorizationRef ?? 'local';
		this.#runtime = options.runtime;
		for (const row of rows) {
			const key = Object.hasOwn(row, options.keyField) ? row[options.keyField] : undefined;
			if (key !== undefined && key !== null && key !== '') this.#rows.set(String(key), frozenFields(row));
		}
	}

	/**
	 * Reads a JSON file (an array of objects) or a CSV file with a header line, by the name's ending.
	 * @throws ConfigError for another ending, another shape, or a file over {@link MAX_TABLE_FILE_BYTES}
	 */
	static async fromFile(path: string, options: TableSourceOptions): Promise<TableSource> {
		const { size } = await stat(path);
		if (size > MAX_TABLE_FILE_BYTES) throw new ConfigError(path, `a file of at most ${MAX_TABLE_FILE_BYTES} bytes`);
		const text = await readFile(path, 'utf8');
		return new TableSource(rowsOf(text, path), options);
	}

	get rowCount(): number {
		return this.#rows.size;
	}

	row(key: string): Fields | undefined {
		return this.#rows.get(key);
	}

	async lookup(request: EnrichmentRequest): Promise<Fields | undefined> {
		return this.row(request.key);
	}

	async healthCheck(): Promise<ComponentHealth> {
		const message = `${this.#rows.size} rows`;
		return { componentName: this.sourceId, status: 'HEALTHY', message, lastCheck: this.#runtime.timestamp() };
	}
}

function rowsOf(text: string, path: string): Record<string, unknown>[] {
	const format = extname(path).toLowerCase();
	if (format === '.csv') return parse(text, { columns: true, bom: true, skip_empty_lines: true });
	if (format !== '.json') throw new ConfigError(path, 'a .json or .csv file');
	const rows = parsedJson(text, path);
	if (!Array.isArray(rows) || !rows.every((row) => typeof row === 'object' && row !== null)) {
		throw new ConfigError(path, 'a JSON array of objects');
	}
	return rows;
}

function parsedJson(text: string, path: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		throw new ConfigError(path, 'valid JSON');
	}
}

function frozenFields(row: Readonly<Record<string, unknown>>): Fields {
	return Object.freeze(Object.fromEntries(Object.entries(row).map(([name, value]) => [name, fromPlain(value)])));
}
