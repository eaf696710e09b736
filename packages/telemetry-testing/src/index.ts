export { assertNoPayload, assertRegistryNames, type Exported } from './assertions.ts';
export { type ContractCase, type ContractSubject, instrumentationContract } from './contract.ts';
export { createTelemetryHarness, type HarnessOptions, type TelemetryHarness } from './harness.ts';
export { item, type JournalCase, type JournalCaseResult, journalCases } from './journal-cases/index.ts';
export {
	EmissionLedger,
	emittedNames,
	type LedgerBalance,
	type NotYet,
	type PromisedEntries,
	promisedNames,
} from './ledger.ts';
export { byTrace, renderTree, type SpanTree, spanTrees, traceFaults } from './trees.ts';
export type { EventView, MetricPointView, SpanView } from './views.ts';
