import { seededRuntime } from '@pipeline/model';
import { numbers, parquetOf } from './fixtures.ts';

/** A file made to break its reader. */
export interface HostileFile {
	readonly name: string;
	readonly what: string;
	readonly content: Uint8Array;
}

const DEEP = 100_000;
const LONG = 200_000;
const bytes = (text: string, encoding: BufferEncoding = 'utf8') => Buffer.from(text, encoding);
const around = (frame: (value: string) => string) => (value: string) => bytes(frame(value));

/** Where a value stands in each text format, between two good rows. */
const PLACES: readonly (readonly [extension: string, place: (value: string) => Buffer])[] = [
	['ndjson', around((value) => `{"a":1}\n{"a":${value}}\n{"a":3}\n`)],
	['json', around((value) => `[{"a":1},{"a":${value}},{"a":3}]`)],
	['csv', around((value) => `a,b\n1,1\n${value},2\n3,3\n`)],
	['tsv', around((value) => `a\tb\n1\t1\n${value}\t2\n3\t3\n`)],
];

const VALUES: Readonly<Record<string, string>> = {
	'deep arrays': '['.repeat(DEEP) + ']'.repeat(DEEP),
	'deep objects': `${'{"a":'.repeat(DEEP)}1${'}'.repeat(DEEP)}`,
	'arrays never closed': '['.repeat(DEEP),
	'arrays never opened': ']'.repeat(DEEP),
	'a long text': `"${'x'.repeat(LONG)}"`,
	'a text never closed': `"${'x'.repeat(LONG)}`,
	'a long number': '9'.repeat(LONG),
	'a number beyond a double': '1e99999',
	'a number below a double': '-1e-99999',
	'a number of 400 digits': '7'.repeat(400),
	'2^53 + 1': '9007199254740993',
	'2^63': '9223372036854775808',
	'a leading zero': '007',
	'negative zero': '-0',
	NaN: 'NaN',
	Infinity: '-Infinity',
	hexadecimal: '0xff',
	NUL: '\u0000',
	'NUL in a text': '"x\u0000y"',
	'an escaped NUL': '"x\\u0000y"',
	'half a surrogate pair': '"\\ud800"',
	'a wrong escape': '"\\x41"',
	'half an escape': '"\\u12"',
	'a line feed in a text': '"x\ny"',
	'a carriage return in a text': '"x\ry"',
	'repeated keys': '{"k":1,"k":2,"k":{"k":3,"k":4}}',
	__proto__: '{"__proto__":{"polluted":true}}',
	constructor: '{"constructor":{"prototype":{"polluted":true}}}',
	'toString and hasOwnProperty': '{"toString":1,"hasOwnProperty":2,"valueOf":3}',
	'an empty key': '{"":1}',
	'a single quote': "'x'",
	'a comment': '/* x */ 1',
	'a trailing comma': '{"k":1,}',
	nothing: '',
	'only a quote': '"',
	'three quotes': '"""',
	'text behind a quote': '"x"y',
	'a formula': '=cmd|"/c calc"!A1',
	'a thousand columns': ','.repeat(1_000),
	'a thousand tabs': '\t'.repeat(1_000),
	'a thousand keys': `{${numbers(1_000)
		.map((n) => `"k${n}":${n}`)
		.join()}}`,
	'a byte order mark': '\ufeff1',
	'a line separator': '"\u2028"',
	'right-to-left override': '"\u202e"',
};

const WHOLE: Readonly<Record<string, Buffer>> = {
	nothing: bytes(''),
	'one blank': bytes(' '),
	'one line feed': bytes('\n'),
	'ten thousand line feeds': bytes('\n'.repeat(10_000)),
	'ten thousand carriage returns': bytes('\r'.repeat(10_000)),
	'ten thousand commas': bytes(','.repeat(10_000)),
	'ten thousand quotes': bytes('"'.repeat(10_001)),
	'ten thousand backslashes': bytes('\\'.repeat(10_000)),
	'ten thousand NULs': Buffer.alloc(10_000),
	'ten thousand 0xff': Buffer.alloc(10_000, 0xff),
	'a UTF-16 mark and nothing': Buffer.from([0xff, 0xfe]),
	'a UTF-16 mark and half a unit': Buffer.from([0xff, 0xfe, 0x7b]),
	'a UTF-16BE mark and half a unit': Buffer.from([0xfe, 0xff, 0x00]),
	'a UTF-32 mark': Buffer.from([0xff, 0xfe, 0, 0, 0x7b, 0, 0, 0]),
	'a UTF-8 mark and nothing': Buffer.from([0xef, 0xbb, 0xbf]),
	'UTF-16 without a mark': bytes('{"a":1}\n{"a":2}\n', 'utf16le'),
	'UTF-16 with half a pair': Buffer.concat([
		Buffer.from([0xff, 0xfe]),
		bytes('{"a":"', 'utf16le'),
		Buffer.from([0, 0xd8]),
		bytes('"}', 'utf16le'),
	]),
	'Latin-1': bytes('{"a":"caf\xe9"}\n', 'latin1'),
	'overlong UTF-8': Buffer.concat([bytes('{"a":"'), Buffer.from([0xc0, 0xaf]), bytes('"}')]),
	'UTF-8 cut in a character': Buffer.concat([bytes('{"a":"'), Buffer.from([0xe2, 0x82])]),
	gzip: Buffer.from('1f8b0800000000000003ab564a54b2523054aa0500', 'hex'),
	zip: Buffer.from('504b0304140000000800', 'hex'),
	'a PDF': bytes('%PDF-1.7\n1 0 obj\n<<>>\nendobj\n'),
	HTML: bytes('<!doctype html><title>404</title>'),
	XML: bytes('<?xml version="1.0"?><!DOCTYPE l [<!ENTITY l "lol">]><l>&l;</l>'),
	Parquet: Buffer.from(parquetOf(4)),
	'only the mark of Parquet': bytes('PAR1'),
	'the mark of Parquet twice': bytes('PAR1PAR1'),
	'a footer longer than the file': Buffer.concat([bytes('PAR1'), Buffer.from([0xff, 0xff, 0xff, 0x7f]), bytes('PAR1')]),
	'a footer of 4 GB': Buffer.concat([
		bytes('PAR1'),
		Buffer.alloc(64, 0xff),
		Buffer.from([0xff, 0xff, 0xff, 0xff]),
		bytes('PAR1'),
	]),
	'an empty footer': Buffer.concat([bytes('PAR1'), Buffer.alloc(4), bytes('PAR1')]),
	'a footer of zeros': Buffer.concat([bytes('PAR1'), Buffer.alloc(64), Buffer.from([64, 0, 0, 0]), bytes('PAR1')]),
};

const EXTENSIONS = ['json', 'ndjson', 'csv', 'tsv', 'parquet'] as const;

/** Hostile files, the same ones for the same seed; no two have the same name and bytes. */
export function hostileFiles(seed: number): readonly HostileFile[] {
	const placed = Object.entries(VALUES).flatMap(([what, value]) =>
		PLACES.map(([extension, place]) => ({ name: `placed.${extension}`, what, content: place(value) })),
	);
	const whole = Object.entries(WHOLE).flatMap(([what, content]) =>
		EXTENSIONS.map((extension) => ({ name: `whole.${extension}`, what, content })),
	);
	return distinct([...placed, ...whole, ...damaged(seed)]);
}

/** Good files, cut off and with bytes changed. */
function damaged(seed: number): HostileFile[] {
	const { random } = seededRuntime(seed, 'hostile-files');
	const below = (limit: number) => Math.floor(random() * limit);
	const rows = numbers(20).map((n) => ({ n, t: `text "${n}", ü` }));
	const good: Readonly<Record<string, Buffer>> = {
		'good.json': bytes(JSON.stringify(rows)),
		'good.ndjson': bytes(rows.map((row) => `${JSON.stringify(row)}\n`).join('')),
		'good.csv': bytes(`n,t\n${rows.map(({ n, t }) => `${n},"${t.replaceAll('"', '""')}"`).join('\n')}\n`),
		'good.parquet': Buffer.from(parquetOf(20)),
	};
	return Object.entries(good).flatMap(([name, content]) => {
		const times = name.endsWith('parquet') ? 120 : 40;
		const cut = numbers(times / 4).map(() => ({
			name,
			what: 'cut off',
			content: content.subarray(0, 1 + below(content.length - 1)),
		}));
		const changed = numbers(times).map((at) => ({
			name,
			what: 'bytes changed',
			content: changedAt(content, 1 + (at % 4), below),
		}));
		return [...cut, ...changed];
	});
}

function changedAt(content: Buffer, count: number, below: (limit: number) => number): Buffer {
	const copy = Buffer.from(content);
	for (let n = 0; n < count; n++) copy[below(copy.length)] = below(256);
	return copy;
}

function distinct(files: readonly HostileFile[]): readonly HostileFile[] {
	return [
		...new Map(files.map((file) => [`${file.name} ${Buffer.from(file.content).toString('base64')}`, file])).values(),
	];
}
