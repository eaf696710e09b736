import { type Context, createContextKey } from '@opentelemetry/api';
import * as HEADER from './header.ts';

/** Whose call runs in a context: spans that begin there share the record's fate. */
export interface RecordCall {
	readonly traceId: string;
	/** Of this process's journals. */
	readonly journal: JournalNumber;
}

/** Tells the journals of a process apart, also after their slots have served others. */
export type JournalNumber = number;

const KEY = createContextKey('pipeline.record-call');

export function withRecordCall(context: Context, call: RecordCall): Context {
	return context.setValue(KEY, call);
}

export function recordCallIn(context: Context): RecordCall | undefined {
	return context.getValue(KEY) as RecordCall | undefined;
}

export function journalNumber(words: Int32Array, at: number): JournalNumber {
	return words[at + HEADER.EPOCH]! * 2 ** 32 + (words[at + HEADER.SEQUENCE]! >>> 0);
}
