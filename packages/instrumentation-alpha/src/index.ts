export type {
	AlphaBinding,
	AlphaGauges,
	ConnectionPool,
	RawReaders,
	RecordReaders,
	RuleFailureFacts,
	RuleOutcome,
	ValidationDisposition,
} from './binding.ts';
export { type AlphaOptions, alphaOptions } from './config.ts';
export { AlphaInstrumentation, type AlphaInstrumentationConfig } from './instrumentation.ts';
export { referenceBinding } from './reference-binding.ts';
