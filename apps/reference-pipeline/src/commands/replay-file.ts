import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type FieldValue, type QueueEntry, toPlain } from '@pipeline/model';

interface Item {
	readonly fields?: Readonly<Record<string, FieldValue>>;
	readonly originalFields?: Readonly<Record<string, FieldValue>>;
	readonly rawBytes?: Uint8Array;
}

/** The records of queue entries as a file that a run reads. @returns its path */
export function replayFile(out: string, entries: readonly QueueEntry[]): string {
	const folder = join(resolve(out), 'replays');
	mkdirSync(folder, { recursive: true });
	const path = join(folder, `${entries[0]?.entryId ?? 'none'}.ndjson`);
	writeFileSync(path, entries.map(({ item }) => `${lineOf(item as Item)}\n`).join(''));
	return path;
}

function lineOf({ fields, originalFields, rawBytes }: Item): string {
	const known = fields ?? originalFields;
	if (known === undefined)
		return Buffer.from(rawBytes ?? [])
			.toString('utf8')
			.replaceAll('\n', ' ');
	return JSON.stringify(
		Object.fromEntries(Object.entries(known).map(([name, value]) => [name, toPlain(value)])),
		(_key, value) => (typeof value === 'bigint' ? value.toString() : value),
	);
}
