import type { KeepReason, TraceVerdicts } from '@pipeline/telemetry-core';
import { isTraceId } from '@pipeline/telemetry-core/propagation';
import { MAX_RELEASED } from './released-batches.ts';

const MAX_KEEPS = 1_024;
const MAX_ID_LENGTH = 256;

const REASONS: Readonly<Record<KeepReason, true>> = {
	ERROR: true,
	SLOW: true,
	SLOW_OPERATION: true,
	DLQ: true,
	REPLAY: true,
	SECURITY: true,
	FORCED: true,
};

/** Verdicts as they arrived, and how many entries of them make no sense or are too many. */
export interface ReadVerdicts {
	readonly verdicts: TraceVerdicts;
	readonly refused: number;
}

/** Verdicts from outside. Of each list at most 1,024 entries count; what is no verdict is left out. */
export function readVerdicts(value: unknown): ReadVerdicts {
	if (typeof value !== 'object' || value === null) return { verdicts: { keep: [], released: [] }, refused: 1 };
	const { keep, released } = value as Partial<Record<keyof TraceVerdicts, unknown>>;
	const keeps = listed(keep, MAX_KEEPS, isKeep);
	const releases = listed(released, MAX_RELEASED, isBatchId);
	return {
		verdicts: { keep: keeps.entries, released: releases.entries },
		refused: keeps.refused + releases.refused,
	};
}

function listed<T>(
	value: unknown,
	most: number,
	isEntry: (entry: unknown) => entry is T,
): { readonly entries: readonly T[]; readonly refused: number } {
	if (value === undefined) return { entries: [], refused: 0 };
	if (!Array.isArray(value)) return { entries: [], refused: 1 };
	const entries = value.slice(0, most).filter(isEntry);
	return { entries, refused: value.length - entries.length };
}

function isKeep(entry: unknown): entry is TraceVerdicts['keep'][number] {
	if (typeof entry !== 'object' || entry === null) return false;
	const { traceId, reason } = entry as { readonly traceId?: unknown; readonly reason?: unknown };
	return isTraceId(traceId) && typeof reason === 'string' && Object.hasOwn(REASONS, reason);
}

function isBatchId(entry: unknown): entry is string {
	return typeof entry === 'string' && entry.length <= MAX_ID_LENGTH;
}
