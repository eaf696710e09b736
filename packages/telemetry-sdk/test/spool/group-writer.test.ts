import { describe, expect, it } from 'vitest';
import { EntryKind } from '../../src/spool/format.ts';
import { entryText, groupEntries } from '../../src/spool/group-entries.ts';
import { type FilledGroup, GroupWriter } from '../../src/spool/group-writer.ts';

function writerOf(options: { groupBytes: number; maxQueueBytes: number }) {
	const groups: FilledGroup[] = [];
	let lost = 0;
	const writer = new GroupWriter({
		...options,
		onGroup: (group) => groups.push(group),
		onFirst: () => {},
		onLost: () => lost++,
	});
	return { writer, groups, lost: () => lost };
}

const textsOf = ({ buffer, words }: FilledGroup) =>
	[...groupEntries(buffer.words, words)].map((entry) => [entry.kind, entryText(buffer.words, entry)]);

describe('groups', () => {
	it('hold texts of any length and script', () => {
		const { writer, groups } = writerOf({ groupBytes: 1_024, maxQueueBytes: 65_536 });
		const texts = ['', 'a', 'ab', 'abc', 'abcd', 'Füße', '🛩️', 'x'.repeat(3_000)];
		for (const text of texts) writer.event(text);
		writer.define(7, 'seven');
		writer.close();
		expect(groups.flatMap(textsOf)).toEqual([
			...texts.map((text) => [EntryKind.EVENT, text]),
			[EntryKind.TEXT_DEFINITION, 'seven'],
		]);
		expect(groups.reduce((sum, { entries }) => sum + entries, 0)).toBe(texts.length);
	});

	it('that came back are room, though their memory is kept', () => {
		const { writer, groups } = writerOf({ groupBytes: 1_024, maxQueueBytes: 8_192 });
		for (let count = 0; count < 6; count++) {
			writer.event('a text');
			writer.close();
		}
		expect(writer.isHalfFull).toBe(true);
		for (const { buffer } of groups) writer.release(buffer);
		expect(writer.isHalfFull).toBe(false);
	});

	it('are filled to the last word', () => {
		// A header of 24 words, then entries of 4.
		const { writer, groups } = writerOf({ groupBytes: 24 * 4 + 2 * 16, maxQueueBytes: 65_536 });
		for (let count = 0; count < 3; count++) writer.event('12345678');
		writer.close();
		expect(groups.map(({ entries, words }) => [entries, words])).toEqual([
			[2, 32],
			[1, 28],
		]);
	});

	it('are used again, and nothing is lost while they come back', () => {
		const { writer, groups, lost } = writerOf({ groupBytes: 128, maxQueueBytes: 256 });
		for (let count = 0; count < 100; count++) {
			writer.event('12345678');
			writer.close();
			writer.release(groups.at(-1)!.buffer);
		}
		expect(lost()).toBe(0);
		expect(writer.appended).toBe(100);
		expect(new Set(groups.map(({ buffer }) => buffer.number)).size).toBe(1);
	});

	it('are no more than the queue has room for: what is lost is counted', () => {
		const { writer, groups, lost } = writerOf({ groupBytes: 128, maxQueueBytes: 256 });
		for (let count = 0; count < 5; count++) {
			writer.event('12345678');
			writer.close();
		}
		expect([groups.length, lost(), writer.appended]).toEqual([2, 3, 2]);
	});

	it('are preceded by definitions that found no room', () => {
		const { writer, groups, lost } = writerOf({ groupBytes: 128, maxQueueBytes: 128 });
		writer.event('12345678');
		writer.close();
		writer.define(1, 'one');
		expect(lost()).toBe(0);
		writer.release(groups[0]!.buffer);
		writer.event('after');
		writer.close();
		expect(textsOf(groups[1]!)).toEqual([
			[EntryKind.TEXT_DEFINITION, 'one'],
			[EntryKind.EVENT, 'after'],
		]);
	});
});
