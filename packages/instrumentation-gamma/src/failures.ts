import { type TraceFields, telemetry } from '@pipeline/telemetry-core';
import type { SeverityName } from '@pipeline/telemetry-core/registry';
import { errors, metrics } from './metrics.ts';

/** What went wrong with a record or a destination, as the module tells it. */
export interface Failure {
	readonly category: string;
	readonly error: {
		readonly errorCode: string;
		readonly recordId?: string;
		readonly destinationId?: string;
		readonly attemptNumber?: number;
		/** Another attempt follows. */
		readonly retryEligible?: boolean;
		/** Connections only: `NETWORK`, `DNS`, … */
		readonly errorType?: string;
	};
}

/** Counts and logs a failure. While a delivery is tried again it is a warning. */
export function tellFailure({ category, error }: Failure): void {
	const { errorCode, recordId, destinationId, attemptNumber, retryEligible, errorType } = error;
	if (category === 'CONNECTION') metrics.connectionErrors.of(destinationId, errorType).add(1);
	const severity: { severity?: SeverityName } =
		category === 'DELIVERY' && retryEligible === true ? { severity: 'WARN' } : {};
	errors.report(errorCode, {
		...severity,
		recordId: recordId || undefined,
		context: positionOf(error),
		dimensions: { 'pipeline.destination_id': destinationId || undefined, 'pipeline.attempt_number': attemptNumber },
	});
}

function positionOf(error: object): TraceFields | undefined {
	const { tracer } = telemetry;
	const journal = tracer.journalOf(error);
	return journal === 0 ? undefined : tracer.inject(journal, tracer.stageOf(error), {});
}
