import type { AlphaBetaBatch, BackPressureEvent, CircuitState } from '@pipeline/model';

/** What ingestion tells whoever listens. */
export interface AlphaEvents {
	backPressure: BackPressureEvent & { readonly depth: number; readonly capacity: number };
	bufferFull: { readonly depth: number; readonly capacity: number };
	circuitChanged: {
		readonly circuitId: string;
		readonly previousState: CircuitState;
		readonly newState: CircuitState;
		readonly failureCount: number;
	};
	connectionRetried: { readonly sourceId: string; readonly attemptNumber: number; readonly delayMs: number };
	/** A record's way ended here. */
	recordTerminal: {
		readonly ref: string;
		readonly recordId?: string;
		readonly outcome: 'DROPPED' | 'REJECTED' | 'QUARANTINED';
		readonly queue: string;
	};
	batchHandedOff: { readonly batch: AlphaBetaBatch };
	batchLost: { readonly batch: AlphaBetaBatch; readonly errorCode: string };
	degradationChanged: { readonly level: number; readonly errorCode: string };
	/** The source is exhausted and everything was handed off. */
	finished: { readonly totals: AlphaTotals };
}

export interface AlphaTotals {
	readonly fetched: number;
	/** Records that came to be: parsed ones and raw ones that could not be parsed. */
	readonly ingested: number;
	readonly parseFailed: number;
	readonly rejected: number;
	readonly quarantined: number;
	readonly handedOff: number;
	readonly lost: number;
}
