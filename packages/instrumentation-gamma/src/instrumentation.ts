import { base } from '@pipeline/telemetry-core/gamma';
import {
	type InstrumentationDescription,
	PipelineInstrumentation,
	type PipelineInstrumentationConfig,
	resolveOptions,
} from '@pipeline/telemetry-core/instrumentation';
import { awaitAck, queryStatus } from './acknowledgment.ts';
import { attempt } from './attempt.ts';
import type { GammaBinding } from './binding.ts';
import { type GammaOptions, gammaOptions } from './config.ts';
import { deadLetter, errorQueue, keepWait } from './dead-letters.ts';
import { deliver, redeliver } from './deliver.ts';
import { toDestination } from './destination.ts';
import { destinations } from './destinations.ts';
import { accept, admit, save } from './intake.ts';
import { lifecycle } from './lifecycle.ts';
import { receiveAck } from './receive-ack.ts';
import { referenceBinding } from './reference-binding.ts';
import { render } from './render.ts';
import { replay, replayDeadLetter } from './replay.ts';
import { authorize, route } from './routing.ts';
import { headers, sendBatch } from './send-batch.ts';
import { newState } from './state.ts';
import { hold, retryWait } from './waiting.ts';

/** The options, and the binding of a team's own module. */
export interface GammaInstrumentationConfig extends PipelineInstrumentationConfig<GammaBinding>, Partial<GammaOptions> {
	/** Ids of destinations whose calls take the trace context along as headers. @default none */
	readonly propagateTo?: readonly string[];
}

// Run from its sources, nothing was built in.
const VERSION = typeof __PACKAGE_VERSION__ === 'string' ? __PACKAGE_VERSION__ : '0.0.0-source';

const description: InstrumentationDescription<GammaBinding> = {
	scope: { name: '@pipeline/instrumentation-gamma', version: VERSION },
	base,
	defaultBinding: referenceBinding,
	patches(binding, config: GammaInstrumentationConfig) {
		const options = resolveOptions(gammaOptions, { ...config });
		const state = newState(options);
		return [
			...lifecycle(binding, state),
			...destinations(binding),
			accept(binding, state),
			admit(binding, state),
			deliver(binding, state),
			redeliver(binding, state),
			route(binding, options),
			toDestination(binding, state),
			authorize(binding),
			render(binding, state),
			attempt(binding, state),
			sendBatch(binding, state),
			headers(binding, new Set(config.propagateTo)),
			retryWait(binding, state),
			hold(binding, state),
			...awaitAck(binding, state),
			queryStatus(binding),
			receiveAck(binding, state),
			deadLetter(binding, state),
			errorQueue(binding, state),
			keepWait(binding),
			replay(binding),
			replayDeadLetter(binding),
			save(binding),
		];
	},
};

/** Follows delivery: every record from its receipt until all its destinations have it, or a queue took it. */
export class GammaInstrumentation extends PipelineInstrumentation<GammaBinding, GammaInstrumentationConfig> {
	constructor(config: GammaInstrumentationConfig = {}) {
		super(description, config);
	}
}
