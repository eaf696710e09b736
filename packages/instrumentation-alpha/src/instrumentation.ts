import { base } from '@pipeline/telemetry-core/alpha';
import {
	batchLinks,
	HandedOver,
	type InstrumentationDescription,
	PipelineInstrumentation,
	type PipelineInstrumentationConfig,
	resolveOptions,
} from '@pipeline/telemetry-core/instrumentation';
import type { AlphaBinding } from './binding.ts';
import { dequeue } from './buffer.ts';
import { type AlphaOptions, alphaOptions } from './config.ts';
import { errorQueue } from './error-queue.ts';
import { AwaitedReceipts, assemble, handoff, receipt } from './handoff.ts';
import { lifecycle } from './lifecycle.ts';
import { parse } from './parse.ts';
import { referenceBinding } from './reference-binding.ts';
import { replay } from './replay.ts';
import { acknowledge, connection, fetch, ingest } from './source.ts';
import { lookup, rule, validate } from './validate.ts';

/** The options, and the binding of a team's own module. */
export interface AlphaInstrumentationConfig
	extends PipelineInstrumentationConfig<AlphaBinding>,
		Partial<AlphaOptions> {}

// Run from its sources, nothing was built in.
const VERSION = typeof __PACKAGE_VERSION__ === 'string' ? __PACKAGE_VERSION__ : '0.0.0-source';

const description: InstrumentationDescription<AlphaBinding> = {
	scope: { name: '@pipeline/instrumentation-alpha', version: VERSION },
	base,
	defaultBinding: referenceBinding,
	patches(binding, config) {
		const options = resolveOptions(alphaOptions, { ...config });
		const links = batchLinks();
		const handedOver = new HandedOver();
		const awaited = new AwaitedReceipts(handedOver);
		return [
			...lifecycle(binding),
			...connection(binding),
			ingest(binding),
			fetch(binding, links),
			acknowledge(binding),
			parse(binding, options, links),
			validate(binding, options),
			rule(binding),
			lookup(binding),
			dequeue(binding),
			assemble(binding, links),
			handoff(binding, links, awaited),
			// Not missed by modules whose hand-over resolves when the receiver has the batch.
			...(binding.receipt === undefined ? [] : [receipt(binding, links, awaited)]),
			errorQueue(binding, handedOver),
			replay(binding),
		];
	},
};

/** Follows ingestion: every record from its receipt until the next module has it or an error queue took it. */
export class AlphaInstrumentation extends PipelineInstrumentation<AlphaBinding, AlphaInstrumentationConfig> {
	constructor(config: AlphaInstrumentationConfig = {}) {
		super(description, config);
	}
}
