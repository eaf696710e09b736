import type { TraceState } from '@opentelemetry/api';
import { parseTraceState, type TraceStateEntry, withTraceStateEntry, writeTraceState } from './tracestate.ts';

/** OpenTelemetry's view of a `tracestate`, with the level 2 grammar (the API's own class accepts and keeps less and more). Immutable. */
export class PipelineTraceState implements TraceState {
	readonly #entries: readonly TraceStateEntry[];

	/** A malformed text counts as empty. */
	constructor(traceState = '') {
		this.#entries = parseTraceState(traceState) ?? [];
	}

	/** A copy with the entry in front; an impossible key or value changes nothing. */
	set(key: string, value: string): PipelineTraceState {
		return new PipelineTraceState(withTraceStateEntry(this.serialize(), key, value));
	}

	unset(key: string): PipelineTraceState {
		return new PipelineTraceState(withTraceStateEntry(this.serialize(), key, undefined));
	}

	get(key: string): string | undefined {
		return this.#entries.find((entry) => entry.key === key)?.value;
	}

	/** At most 32 entries and 512 characters. */
	serialize(): string {
		return writeTraceState(this.#entries);
	}
}
