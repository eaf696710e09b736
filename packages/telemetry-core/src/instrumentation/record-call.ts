// Hot path: runs for every wrapped call of every record.
import { isPromise } from 'node:util/types';
import { type Context, context as contextApi } from '@opentelemetry/api';
import {
	ENTRY_STAGE,
	isFollowed,
	type Journal,
	NO_JOURNAL,
	type RecordTracer,
	type Stage,
	StageStatus,
} from '../journal/tracer.ts';
import type { SpanDef } from '../registry/definitions.ts';
import { nowMs } from '../runtime/clock.ts';
import { telemetry } from '../runtime/telemetry.ts';
import { internalFailure } from './internal-failure.ts';
import type { Callable, Operation, Wrap } from './operation.ts';

/**
 * How one call about one record is told. Callbacks read the call's first two arguments and its receiver; they may not change
 * them. Whatever they throw is swallowed and counted.
 */
export interface RecordCall<First = never, Second = never, Result = never, Self = never> {
	readonly span: SpanDef;
	/**
	 * Before anything else: where an entry operation begins the record's journal. Returns it, for items that cannot carry it.
	 */
	readonly begin?: (tracer: RecordTracer, first: First, second: Second, self: Self) => Journal | undefined;
	/** The object that carries the record's position. @default the first argument */
	readonly item?: (first: First, second: Second, self: Self) => unknown;
	/**
	 * The item carries this stage while the call runs, so that calls made for it after an await belong under it. Items made from it meanwhile
	 * inherit the stage; the one that is returned is put back. Not for items with several such calls open at the same time.
	 */
	readonly nests?: true;
	/**
	 * A stage of the detail level `full`. Where it is not shown it is told only if the call failed, by throwing or by what it gave: then
	 * the function returns true. Everything else that is known of it belongs into `after`.
	 */
	readonly isFailure?: (result: Result) => boolean;
	/**
	 * The call reaches another process: spans of libraries inside it belong under this stage. A function also gives the context that the call
	 * runs in, made of the active one, so that what is notified of meanwhile is known to belong to it.
	 */
	readonly remote?: true | ((active: Context, first: First) => Context);
	/**
	 * The call returned or resolved: attributes, stage events, `fail`. The stage is still open. Only where the record is followed: what else is to
	 * be told belongs into `after`.
	 */
	readonly settled?: (
		tracer: RecordTracer,
		journal: Journal,
		stage: Stage,
		result: Result,
		first: First,
		second: Second,
		self: Self,
	) => void;
	/** The call threw or rejected; without it the stage just ends with ERROR. */
	readonly failed?: (
		tracer: RecordTracer,
		journal: Journal,
		stage: Stage,
		error: unknown,
		first: First,
		second: Second,
		self: Self,
	) => void;
	/** After the stage ended: metrics, hand-over of the position to the result, `finish`. `result` is undefined when the call failed. */
	readonly after?: (
		tracer: RecordTracer,
		journal: Journal,
		stage: Stage,
		seconds: number,
		result: Result | undefined,
		first: First,
		second: Second,
		self: Self,
	) => void;
}

type Given = RecordCall<unknown, unknown, unknown, unknown>;
type Any = { readonly [K in keyof Required<Given>]: Given[K] };

/** Wraps a call about one record into a stage of its journal. Same result, same promise, same error. */
export function recordCall<First, Second, Result, Self>(typed: RecordCall<First, Second, Result, Self>): Wrap {
	const call = shaped(typed as unknown as Given);
	return (original, operation) => {
		const target = call.remote === undefined ? original : remotely(original, operation, call.remote);
		return function recorded(this: unknown, first: unknown, second: unknown): unknown {
			if (!operation.isEnabled) return Reflect.apply(original, this, arguments);
			const tracer = telemetry.tracer;
			const { current } = tracer;
			const outerJournal = current.journal;
			const outerStage = current.stage;
			let journal: Journal = NO_JOURNAL;
			let parent: Stage = ENTRY_STAGE;
			let stage: Stage = ENTRY_STAGE;
			let carrier: object | undefined;
			let carried: Stage = ENTRY_STAGE;
			let startedMs = 0;
			try {
				const begun = call.begin?.(tracer, first, second, this);
				const item = call.item === undefined ? first : call.item(first, second, this);
				if (typeof item === 'object' && item !== null) {
					journal = tracer.journalOf(item);
					if (journal !== NO_JOURNAL && call.nests === true) carrier = item;
					parent = carried = tracer.stageOf(item);
				}
				if (journal === NO_JOURNAL && begun !== undefined) journal = begun;
				// Inside a wrapped call about the same record the ambient stage is the nearer parent.
				if (outerJournal !== NO_JOURNAL && (journal === NO_JOURNAL || journal === outerJournal)) {
					journal = outerJournal;
					parent = outerStage;
				}
				if (!isFollowed(journal)) {
					startedMs = nowMs();
				} else if (call.isFailure === undefined || tracer.isDetailed) {
					stage = tracer.enter(journal, call.span, parent);
					if (carrier !== undefined) tracer.attach(carrier, journal, stage);
				} else {
					startedMs = nowMs();
					stage = parent;
					carrier = undefined;
				}
			} catch (error) {
				internalFailure(operation.name, error);
			}
			current.journal = journal;
			current.stage = stage;
			let result: unknown;
			try {
				result = Reflect.apply(target, this, arguments);
			} catch (error) {
				current.journal = outerJournal;
				current.stage = outerStage;
				end(call, operation, tracer, journal, stage, carrier, carried, startedMs, true, error, first, second, this);
				throw error;
			}
			current.journal = outerJournal;
			current.stage = outerStage;
			if (isPromise(result))
				follow(result, call, operation, tracer, journal, stage, carrier, carried, startedMs, first, second, this);
			else
				end(call, operation, tracer, journal, stage, carrier, carried, startedMs, false, result, first, second, this);
			return result;
		};
	};
}

/** The same, of the shape that all others have: `recorded` reads them all in the same places. */
function shaped({ span, begin, item, nests, isFailure, remote, settled, failed, after }: Given): Any {
	return { span, begin, item, nests, isFailure, remote, settled, failed, after };
}

/** The call in the async context of the position that `recorded` has made ambient. */
function remotely(original: Callable, { name }: Operation, remote: NonNullable<Any['remote']>): Callable {
	return function run(this: unknown, first: unknown): unknown {
		const { tracer } = telemetry;
		const { journal, stage } = tracer.current;
		let context = contextApi.active();
		try {
			if (remote !== true) context = remote(context, first);
		} catch (error) {
			internalFailure(name, error);
		}
		const call = () => Reflect.apply(original, this, arguments);
		return isFollowed(journal) ? tracer.run(journal, stage, call, context) : contextApi.with(context, call);
	};
}

// Apart from `recorded`, as `remotely` is: a function that holds a closure, or hands on its arguments, puts them on the heap in every call.
function follow(
	promise: Promise<unknown>,
	call: Any,
	operation: Operation,
	tracer: RecordTracer,
	journal: Journal,
	stage: Stage,
	carrier: object | undefined,
	carried: Stage,
	startedMs: number,
	first: unknown,
	second: unknown,
	self: unknown,
): void {
	promise.then(
		(value) =>
			end(call, operation, tracer, journal, stage, carrier, carried, startedMs, false, value, first, second, self),
		(error) =>
			end(call, operation, tracer, journal, stage, carrier, carried, startedMs, true, error, first, second, self),
	);
}

// Thirteen parameters instead of one object: a call that is not awaited allocates nothing.
function end(
	call: Any,
	operation: Operation,
	tracer: RecordTracer,
	journal: Journal,
	stage: Stage,
	carrier: object | undefined,
	carried: Stage,
	startedMs: number,
	isFailure: boolean,
	value: unknown,
	first: unknown,
	second: unknown,
	self: unknown,
): void {
	if (isFollowed(journal) && startedMs !== 0) {
		endUnseen(call, operation, tracer, journal, stage, startedMs, isFailure, value, first, second, self);
		return;
	}
	try {
		tell(call, tracer, journal, stage, isFailure, value, first, second, self);
	} catch (error) {
		internalFailure(operation.name, error);
	}
	try {
		let seconds = 0;
		if (!isFollowed(journal)) {
			seconds = (nowMs() - startedMs) / 1000;
		} else {
			tracer.exit(journal, stage, isFailure ? StageStatus.ERROR : StageStatus.UNSET);
			seconds = tracer.seconds[0] ?? 0;
			if (carrier !== undefined) {
				putBack(tracer, carrier, journal, stage, carried);
				if (!isFailure) putBack(tracer, value, journal, stage, carried);
			}
		}
		call.after?.(tracer, journal, stage, seconds, isFailure ? undefined : value, first, second, self);
	} catch (error) {
		internalFailure(operation.name, error);
	}
}

function tell(
	call: Any,
	tracer: RecordTracer,
	journal: Journal,
	stage: Stage,
	isFailure: boolean,
	value: unknown,
	first: unknown,
	second: unknown,
	self: unknown,
): void {
	if (isFailure) call.failed?.(tracer, journal, stage, value, first, second, self);
	else if (isFollowed(journal)) call.settled?.(tracer, journal, stage, value, first, second, self);
}

/** A stage that the level of detail leaves out, unless it failed. */
function endUnseen(
	call: Any,
	operation: Operation,
	tracer: RecordTracer,
	journal: Journal,
	parent: Stage,
	startedMs: number,
	isFailure: boolean,
	value: unknown,
	first: unknown,
	second: unknown,
	self: unknown,
): void {
	const endedMs = nowMs();
	try {
		if (isFailure || call.isFailure?.(value) === true) {
			const status = isFailure ? StageStatus.ERROR : StageStatus.UNSET;
			const stage = tracer.insert(journal, call.span, parent, startedMs, endedMs, status);
			tell(call, tracer, journal, stage, isFailure, value, first, second, self);
		}
	} catch (error) {
		internalFailure(operation.name, error);
	}
	try {
		const result = isFailure ? undefined : value;
		call.after?.(tracer, journal, parent, (endedMs - startedMs) / 1000, result, first, second, self);
	} catch (error) {
		internalFailure(operation.name, error);
	}
}

/** Unless the call gave the item another position. */
function putBack(tracer: RecordTracer, item: unknown, journal: Journal, stage: Stage, carried: Stage): void {
	if (typeof item !== 'object' || item === null) return;
	if (tracer.journalOf(item) === journal && tracer.stageOf(item) === stage) tracer.attach(item, journal, carried);
}
