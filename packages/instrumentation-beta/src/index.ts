export type {
	Admitted,
	BetaBinding,
	BetaGauges,
	ChecksumPair,
	FailureFacts,
	FieldChange,
	LookupFailure,
	QualityScores,
	RecordReaders,
	RuleFallback,
	RuleOutcome,
	ScopeReaders,
	TransformedFacts,
} from './binding.ts';
export { type BetaOptions, betaOptions } from './config.ts';
export { BetaInstrumentation, type BetaInstrumentationConfig } from './instrumentation.ts';
export { referenceBinding } from './reference-binding.ts';
