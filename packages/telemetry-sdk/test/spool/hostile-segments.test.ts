import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { event } from '@pipeline/telemetry-core/alpha';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { EventLogEncoder } from '../../src/encoding/event-log-encoder.ts';
import { logsRequestJson } from '../../src/export/otlp-json.ts';
import { isEntry, kindOf } from '../../src/recorder/entries.ts';
import * as Kind from '../../src/recorder/kind.ts';
import { DEFINITION_MASK } from '../../src/recorder/layout.ts';
import { createRedaction } from '../../src/redaction/redaction.ts';
import { expandGroup } from '../../src/spool/expand-group.ts';
import { EntryKind, GROUP, SEGMENT_HEADER_BYTES, segmentName } from '../../src/spool/format.ts';
import { hashGroup } from '../../src/spool/group-chain.ts';
import { groupEntries } from '../../src/spool/group-entries.ts';
import { GroupWriter } from '../../src/spool/group-writer.ts';
import { readSpool } from '../../src/spool/read-spool.ts';
import { spoolCommand } from '../../src/spool/spool-cli.ts';
import { SpoolCursor } from '../../src/spool/spool-cursor.ts';
import { writeSpoolEvent } from '../../src/spool/spool-event.ts';
import { telemetryEventOf } from '../../src/spool/telemetry-event.ts';
import { verifySpool } from '../../src/spool/verify-spool.ts';
import { filledGroups, inThread, temporaryFolder } from './in-thread.ts';

interface LogsRequest {
	readonly resourceLogs: readonly { readonly scopeLogs: readonly { readonly logRecords: readonly unknown[] }[] }[];
}

const RECORDS = 12;
const FILES = ['checkpoints.ndjson', 'owner.json'];
let segment: Buffer;
let producerId: string;
const others = new Map<string, Buffer>();

beforeAll(async () => {
	const path = await mkdtemp(join(tmpdir(), 'spool-'));
	const spool = await inThread({ spool: path });
	await spool.write(filledGroups(RECORDS));
	await spool.write([eventGroup()]);
	await spool.close();
	producerId = spool.producerId;
	segment = await readFile(join(spool.directory, segmentName(1)));
	for (const name of FILES) others.set(name, await readFile(join(spool.directory, name)));
	await rm(path, { recursive: true });
});

function eventGroup() {
	const groups: Parameters<ConstructorParameters<typeof GroupWriter>[0]['onGroup']>[0][] = [];
	const writer = new GroupWriter({ onGroup: (group) => groups.push(group), onFirst: () => {}, onLost: () => {} });
	writer.event(
		writeSpoolEvent(event['pipeline.alpha.trace.trace.completed'], { recordId: 'r', dimensions: { a: 'b' } })!,
	);
	writer.close();
	return groups[0]!;
}

/** A spool with this segment in it. */
async function spoolWith(bytes: Uint8Array): Promise<string> {
	const path = await temporaryFolder();
	await mkdir(join(path, producerId));
	for (const [name, content] of others) await writeFile(join(path, producerId, name), content);
	await writeFile(join(path, producerId, segmentName(1)), bytes);
	return path;
}

/** Reads all of it in every way. @returns events by way: those of `export`, those that are sent */
async function readEverything(path: string): Promise<{ exported: number; sent: number }> {
	let exported = 0;
	for await (const spooled of readSpool(path)) {
		try {
			telemetryEventOf(spooled);
			exported++;
		} catch (error) {
			expect(error).toMatchObject({ code: 'ENTRY_UNREADABLE' });
		}
	}
	const cursor = new SpoolCursor(join(path, producerId));
	const encoder = new EventLogEncoder({
		resource: { attributes: {} },
		redaction: createRedaction(),
		producerId,
		scopeOf: () => ({ name: 'a', version: '1' }),
	});
	for (let read = await cursor.next(); read !== undefined; read = await cursor.next())
		expandGroup(read, encoder, (seq) => encoder.begin({ seq, previous: seq - 1 }));
	await cursor.close();
	let sent = 0;
	for (let request = encoder.take(); request !== undefined; request = encoder.take()) {
		sent += request.records;
		const recordsOf = (logsRequestJson(request.bytes) as LogsRequest).resourceLogs.flatMap(
			({ scopeLogs }) => scopeLogs,
		);
		expect(recordsOf.flatMap(({ logRecords }) => logRecords)).toHaveLength(request.records);
	}
	return { exported, sent };
}

/** Gives every group the hash of its bytes: whoever edits a file can do that. */
function rehash(bytes: Buffer): void {
	for (let at = SEGMENT_HEADER_BYTES; at + 96 <= bytes.length; ) {
		const length = bytes.readUInt32LE(at + GROUP.BYTES);
		if (length < 96 || at + length > bytes.length) return;
		const group = bytes.subarray(at, at + length);
		hashGroup(group).copy(group, GROUP.HASH);
		at += length;
	}
}

/** Words that mean something to somebody: ends, signs, doubles that are none. */
const WORDS = [
	0, 1, 0x7fffffff, 0x80000000, 0xffffffff, 0x7ff00000, 0x7ff80000, 0xfff00000, 0x43400000, 0x3ffff, 0xffff0000,
];

const edits = fc.array(
	fc.record({
		at: fc.nat(),
		with: fc.oneof(
			fc.nat(7).map((bit) => ({ bit })),
			fc.constantFrom(...WORDS).map((word) => ({ word })),
		),
	}),
	{ minLength: 1, maxLength: 12 },
);

describe('a segment that somebody has changed', () => {
	it('can be read and sent whatever stands in it', async () => {
		await fc.assert(
			fc.asyncProperty(edits, fc.boolean(), async (all, isRehashed) => {
				const bytes = Buffer.from(segment);
				for (const { at, with: value } of all) {
					const place = SEGMENT_HEADER_BYTES + (at % (bytes.length - SEGMENT_HEADER_BYTES));
					if ('bit' in value) bytes[place] = bytes[place]! ^ (1 << value.bit);
					else bytes.writeUInt32LE(value.word, place & ~3);
				}
				if (isRehashed) rehash(bytes);
				await readEverything(await spoolWith(bytes));
			}),
			{ numRuns: 60 },
		);
	});

	it('is found, whichever bit it is', async () => {
		const unfound: number[] = [];
		for (let at = 0; at < SEGMENT_HEADER_BYTES; at++) {
			const bytes = Buffer.from(segment);
			bytes[at] = bytes[at]! ^ (1 << (at % 8));
			const [report] = await verifySpool(await spoolWith(bytes));
			if (report?.isIntact !== false) unfound.push(at);
		}
		// When it was begun: nothing is made of it.
		expect(unfound).toEqual([40, 41, 42, 43, 44, 45, 46, 47]);
	});

	it('is no segment when it is a pipe, a folder, or of another version: all others are read', async () => {
		const later = Buffer.from(segment);
		later.writeUInt32LE(2, 8);
		for (const put of [
			(path: string) => execFileSync('mkfifo', [path]),
			(path: string) => mkdir(path),
			(path: string) => writeFile(path, later),
		]) {
			const path = await spoolWith(segment);
			const other = '00000000-0000-7000-8000-000000000000';
			await mkdir(join(path, other));
			await put(join(path, other, segmentName(1)));
			const [report] = await verifySpool(path);
			expect(report?.findings).toMatchObject([{ kind: 'UNREADABLE', file: segmentName(1) }]);
			let events = 0;
			const all = (async () => {
				for await (const _event of readSpool(path)) events++;
			})();
			await expect(all).rejects.toMatchObject({ name: 'SpoolError' });
			expect(events).toBeGreaterThan(RECORDS);
		}
	});

	it('is found wherever it is cut off', async () => {
		for (let length = 0; length < segment.length; length += length < 200 || length > segment.length - 100 ? 1 : 61) {
			const path = await spoolWith(segment.subarray(0, length));
			const [report] = await verifySpool(path);
			expect(report?.isIntact, `at ${length}`).toBe(false);
			if (length >= SEGMENT_HEADER_BYTES) await readEverything(path);
		}
	});

	it('says which of its entries no event can be made of, and exports the others', async () => {
		const bytes = Buffer.from(segment);
		// The first record ends with an event that no registry has.
		const words = new Int32Array(
			bytes.buffer,
			bytes.byteOffset + SEGMENT_HEADER_BYTES,
			bytes.readUInt32LE(SEGMENT_HEADER_BYTES + GROUP.BYTES) / 4,
		);
		const receipt = [...groupEntries(words)].find(({ kind }) => kind === EntryKind.RECEIPT)!;
		// From its end: ids, which look like anything, stand at its beginning.
		let finish = receipt.at + receipt.words - 1;
		while (!isEntry(words[finish]!) || kindOf(words[finish]!) !== Kind.FINISH) finish--;
		words[finish]! |= DEFINITION_MASK;
		const lines: string[] = [];
		const errors: string[] = [];
		const console = { out: (line: string) => lines.push(line) > 0, error: (line: string) => errors.push(line) };
		const path = await spoolWith(bytes);
		const exitCode = await spoolCommand(['export', path], { ...console, drained: async () => {} });
		expect(exitCode).toBe(1);
		expect(errors).toEqual([
			`error: entry 1 of ${producerId} makes no event: INVALID\n`,
			expect.stringContaining('is not as it was written'),
		]);
		const ids = new Set(lines.map((line) => (JSON.parse(line) as { record_id: string }).record_id));
		expect(ids.size).toBe(RECORDS + 1);
	});

	it('is not vouched for by checkpoints that cannot be read', async () => {
		const path = await spoolWith(segment);
		await rm(join(path, producerId, 'checkpoints.ndjson'));
		await mkdir(join(path, producerId, 'checkpoints.ndjson'));
		expect((await verifySpool(path))[0]).toMatchObject({
			isIntact: false,
			findings: [{ kind: 'UNREADABLE', file: 'checkpoints.ndjson' }],
		});
	});
});
