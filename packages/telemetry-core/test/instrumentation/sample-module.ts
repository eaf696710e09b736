import type { ModuleBinding, Patch, PipelineInstrumentationConfig, Target } from '../../src/instrumentation/index.ts';
import { PipelineInstrumentation, recordCall } from '../../src/instrumentation/index.ts';
import { base, span } from '../../src/registry/alpha/index.ts';

/** A module with every kind of place an operation can be in. */
export function sampleModule() {
	class Parser {
		static detect(_text: string): string {
			return 'json';
		}
		parse(text: string, _strict = false): string {
			return text.toUpperCase();
		}
	}
	class StrictParser extends Parser {}
	return {
		Parser,
		StrictParser,
		registry: { lookup: (key: string) => key },
		send: (batch: string) => batch,
		VERSION: '1.0.0',
	};
}

export type SampleModule = ReturnType<typeof sampleModule>;

const OPERATIONS = ['parse', 'detect', 'lookup', 'send'] as const;

export interface SampleBinding extends ModuleBinding, Partial<Readonly<Record<(typeof OPERATIONS)[number], Target>>> {}

/** How often each operation was seen. */
export type Seen = Record<string, number>;

const BINDING: SampleBinding = {
	module: 'sample',
	supportedVersions: ['*'],
	parse: { export: 'Parser', method: 'parse' },
	detect: { export: 'Parser', method: 'detect' },
	lookup: { export: 'registry', method: 'lookup' },
	send: { export: 'send' },
};

export class SampleInstrumentation extends PipelineInstrumentation<SampleBinding> {
	constructor(config: PipelineInstrumentationConfig<SampleBinding> & { readonly seen?: Seen } = {}) {
		super(
			{
				scope: { name: '@pipeline/instrumentation-sample', version: '1.2.3' },
				base,
				defaultBinding: BINDING,
				patches: (binding, { seen = {} }: { readonly seen?: Seen }) => [
					...OPERATIONS.map((operation) => patchOf(operation, binding[operation], seen)),
					{ target: undefined, sees: 'replays', wrap: (original) => original },
				],
			},
			config,
		);
	}
}

function patchOf(operation: string, target: Target | undefined, seen: Seen): Patch {
	return {
		target,
		sees: `what ${operation} does`,
		wrap: recordCall({
			span: span['alpha.parser.parse'],
			begin() {
				seen[operation] = (seen[operation] ?? 0) + 1;
			},
		}),
	};
}
