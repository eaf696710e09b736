import { DiagLogLevel, diag } from '@opentelemetry/api';
import { afterEach, describe, expect, it } from 'vitest';
import { SampleInstrumentation, type SampleModule, type Seen, sampleModule } from './sample-module.ts';

const ALL = ['Parser.parse', 'Parser.detect', 'registry.lookup', 'send'];
const NOT_BOUND = { operation: 'replays', sees: 'replays' };

function use(module: SampleModule): unknown[] {
	return [new module.Parser().parse('a'), module.Parser.detect('b'), module.registry.lookup('c'), module.send('d')];
}
const RESULTS = ['A', 'json', 'c', 'd'];

describe('patching', () => {
	const made: SampleInstrumentation[] = [];
	function create(seen: Seen = {}, config: object = {}): SampleInstrumentation {
		const instrumentation = new SampleInstrumentation({ seen, ...config });
		made.push(instrumentation);
		return instrumentation;
	}
	afterEach(() => {
		for (const instrumentation of made.splice(0)) instrumentation.disable();
		diag.disable();
	});

	it('reaches methods, statics, objects and functions, and says what it found', () => {
		const module = sampleModule();
		const seen: Seen = {};
		const instrumentation = create(seen);
		expect(instrumentation.report).toBeUndefined();
		const report = instrumentation.instrument(module);
		expect(report).toEqual({ patched: ALL, missing: [NOT_BOUND] });
		expect(instrumentation.report).toEqual(report);
		expect(use(module)).toEqual(RESULTS);
		expect(seen).toEqual({ parse: 1, detect: 1, lookup: 1, send: 1 });
	});

	it('reaches instances and subclasses that were made before', () => {
		const module = sampleModule();
		const seen: Seen = {};
		const before = new module.StrictParser();
		create(seen).instrument(module);
		expect([before.parse('a'), seen]).toEqual(['A', { parse: 1 }]);
	});

	it('keeps name, length and property attributes', () => {
		const module = sampleModule();
		const { parse } = module.Parser.prototype;
		const before = Object.getOwnPropertyDescriptor(module.Parser.prototype, 'parse');
		create().instrument(module);
		const after = Object.getOwnPropertyDescriptor(module.Parser.prototype, 'parse');
		expect([after?.value.name, after?.value.length]).toEqual([parse.name, parse.length]);
		expect({ ...after, value: parse }).toEqual(before);
	});

	it('wraps once, also for two instrumentations', () => {
		const module = sampleModule();
		const seen: Seen = {};
		const instrumentation = create(seen);
		instrumentation.instrument(module);
		expect(instrumentation.instrument(module)).toEqual({ patched: ALL, missing: [NOT_BOUND] });
		create(seen).instrument(module);
		use(module);
		expect(seen).toEqual({ parse: 1, detect: 1, lookup: 1, send: 1 });
	});

	it('disable puts everything back as it was, enable wraps again', () => {
		const module = sampleModule();
		const inherited = module.StrictParser.prototype;
		const seen: Seen = {};
		const binding = {
			module: 'sample',
			supportedVersions: ['*'],
			parse: { export: 'StrictParser', method: 'parse' },
			send: { export: 'send' },
		};
		const instrumentation = create(seen, { binding });
		const { send } = module;
		instrumentation.instrument(module);
		expect(Object.hasOwn(inherited, 'parse')).toBe(true);
		instrumentation.disable();
		expect([Object.hasOwn(inherited, 'parse'), module.send === send]).toEqual([false, true]);
		instrumentation.enable();
		new module.StrictParser().parse('a');
		expect(seen).toEqual({ parse: 1 });
	});

	it("leaves another's wrapper over its own alone, and does not wrap twice below it", () => {
		const module = sampleModule();
		const seen: Seen = {};
		const instrumentation = create(seen);
		instrumentation.instrument(module);
		const ours = module.send;
		const theirs = (batch: string) => `${ours(batch)}!`;
		module.send = theirs;
		instrumentation.disable();
		expect([module.send, module.send('d'), seen]).toEqual([theirs, 'd!', {}]);
		instrumentation.enable();
		expect([module.send, module.send('d'), seen]).toEqual([theirs, 'd!', { send: 1 }]);
	});

	it('while disabled it remembers what it was given', () => {
		const module = sampleModule();
		const seen: Seen = {};
		const instrumentation = create(seen, { enabled: false });
		expect(instrumentation.instrument(module)).toEqual({ patched: [], missing: [] });
		use(module);
		expect(seen).toEqual({});
		instrumentation.enable();
		use(module);
		expect(seen['send']).toBe(1);
	});

	it.each([
		['nothing', undefined],
		['an empty module', {}],
		['values that are no functions', { Parser: 1, registry: null, send: {} }],
		['classes without the methods', { Parser: class {}, registry: {}, send: undefined }],
	])('given %s, it says what will not be seen', (_, exports) => {
		const report = create().instrument(exports);
		expect(report.patched).toEqual([]);
		expect(report.missing.map(({ operation }) => operation)).toEqual([...ALL, 'replays']);
	});

	it('exports of an ES module: methods are reached, functions are not', async () => {
		const text =
			'export class Parser { parse(t) { return t } static detect() {} } export const registry = { lookup() {} }; export function send() {}';
		const module = await import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(text)}`);
		const { patched, missing } = create().instrument(module);
		expect([patched, missing.map(({ operation }) => operation)]).toEqual([
			['Parser.parse', 'Parser.detect', 'registry.lookup'],
			['send', 'replays'],
		]);
	});

	it('says once what it follows, and loudly when that is nothing', () => {
		const lines: string[][] = [];
		const say =
			(level: string) =>
			(...words: unknown[]) =>
				void lines.push([level, words.join(' ')]);
		const [info, warn] = [say('info'), say('warn')];
		diag.setLogger(
			{ info, warn, error: warn, debug() {}, verbose() {} },
			{ logLevel: DiagLogLevel.INFO, suppressOverrideMessage: true },
		);
		lines.length = 0;
		const instrumentation = create();
		instrumentation.instrument(sampleModule());
		instrumentation.instrument(sampleModule());
		create().instrument({});
		expect(lines.map(([level, line]) => `${level}: ${line?.replace(/^\S+ /, '')}`)).toEqual([
			'info: sample: 4 operations followed',
			'info: sample: 1 operations are not bound: replays (not seen: replays)',
			'info: sample: 0 operations followed',
			expect.stringMatching(/^warn: sample: 5 operations are not bound: Parser\.parse \(not seen: what parse does\); /),
		]);
	});

	it('gives plain wrappers for modules without classes, by the names of the binding', () => {
		const seen: Seen = {};
		const instrumentation = create(seen);
		const decode = instrumentation.wrap('parse', (text: string) => text.length);
		const dispatch = instrumentation.wrap('send', () => 1);
		expect([decode('abc'), dispatch(), seen]).toEqual([3, 1, { parse: 1, send: 1 }]);
		instrumentation.disable();
		expect([decode('abc'), seen['parse']]).toEqual([3, 1]);
		expect(() => instrumentation.wrap('compile', () => 1)).toThrow(
			new TypeError('unknown operation compile; the binding has: parse, detect, lookup, send'),
		);
	});

	it('names the places it is bound to', () => {
		expect(create().targets).toEqual([
			{ export: 'Parser', method: 'parse' },
			{ export: 'Parser', method: 'detect' },
			{ export: 'registry', method: 'lookup' },
			{ export: 'send' },
		]);
		expect(create().binding.module).toBe('sample');
	});
});
