import { type Context, context as contextApi, createContextKey, type Span } from '@opentelemetry/api';
import { type Journal, LEFT_OUT, NO_JOURNAL, type Stage } from '../journal/tracer.ts';
import { telemetry } from '../runtime/telemetry.ts';

/** A stage of a record. */
export interface RecordPosition {
	readonly journal: Journal;
	readonly stage: Stage;
}

interface Opened extends RecordPosition {
	readonly span: Span;
}

/** The span that was opened here, and the stage it is in. */
const OPENED = createContextKey('pipeline.opened');

/** Where a record stands: the item's, else the one whose wrapped call is running. */
export function recordPosition(item?: object): RecordPosition | undefined {
	const { tracer } = telemetry;
	const own = item === undefined ? NO_JOURNAL : tracer.journalOf(item);
	if (item !== undefined && own !== NO_JOURNAL) return { journal: own, stage: tracer.stageOf(item) };
	const { journal, stage } = tracer.current;
	return journal === NO_JOURNAL ? undefined : { journal, stage };
}

/** The record's stage, unless a span that was opened in this very stage, or the active span, is nearer. */
export function nearestStage(item?: object): RecordPosition | undefined {
	const position = recordPosition(item);
	if (position === undefined) return undefined;
	const opened = contextApi.active().getValue(OPENED) as Opened | undefined;
	return opened?.journal === position.journal && opened.stage === position.stage ? undefined : position;
}

/** What a span opened here has as its parent; undefined when the record is left out. */
export function contextOfStage(position: RecordPosition | undefined): Context | undefined {
	if (position === undefined) return contextApi.active();
	if (position.journal === LEFT_OUT) return undefined;
	return telemetry.tracer.run(position.journal, position.stage, () => contextApi.active());
}

/** Notes in which stage a span was opened. */
export function withOpened(inside: Context, span: Span, position: RecordPosition | undefined): Context {
	return position === undefined ? inside : inside.setValue(OPENED, { ...position, span });
}
