import { base } from '@pipeline/telemetry-core/beta';
import {
	batchLinks,
	type InstrumentationDescription,
	PipelineInstrumentation,
	type PipelineInstrumentationConfig,
	resolveOptions,
} from '@pipeline/telemetry-core/instrumentation';
import { admit } from './admission.ts';
import type { BetaBinding } from './binding.ts';
import { type BetaOptions, betaOptions } from './config.ts';
import { enrich } from './enrichment.ts';
import { errorQueue } from './error-queue.ts';
import { assemble, handoff } from './handoff.ts';
import { accept } from './intake.ts';
import { lifecycle } from './lifecycle.ts';
import { lookup } from './lookup.ts';
import { map } from './mapping.ts';
import { dequeue, process } from './process.ts';
import { score } from './quality.ts';
import { referenceBinding } from './reference-binding.ts';
import { replay } from './replay.ts';
import { sourceCalls } from './source-call.ts';
import { rule, transform } from './transform.ts';

/** The options, and the binding of a team's own module. */
export interface BetaInstrumentationConfig extends PipelineInstrumentationConfig<BetaBinding>, Partial<BetaOptions> {}

// Run from its sources, nothing was built in.
const VERSION = typeof __PACKAGE_VERSION__ === 'string' ? __PACKAGE_VERSION__ : '0.0.0-source';

const description: InstrumentationDescription<BetaBinding> = {
	scope: { name: '@pipeline/instrumentation-beta', version: VERSION },
	base,
	defaultBinding: referenceBinding,
	patches(binding, config) {
		const options = resolveOptions(betaOptions, { ...config });
		const links = batchLinks();
		return [
			...lifecycle(binding),
			accept(binding),
			admit(binding),
			dequeue(binding),
			process(binding),
			map(binding),
			transform(binding, options),
			rule(binding),
			enrich(binding),
			lookup(binding, options),
			...sourceCalls(binding),
			score(binding),
			assemble(binding, links),
			handoff(binding, links),
			errorQueue(binding),
			replay(binding),
		];
	},
};

/** Follows transformation: every record from its arrival until each of its target schemas was handed over, failed or was kept back. */
export class BetaInstrumentation extends PipelineInstrumentation<BetaBinding, BetaInstrumentationConfig> {
	constructor(config: BetaInstrumentationConfig = {}) {
		super(description, config);
	}
}
