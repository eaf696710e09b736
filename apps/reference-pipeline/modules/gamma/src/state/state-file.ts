import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type DeliveryResult, fromWire, JOURNAL, STAGE, type TransformedRecord, toWire } from '@pipeline/model';
import type { RecordContext } from '../delivery/delivery-progress.ts';

/** A record that was not final when the module stopped. */
export interface SavedRecord {
	readonly record: TransformedRecord;
	readonly context: RecordContext;
	/** Results that were final; those destinations are not tried again. */
	readonly results: readonly DeliveryResult[];
}

/**
 * Records that a stop interrupted. The file stays until the next stop: a crash after a start repeats deliveries rather
 * than lose them.
 */
export class StateFile {
	readonly path: string;

	/** When the loaded file was written, in milliseconds since the Unix epoch; undefined when none was. */
	savedAtMs: number | undefined;

	constructor(path: string) {
		this.path = path;
	}

	/** The saved records; none when there is no file. Throws CodecError or SyntaxError on a file that is not one. */
	load(): SavedRecord[] {
		const text = this.read();
		if (text === undefined) return [];
		const { records, savedAtMs } = fromWire(JSON.parse(text)) as {
			readonly records: readonly SavedRecord[];
			readonly savedAtMs?: number;
		};
		if (typeof savedAtMs === 'number') this.savedAtMs = savedAtMs;
		return records.map(({ record, context, results }) => ({
			record: { ...record, [JOURNAL]: 0, [STAGE]: 0 },
			context,
			results: results.map((result) => ({ ...result, [JOURNAL]: 0, [STAGE]: 0 })),
		}));
	}

	/** Replaces the file; no records, no file. */
	save(records: readonly SavedRecord[], savedAtMs: number): void {
		if (records.length === 0) {
			rmSync(this.path, { force: true });
			return;
		}
		mkdirSync(dirname(this.path), { recursive: true });
		const staged = `${this.path}.staged`;
		writeFileSync(staged, JSON.stringify(toWire({ records, savedAtMs })));
		renameSync(staged, this.path);
	}

	private read(): string | undefined {
		try {
			return readFileSync(this.path, 'utf8');
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
			throw error;
		}
	}
}
