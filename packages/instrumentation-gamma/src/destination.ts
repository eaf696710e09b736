// Hot path: runs for every record and destination.
import { nowMs, StageStatus } from '@pipeline/telemetry-core';
import { attribute, span } from '@pipeline/telemetry-core/gamma';
import { type Patch, read, recordCall, setCode, setNumber, setText } from '@pipeline/telemetry-core/instrumentation';
import { lookUpError } from '@pipeline/telemetry-core/registry';
import { factsOf, findDestination, UNKNOWN } from './attributes.ts';
import type { GammaBinding } from './binding.ts';
import { confirm } from './confirm.ts';
import { errors, metrics } from './metrics.ts';
import type { OpenDestination } from './open-records.ts';
import type { GammaState } from './state.ts';

const UNAUTHORIZED = 'ROUTE_005_UNAUTHORIZED';

/** One record and one destination, through all attempts. Several are open at the same time: each has an item of its own. */
export function toDestination(binding: GammaBinding, { records }: GammaState): Patch {
	const readers = binding.toDestination;
	return {
		target: readers,
		sees: 'deliveries: results by destination, attempts they took',
		wrap: recordCall({
			span: span['gamma.destination.deliver'],
			nests: true,
			settled(tracer, journal, stage, result: object, _record: object, about: unknown, self: unknown) {
				const { destination, type, format } = factsOf(binding, findDestination(readers?.destination, self, about));
				setText(tracer, journal, stage, attribute['pipeline.destination_id'], read(readers?.destinationId, about));
				setCode(tracer, journal, stage, attribute['pipeline.destination_type'], type);
				setText(tracer, journal, stage, attribute['pipeline.format'], format);
				setNumber(tracer, journal, stage, attribute['pipeline.total_attempts'], read(readers?.totalAttempts, result));
				const status = read(readers?.finalStatus, result) ?? 'DELIVERED';
				setCode(tracer, journal, stage, attribute['pipeline.final_status'], status);
				const open = records.destination(journal, stage);
				if (status === 'DELIVERED') {
					setCode(tracer, journal, stage, attribute['pipeline.disposition'], 'DELIVERED');
					if (open?.isConfirmed !== true) confirm(binding, tracer, journal, stage, result, about, destination);
					return;
				}
				const errorCode = open?.errorCode;
				setCode(
					tracer,
					journal,
					stage,
					attribute['pipeline.disposition'],
					errorCode === UNAUTHORIZED ? 'BLOCKED' : status,
				);
				tracer.fail(journal, stage, errors.definition(errorCode ?? 'DELIV_999_UNKNOWN'));
			},
			failed(tracer, journal, stage, failure) {
				if (read(binding.isStop, failure) === true) {
					setNumber(tracer, journal, stage, attribute['pipeline.cancelled'], 1);
					return tracer.exit(journal, stage, StageStatus.UNSET);
				}
				tracer.fail(journal, stage, errors.definition('DELIV_999_UNKNOWN'), failure);
			},
			after(
				tracer,
				journal,
				stage,
				seconds,
				result: object | undefined,
				record: object,
				about: unknown,
				self: unknown,
			) {
				const open = records.destination(journal, stage);
				if (open !== undefined) open.isOver = true;
				if (result === undefined) return;
				const totalAttempts = read(readers?.totalAttempts, result) ?? 0;
				const status = read(readers?.finalStatus, result) ?? 'DELIVERED';
				if (open !== undefined) {
					records.record(journal, tracer.stageOf(record))?.add(open, seconds, totalAttempts);
					if (status === 'DELIVERED') recordRecovery(open);
				}
				const destinationId = read(readers?.destinationId, about) ?? UNKNOWN;
				metrics.attemptsPerRecord.of(destinationId, status).record(totalAttempts);
				metrics.deliveriesByQuality.of(bandOf(read(binding.record?.qualityScore, record)), status).add(1);
				if (status !== 'DELIVERED') return metrics.recordsFailed.of(destinationId, status).add(1);
				const { type } = factsOf(binding, findDestination(readers?.destination, self, about));
				metrics.recordsDelivered.of(destinationId, type).add(1);
			},
		}),
	};
}

function recordRecovery({ errorCode, firstFailureMs }: OpenDestination): void {
	if (errorCode === undefined) return;
	const category = lookUpError(errors.definition(errorCode))?.entry.category;
	metrics.recoverySeconds.of(category).record((nowMs() - firstFailureMs) / 1000);
}

function bandOf(score: number | undefined): string | undefined {
	if (score === undefined) return undefined;
	if (score < 0.3) return 'LT_03';
	return score < 0.7 ? 'LT_07' : 'GE_07';
}
