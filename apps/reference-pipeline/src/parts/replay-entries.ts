import { ConfigError, QueueError } from '@pipeline/model';
import type { QueuedEntry, ReplayRequest } from '../run/run-options.ts';
import type { StageReport } from './stage.ts';

/** What an entry is replayed with. */
export type ReplayOne = (entry: QueuedEntry, operator: string, justification: string) => unknown;

/** Replays the entries of the files that `isOwn`; those that the module refuses stay where they are, and are told. */
export async function replayEntries(
	{ entries, operator, justification }: ReplayRequest,
	isOwn: (file: string) => boolean,
	replay: ReplayOne,
	report: StageReport,
): Promise<void> {
	const one = async (entry: QueuedEntry) => {
		try {
			await replay(entry, operator, justification);
			report.replayed?.(entry.subject);
		} catch (error) {
			if (!(error instanceof QueueError || error instanceof ConfigError)) throw error;
			report.notReplayed?.(entry.entryId, error.message);
		}
	};
	await Promise.all(entries.filter(({ file }) => isOwn(file)).map(one));
}
