// Hot path: runs for every attempt of every record.
import {
	ENTRY_STAGE,
	isFollowed,
	type Journal,
	NO_JOURNAL,
	nowMs,
	type RecordTracer,
	type SpanDef,
	type Stage,
	StageStatus,
	telemetry,
} from '@pipeline/telemetry-core';
import { attribute } from '@pipeline/telemetry-core/gamma';
import { internalFailure, read, setNumber } from '@pipeline/telemetry-core/instrumentation';
import type { GammaBinding } from './binding.ts';
import { errors } from './metrics.ts';

/** A stage around an awaited call, and the stage that it is in. */
export interface OpenStage {
	tracer: RecordTracer;
	journal: Journal;
	parent: Stage;
	stage: Stage;
	/** Milliseconds since the Unix epoch, where the record is not followed: else the journal knows. */
	startedMs: number;
}

/**
 * Opens a stage for an item, in the item's position, else in the ambient one. The item carries it until it is closed: what is called for the
 * item meanwhile belongs under it. Unlike `recordCall` it tells its parent, which the operations of one delivery find each other by.
 */
export function openStage(where: string, definition: SpanDef, item: () => unknown): OpenStage {
	const { tracer } = telemetry;
	const open: OpenStage = { tracer, journal: NO_JOURNAL, parent: ENTRY_STAGE, stage: ENTRY_STAGE, startedMs: 0 };
	try {
		enterStage(open, definition, item());
	} catch (error) {
		internalFailure(where, error);
	}
	if (!isFollowed(open.journal)) open.startedMs = nowMs();
	return open;
}

function enterStage(open: OpenStage, definition: SpanDef, carrier: unknown): void {
	if (typeof carrier !== 'object' || carrier === null) return;
	const { tracer } = open;
	open.journal = tracer.journalOf(carrier);
	open.parent = tracer.stageOf(carrier);
	if (open.journal === NO_JOURNAL) {
		open.journal = tracer.current.journal;
		open.parent = tracer.current.stage;
	}
	if (open.journal === NO_JOURNAL) return;
	open.stage = tracer.enter(open.journal, definition, open.parent);
	tracer.attach(carrier, open.journal, open.stage);
}

/** Closes it and puts the items back that carry it: the one it was opened for, and what was made of it. @returns seconds, also without a journal */
export function closeStage(open: OpenStage, status: StageStatus, item: unknown, made?: unknown): number {
	const { tracer, journal, stage, startedMs } = open;
	if (!isFollowed(journal)) return (nowMs() - startedMs) / 1000;
	tracer.exit(journal, stage, status);
	const seconds = tracer.seconds[0] ?? 0;
	putBack(open, item);
	putBack(open, made);
	return seconds;
}

function putBack({ tracer, journal, parent, stage }: OpenStage, item: unknown): void {
	if (typeof item !== 'object' || item === null) return;
	if (tracer.journalOf(item) === journal && tracer.stageOf(item) === stage) tracer.attach(item, journal, parent);
}

/** The call rejected instead of telling an outcome: the module stopped, or has a fault, which is told by this code. */
export function closeUntold(
	binding: GammaBinding,
	open: OpenStage,
	item: unknown,
	errorCode: string,
	failure: unknown,
): void {
	const { tracer, journal, stage } = open;
	const isStop = read(binding.isStop, failure) === true;
	if (isStop) setNumber(tracer, journal, stage, attribute['pipeline.cancelled'], 1);
	else tracer.fail(journal, stage, errors.definition(errorCode), failure);
	closeStage(open, isStop ? StageStatus.UNSET : StageStatus.ERROR, item);
}

/** Makes a call with this position ambient until it returns: what it calls at once belongs under it. */
export function inPosition(tracer: RecordTracer, journal: Journal, stage: Stage, call: () => unknown): unknown {
	const { current } = tracer;
	const { journal: outerJournal, stage: outerStage } = current;
	current.journal = journal;
	current.stage = stage;
	try {
		return call();
	} finally {
		current.journal = outerJournal;
		current.stage = outerStage;
	}
}
