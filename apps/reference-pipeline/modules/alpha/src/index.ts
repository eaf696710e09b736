export { AlphaModule, type AlphaModuleOptions } from './alpha-module.ts';
export { BatchAssembler, type FlushReason, type ValidationTally } from './buffer/batch-assembler.ts';
export { RecordBuffer, type RecordBufferOptions } from './buffer/record-buffer.ts';
export { ALPHA_DEFAULTS, type AlphaConfig, resolveAlphaConfig } from './config/config.ts';
export type { AlphaEvents, AlphaTotals } from './events.ts';
export { AlphaErrorQueue, type AlphaQueue, type FailedItem } from './handoff/alpha-error-queue.ts';
export { Handoff } from './handoff/handoff.ts';
export { PARSE_CODES, type ParseCode, SourceFault } from './parse/parse-codes.ts';
export { type ParseOutcome, RecordParser, type RecordParserOptions } from './parse/record-parser.ts';
export { FileSource, type FileSourceOptions } from './source/file-source.ts';
export { EXTENSIONS, resolveInputs } from './source/input-files.ts';
export { SourceConnector } from './source/source-connector.ts';
export { type LookupRequest, ReferenceLookup } from './validation/reference-lookup.ts';
export { type Comparison, RULES, type RuleConfig, type RuleId } from './validation/rule.ts';
export {
	type Disposition,
	type RuleOutcome,
	ValidationEngine,
	type ValidationEngineOptions,
	type ValidationOutcome,
} from './validation/validation-engine.ts';
