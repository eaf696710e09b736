export type { ErrorFacts, IntegrationBinding, TransferReaders, UpstreamMessage, VerdictBinding } from './binding.ts';
export { type IntegrationOptions, integrationOptions } from './config.ts';
export { IntegrationLayerInstrumentation, type IntegrationLayerInstrumentationConfig } from './instrumentation.ts';
export { referenceBinding } from './reference-binding.ts';
