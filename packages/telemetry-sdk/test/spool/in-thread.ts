import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ENTRY_STAGE, StageStatus, uuidV7 } from '@pipeline/telemetry-core';
import { attribute, event, span } from '@pipeline/telemetry-core/alpha';
import { item } from '@pipeline/telemetry-testing';
import { onTestFinished } from 'vitest';
import { createFlightRecorder } from '../../src/recorder/flight-recorder.ts';
import { createRedaction } from '../../src/redaction/redaction.ts';
import type { RedactionOptions } from '../../src/redaction/redaction-options.ts';
import { type FilledGroup, GroupWriter, type GroupWriterOptions } from '../../src/spool/group-writer.ts';
import type { FromSpoolThread, SpoolThreadOptions } from '../../src/spool/spool-messages.ts';
import { SpoolThread } from '../../src/spool/spool-thread.ts';

export async function temporaryFolder(): Promise<string> {
	const folder = await mkdtemp(join(tmpdir(), 'spool-'));
	onTestFinished(() => rm(folder, { recursive: true, force: true }));
	return folder;
}

/** Groups of a recorder's receipts, as a process fills them. */
export function filledGroups(
	records: number,
	options: Partial<GroupWriterOptions> = {},
	text = 'a text',
	subject = '',
	idPrefix = 'record-',
): FilledGroup[] {
	const groups: FilledGroup[] = [];
	const writer = new GroupWriter({
		groupBytes: 4_096,
		onGroup: (group) => groups.push(group),
		onFirst: () => {},
		onLost: () => {},
		...options,
	});
	const recorder = createFlightRecorder({
		slots: 16,
		onName: (id, name) => writer.define(id, name),
		identity: { onEpoch: (keys) => writer.epoch(keys) },
		projection: () => ({ record: (words, at) => writer.receipt(words, at), spans: () => {} }),
	});
	for (let number = 0; number < records; number++) {
		const record = item({});
		const journal = recorder.begin(span['alpha.record.ingest'], record);
		recorder.setText(journal, ENTRY_STAGE, attribute['pipeline.record_id'], `${idPrefix}${number}`);
		recorder.setText(journal, ENTRY_STAGE, attribute['pipeline.source_id'], 'file:a');
		if (subject !== '') recorder.setText(journal, ENTRY_STAGE, attribute['pipeline.subject_key'], subject);
		const validate = recorder.lap(journal, span['alpha.validation.validate'], ENTRY_STAGE, StageStatus.UNSET);
		recorder.setText(journal, validate, attribute['pipeline.rule_id'], text);
		recorder.exit(journal, ENTRY_STAGE, StageStatus.UNSET);
		recorder.finish(journal, ENTRY_STAGE, 'DELIVERED', event['pipeline.alpha.trace.trace.completed']);
		recorder.flush();
	}
	writer.close();
	return groups;
}

export interface InThread {
	readonly thread: SpoolThread;
	readonly path: string;
	readonly producerId: string;
	readonly directory: string;
	readonly messages: FromSpoolThread[];
	/** Hands groups over and waits until they are written, or `flush` has given up. @returns whether they are */
	write(groups: readonly FilledGroup[], timeoutMs?: number): Promise<boolean>;
	close(timeoutMs?: number): Promise<boolean>;
}

/** The spool's thread, in this one. */
export async function inThread(
	options: Partial<SpoolThreadOptions> = {},
	redaction: RedactionOptions = {},
): Promise<InThread> {
	const path = options.spool ?? (await temporaryFolder());
	const producerId = options.producerId ?? uuidV7();
	const messages: FromSpoolThread[] = [];
	const answers: ((isDone: boolean) => void)[] = [];
	const thread = new SpoolThread(
		{
			spool: path,
			producerId,
			maxBytes: 2 ** 30,
			retainMs: 0,
			checkpointEveryMs: 3_600_000,
			watermarkEveryMs: 20,
			adoptEveryMs: 3_600_000,
			resource: { attributes: {} },
			written: new SharedArrayBuffer(4),
			registries: [],
			redaction,
			...options,
		},
		{
			redaction: createRedaction(redaction),
			post(message) {
				messages.push(message);
				if (message.kind === 'flushed') answers.shift()?.(message.isDone);
			},
		},
	);
	const ask = (kind: 'flush' | 'close', timeoutMs: number) =>
		new Promise<boolean>((resolve) => {
			answers.push(resolve);
			thread.receive({ kind, request: 0, deadlineMs: Date.now() + timeoutMs });
		});
	await thread.start();
	return {
		thread,
		path,
		producerId,
		directory: join(path, producerId),
		messages,
		write(groups, timeoutMs = 10_000) {
			for (const { buffer, words, entries } of groups) {
				const memory = buffer.bytes.buffer as SharedArrayBuffer;
				thread.receive({ kind: 'group', buffer: buffer.number, memory, words, entries });
			}
			return ask('flush', timeoutMs);
		},
		close: (timeoutMs = 10_000) => ask('close', timeoutMs),
	};
}
