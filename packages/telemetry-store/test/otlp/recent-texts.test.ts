import fc from 'fast-check';
import protobuf from 'protobufjs/minimal.js';
import { expect, it } from 'vitest';
import { decodeOtlp } from '../../src/otlp/decode-otlp.ts';
import { RecentTexts } from '../../src/otlp/recent-texts.ts';
import { jsonBytes, protobufBytes } from './otlp-bytes.ts';

/** Few texts, of the same lengths: most stand where they stood before, or where another one did. */
const TEXT = fc.oneof(
	fc.string({ unit: fc.constantFrom('a', 'b', 'é', '\u{1f600}'), maxLength: 3 }),
	fc.constantFrom('x'.repeat(64), `y${'x'.repeat(63)}`, 'x'.repeat(65), `y${'x'.repeat(64)}`),
);
const ATTRIBUTES = fc.array(fc.record({ key: TEXT, value: fc.record({ stringValue: TEXT }) }), { maxLength: 70 });

it('gives each record its own texts, whatever those before it have', () => {
	fc.assert(
		fc.property(fc.array(ATTRIBUTES, { maxLength: 8 }), (records) => {
			const logRecords = records.map((attributes) => ({ attributes }));
			const request = { resourceLogs: [{ scopeLogs: [{ logRecords }] }] };
			const read = decodeOtlp('logs', 'protobuf', protobufBytes('logs', request));
			expect(read).toEqual(decodeOtlp('logs', 'json', jsonBytes(request)));
		}),
	);
});

const bytesOf = (...texts: readonly string[]) =>
	texts.reduce((writer, text) => writer.string(text), protobuf.Writer.create()).finish();

it('forgets the request before', () => {
	const texts = new RecentTexts();
	expect(texts.readKey(protobuf.Reader.create(bytesOf('one')), 0)).toBe('one');
	expect(texts.readKey(protobuf.Reader.create(bytesOf('two')), 0)).toBe('two');
});

it('tells keys from values, and goes on behind what it read', () => {
	const reader = protobuf.Reader.create(bytesOf('key', 'key', 'val', 'val', 'end'));
	const texts = new RecentTexts();
	const read = [texts.readKey(reader, 0), texts.readKey(reader, 0), texts.readValue(reader, 0)];
	expect([...read, texts.readValue(reader, 0), reader.string()]).toEqual(['key', 'key', 'val', 'val', 'end']);
});

it('gives what is left when a request is cut off within a text', () => {
	const bytes = bytesOf('key', 'key').subarray(0, 6);
	const reader = protobuf.Reader.create(bytes);
	const texts = new RecentTexts();
	texts.readKey(reader, 0);
	expect(texts.readKey(reader, 0)).toBe('k');
});
