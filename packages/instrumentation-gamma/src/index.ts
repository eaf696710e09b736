export type {
	AttemptReaders,
	DestinationReaders,
	FindDestination,
	GammaBinding,
	GammaGauges,
	RecordReaders,
} from './binding.ts';
export { type GammaOptions, gammaOptions } from './config.ts';
export { GammaInstrumentation, type GammaInstrumentationConfig } from './instrumentation.ts';
export { referenceBinding } from './reference-binding.ts';
