import { open, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { type FileLayout, STAGED_SUFFIX, syncDirectory } from './staged-file.ts';

/**
 * Completes files that a crash left staged: cuts off a torn last record, writes the tail, and renames. Records cut
 * off were never acknowledged.
 */
export async function recoverStagedFiles(directory: string, baseName: string, layout: FileLayout): Promise<string[]> {
	const suffix = `.${layout.extension}${STAGED_SUFFIX}`;
	const names = (await readdir(directory)).filter((name) => name.startsWith(`${baseName}-`) && name.endsWith(suffix));
	for (const name of names.sort()) await recoverFile(directory, name, layout);
	if (names.length > 0) await syncDirectory(directory);
	return names;
}

/** Highest number of the files that exist, 0 when there is none. */
export async function lastFileNumber(directory: string, baseName: string, layout: FileLayout): Promise<number> {
	const numbers = (await readdir(directory))
		.filter((name) => name.startsWith(`${baseName}-`) && name.endsWith(`.${layout.extension}`))
		.map((name) => Number(name.slice(baseName.length + 1, -layout.extension.length - 1)));
	return numbers.reduce((highest, number) => (Number.isInteger(number) && number > highest ? number : highest), 0);
}

async function recoverFile(directory: string, name: string, layout: FileLayout): Promise<void> {
	const staged = join(directory, name);
	const whole = lengthOfWholeRecords(await readFile(staged), layout);
	const handle = await open(staged, 'r+');
	try {
		await handle.truncate(whole);
		const tail = Buffer.from(whole === 0 ? layout.head + layout.tail : layout.tail);
		await handle.write(tail, 0, tail.byteLength, whole);
		await handle.sync();
	} finally {
		await handle.close();
	}
	await rename(staged, join(directory, name.slice(0, -STAGED_SUFFIX.length)));
}

function lengthOfWholeRecords(bytes: Buffer, layout: FileLayout): number {
	if (layout.extension === 'csv') return lengthOfWholeRows(bytes);
	const end = bytes.lastIndexOf('\n') + 1;
	// The tail may have been written before the crash; it is cut here and written again.
	const tail = Buffer.from(layout.tail);
	const hasTail = tail.byteLength > 0 && bytes.subarray(0, end).subarray(-tail.byteLength).equals(tail);
	return hasTail && end - tail.byteLength >= layout.head.length ? end - tail.byteLength : end;
}

// A quoted cell may hold line ends, so only a CSV reader knows where a row ends.
function lengthOfWholeRows(bytes: Buffer): number {
	let whole = 0;
	const onRecord = (_row: unknown, { bytes: end }: { readonly bytes: number }): null => {
		if (bytes[end - 1] === 0x0a) whole = end;
		return null;
	};
	try {
		parse(bytes, { relax_column_count: true, on_record: onRecord });
	} catch {
		// An unclosed quote: the rows before it are whole.
	}
	return whole;
}
