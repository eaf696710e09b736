import {
	batchLinks,
	type InstrumentationDescription,
	PipelineInstrumentation,
	type PipelineInstrumentationConfig,
	resolveOptions,
} from '@pipeline/telemetry-core/instrumentation';
import { base } from '@pipeline/telemetry-core/integration';
import { confirmations, receiveAck, sendAck } from './acknowledgment.ts';
import type { IntegrationBinding } from './binding.ts';
import { type IntegrationOptions, integrationOptions } from './config.ts';
import { lifecycle } from './lifecycle.ts';
import { referenceBinding } from './reference-binding.ts';
import { checkHealth, propagate } from './signals.ts';
import { attempt, encode, receive, send } from './transfer.ts';
import { TransferState } from './transfer-state.ts';
import { decode, VerdictCourier } from './verdicts.ts';

/** The options, and the binding of a team's own module. */
export interface IntegrationLayerInstrumentationConfig
	extends PipelineInstrumentationConfig<IntegrationBinding>,
		Partial<IntegrationOptions> {}

// Run from its sources, nothing was built in.
const VERSION = typeof __PACKAGE_VERSION__ === 'string' ? __PACKAGE_VERSION__ : '0.0.0-source';

const description: InstrumentationDescription<IntegrationBinding> = {
	scope: { name: '@pipeline/instrumentation-integration-layer', version: VERSION },
	base,
	defaultBinding: referenceBinding,
	patches(binding, config) {
		const options = resolveOptions(integrationOptions, { ...config });
		const links = batchLinks();
		const state = new TransferState();
		const courier = new VerdictCourier(binding);
		return [
			...lifecycle(binding, state, courier),
			send(binding, state),
			attempt(binding, links, state),
			receive(binding, state),
			encode(binding, options, state, courier),
			decode(binding, courier),
			sendAck(binding, courier),
			receiveAck(binding),
			...confirmations(binding),
			propagate(binding),
			checkHealth(binding),
		];
	},
};

/** Follows what happens between modules: batches, acknowledgments, back-pressure, circuits, and the context of each record on its way. */
export class IntegrationLayerInstrumentation extends PipelineInstrumentation<
	IntegrationBinding,
	IntegrationLayerInstrumentationConfig
> {
	constructor(config: IntegrationLayerInstrumentationConfig = {}) {
		super(description, config);
	}
}
