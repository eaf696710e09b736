import type { TelemetryEvent } from '@pipeline/telemetry-core/schema';
import type { LineageGraph } from '../lineage/trace-lineage.ts';
import type { RecordTraces } from './record-traces.ts';

/** What was read, all of one tenant. */
export interface JourneySources {
	readonly recordId: string;
	readonly tenant: string;
	/** Those that name the record. */
	readonly own: readonly TelemetryEvent[];
	/** Those that name it or one of its traces. */
	readonly all: readonly TelemetryEvent[];
	readonly traceIds: readonly string[];
	readonly spans: RecordTraces;
	readonly lineage: LineageGraph;
	readonly areEventsCut: boolean;
}
