import { join } from 'node:path';
import type { EventDef, EventDetail } from '@pipeline/telemetry-core';
import { emitJournalEvents } from '../recorder/event-projection.ts';
import { type EntrySink, expandGroup } from './expand-group.ts';
import { type ReadGroup, SpoolCursor } from './spool-cursor.ts';
import { listProducers } from './spool-directory.ts';
import { SpoolError } from './spool-error.ts';

/** An event out of a spool. */
export interface SpooledEvent {
	readonly producerId: string;
	/** Number of the entry that it was made of. */
	readonly seq: number;
	/** Number of the event among those of its entry, from 0. */
	readonly index: number;
	readonly event: EventDef;
	readonly detail: EventDetail;
}

/**
 * Every event of a spool: of one producer after the other, in the order in which its entries were written. What stands behind damage is
 * read as far as it makes sense; whether there is any, `verifySpool` says. A producer with a segment that cannot be read at all, or not by this
 * version, is read up to there, and does not keep the others.
 *
 * Tenants, persons and keys that are shown as hashes elsewhere are as they stand on disk, most of them as they are.
 *
 * @throws SpoolError when the directory cannot be read; behind the last event, when a segment could not be
 */
export async function* readSpool(spool: string): AsyncGenerator<SpooledEvent> {
	let failure: SpoolError | undefined;
	for (const producerId of await listProducers(spool)) {
		const cursor = new SpoolCursor(join(spool, producerId));
		try {
			for (let read = await cursor.next(); read !== undefined; read = await cursor.next())
				yield* eventsOf(producerId, read);
		} catch (error) {
			if (!(error instanceof SpoolError)) throw error;
			failure ??= error;
		} finally {
			await cursor.close();
		}
	}
	if (failure !== undefined) throw failure;
}

function eventsOf(producerId: string, read: ReadGroup): readonly SpooledEvent[] {
	const events: SpooledEvent[] = [];
	let seq = 0;
	let index = 0;
	const collect = {
		emit: (event: EventDef, detail: EventDetail) =>
			void events.push({ producerId, seq, index: index++, event, detail }),
	};
	const journal: EntrySink['journal'] = (words, at, context) => emitJournalEvents(collect, words, at, context);
	expandGroup(read, { ...collect, journal }, (entry) => {
		seq = entry;
		index = 0;
	});
	return events;
}
