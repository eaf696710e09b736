import { glob, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { ConfigError } from '@pipeline/model';
import { csvReader } from './csv-reader.ts';
import { readJson } from './json-reader.ts';
import { readNdjson } from './ndjson-reader.ts';
import { readParquet } from './parquet-reader.ts';
import type { FileReader } from './piece.ts';

export interface FileFormat {
	readonly name: 'JSON' | 'NDJSON' | 'CSV' | 'PARQUET';
	/** MIME type of a single record. */
	readonly contentType: string;
	readonly reader: FileReader;
}

const JSON_TYPE = 'application/json';
const FORMATS: Readonly<Record<string, FileFormat>> = {
	'.json': { name: 'JSON', contentType: JSON_TYPE, reader: readJson },
	'.ndjson': { name: 'NDJSON', contentType: JSON_TYPE, reader: readNdjson },
	'.jsonl': { name: 'NDJSON', contentType: JSON_TYPE, reader: readNdjson },
	'.csv': { name: 'CSV', contentType: 'text/csv', reader: csvReader(',') },
	'.tsv': { name: 'CSV', contentType: 'text/tab-separated-values', reader: csvReader('\t') },
	'.parquet': { name: 'PARQUET', contentType: 'application/vnd.apache.parquet', reader: readParquet },
};

/** Endings that are read; others are passed over in folders. */
export const EXTENSIONS = Object.keys(FORMATS);

export const formatOf = (path: string): FileFormat | undefined => FORMATS[extname(path).toLowerCase()];

/**
 * Files behind paths, folders (recursively) and globs, sorted, each once.
 *
 * @throws ConfigError when an input names nothing that can be read
 */
export async function resolveInputs(inputs: readonly string[]): Promise<string[]> {
	const found = new Set<string>();
	for (const input of inputs) {
		const files = await filesOf(input);
		if (files.length === 0)
			throw new ConfigError('input', `files, folders or globs of ${EXTENSIONS.join(', ')}`, input);
		for (const file of files) found.add(file);
	}
	return [...found].sort();
}

async function filesOf(input: string): Promise<string[]> {
	const info = await stat(input).catch(() => undefined);
	if (info?.isFile()) return formatOf(input) === undefined ? [] : [input];
	const pattern = info?.isDirectory() ? join(input, '**', '*') : input;
	const files: string[] = [];
	for await (const path of glob(pattern)) {
		if (formatOf(path) !== undefined && (await stat(path)).isFile()) files.push(path);
	}
	return files;
}
