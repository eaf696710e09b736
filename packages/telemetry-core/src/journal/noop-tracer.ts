// Hot path: with telemetry off, every wrapped call of every record ends here.
import { context as contextApi } from '@opentelemetry/api';
import type { TraceFields } from '../propagation/trace-fields.ts';
import { NO_JOURNAL, type RecordTracer, type Stage } from './tracer.ts';

const NO_STAGE = 0 as Stage;

/** Telemetry off: creates nothing, leaves items and inbound context untouched. */
export const noopTracer: RecordTracer = {
	seconds: new Float64Array(1),
	isDetailed: false,
	current: { journal: NO_JOURNAL, stage: NO_STAGE },
	begin: () => NO_JOURNAL,
	journalOf: () => NO_JOURNAL,
	stageOf: () => NO_STAGE,
	attach() {},
	enter: () => NO_STAGE,
	exit() {},
	lap: () => NO_STAGE,
	insert: () => NO_STAGE,
	setNumber() {},
	setCode() {},
	setText() {},
	event: () => NO_STAGE,
	fail() {},
	link() {},
	keep() {},
	fork() {},
	finish: () => false,
	inject: (_journal: number, _stage: number, into: TraceFields) => into,
	recall: () => undefined,
	recordIdOf: () => undefined,
	park() {},
	applyVerdicts() {},
	takeVerdicts: () => undefined,
	run: (_journal, _stage, call, context) => (context === undefined ? call() : contextApi.with(context, call)),
};
