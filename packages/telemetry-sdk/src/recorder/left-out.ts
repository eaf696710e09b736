import { identityIdGenerator, type TraceFields } from '@pipeline/telemetry-core';
import { OWN_KEY, RANDOM_FLAG, readTraceStateEntry, withTraceStateEntry } from '@pipeline/telemetry-core/propagation';

/** Which of the records that begin in this process are followed. */
export interface Admission {
	/** Whether any record is left out at present. What comes from outside may leave records out only while this process does so itself. */
	readonly isPartial: boolean;
	/** Decides about the next record. */
	admits(): boolean;
}

const MARK = 'x:1';
const ids = identityIdGenerator();

/** A record that was followed up to here goes on, one that was left out stays out, and a new one is decided about. */
export function isAdmitted(admission: Admission, remote: Readonly<TraceFields> | undefined): boolean {
	if (remote?.traceId === undefined) return admission.admits();
	return readTraceStateEntry(remote.traceState, OWN_KEY) !== MARK;
}

/** The context that a record travels with when it was left out: unsampled ids of its own, and the mark. */
export function writeLeftOut(into: TraceFields): TraceFields {
	into.traceId = ids.generateTraceId();
	into.spanId = ids.generateSpanId();
	into.traceFlags = RANDOM_FLAG;
	into.traceState = withTraceStateEntry('', OWN_KEY, MARK);
	return into;
}
