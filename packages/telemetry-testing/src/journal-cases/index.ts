import {
	lateAcknowledgment,
	leavesProcess,
	remoteCall,
	replayed,
	splitAndMerge,
	stale,
	targetSchemas,
} from './between-traces.ts';
import type { JournalCase } from './journal-case.ts';
import {
	attempts,
	batchLink,
	closedStages,
	failure,
	fanOut,
	inMemory,
	interleaved,
	nested,
} from './within-a-process.ts';

export { item, type JournalCase, type JournalCaseResult } from './journal-case.ts';

/** Every kind of thing that can happen to a record. A tracer is right when it passes them all; the no-op records nothing. */
export const journalCases: readonly JournalCase[] = [
	nested,
	interleaved,
	fanOut,
	attempts,
	splitAndMerge,
	targetSchemas,
	remoteCall,
	lateAcknowledgment,
	leavesProcess,
	inMemory,
	replayed,
	stale,
	batchLink,
	failure,
	closedStages,
];
