// Hot path: runs for every record that enters.
// The tables of ingestion hold the audit event of a split, which any module's records may yield.
import '@pipeline/telemetry-core/alpha';
import { ENTRY_STAGE, nowMs, type RecordTracer, type Stage, StageStatus, telemetry } from '@pipeline/telemetry-core';
import { attribute, event, span, spanEvent } from '@pipeline/telemetry-core/beta';
import {
	type Callable,
	enterRecord,
	followResult,
	guarded,
	type Operation,
	type Patch,
	read,
	setCode,
	setText,
} from '@pipeline/telemetry-core/instrumentation';
import { describeEntry } from './attributes.ts';
import type { BetaBinding } from './binding.ts';
import { currentAcceptance } from './intake.ts';
import { type Acceptance, type Journey, journeys, newJourney } from './journeys.ts';

const PROCESS = span['beta.record.process'];
const COMPLETED = event['pipeline.beta.trace.trace.completed'];
const MAX_LINKS = 128;

/** What all records of one batch have in common when they enter. */
interface Entry {
	readonly binding: BetaBinding;
	readonly tracer: RecordTracer;
	readonly batch: Acceptance | undefined;
	readonly enteredMs: number;
	readonly targets: number;
	readonly profileId: string | undefined;
}

/** The batch passed its checks: its records enter, as they are, merged, or split. */
export function admit(binding: BetaBinding): Patch {
	return {
		target: binding.admit,
		sees: 'records: without their admission, no record is followed',
		wrap: (original: Callable, operation: Operation) =>
			function admitted(this: unknown, records: unknown, profile: unknown): unknown {
				if (!operation.isEnabled) return Reflect.apply(original, this, arguments);
				const batch = currentAcceptance();
				return followResult(
					() => Reflect.apply(original, this, arguments),
					(isFailure, value) => {
						if (!isFailure) guarded(operation.name, () => enterAll(binding, batch, records, profile, value));
					},
				);
			},
	};
}

function enterAll(
	binding: BetaBinding,
	batch: Acceptance | undefined,
	records: unknown,
	profile: unknown,
	result: unknown,
): void {
	const readers = binding.admit;
	const admitted = read(readers?.admitted, result);
	if (admitted === undefined || !Array.isArray(records)) return;
	const entry: Entry = {
		binding,
		tracer: telemetry.tracer,
		batch,
		enteredMs: nowMs(),
		targets: read(readers?.targetSchemaCount, profile) ?? 1,
		profileId: read(readers?.profileId, profile),
	};
	if (batch !== undefined) batch.recordCount = records.length;
	const parts = new Map<object, object[]>();
	for (const { record, sources } of admitted) {
		const [first] = sources;
		const source: unknown = first === undefined ? undefined : records[first];
		if (source === undefined || source === record) enter(entry, record);
		else if (sources.length > 1)
			merge(
				entry,
				record,
				sources.map((at) => records[at] as object),
			);
		else addPart(parts, source as object, record);
	}
	for (const [source, into] of parts) split(entry, source, into);
}

function addPart(parts: Map<object, object[]>, source: object, part: object): void {
	const known = parts.get(source);
	if (known === undefined) parts.set(source, [part]);
	else known.push(part);
}

/** Continues the trace that the record came with. */
function enter(entry: Entry, record: object): Journey {
	const { binding, tracer, batch } = entry;
	const carried = tracer.stageOf(record);
	const { journal } = enterRecord(tracer, PROCESS, record, 'ALPHA_BETA', read(binding.record?.recordId, record));
	const journey = begin(entry, record, journal);
	batch?.entered.push({ record, journey, carried });
	return journey;
}

function begin(entry: Entry, record: object, journal: Journey['journal']): Journey {
	const { binding, tracer, batch, enteredMs, targets, profileId } = entry;
	const stage = journal === 0 ? ENTRY_STAGE : tracer.stageOf(record);
	const ingestedAt = read(binding.record?.ingestedAt, record);
	const journey = newJourney({
		journal,
		stage,
		enteredMs,
		targets,
		...(batch === undefined ? {} : { batch }),
		...(ingestedAt === undefined ? {} : { ingestedAt }),
	});
	journeys.put(record, journey);
	if (batch !== undefined) tracer.link(journal, stage, 'batch', batch.position);
	tracer.event(journal, stage, spanEvent['record.received']);
	describeEntry(binding, tracer, journey, record, profileId);
	return journey;
}

/** Several records became one: it begins a trace that points to theirs, which end here. */
function merge(entry: Entry, merged: object, parents: readonly object[]): void {
	const { binding, tracer } = entry;
	const ended = parents.map((parent) => enter(entry, parent));
	const { journal, stage } = begin(entry, merged, tracer.begin(PROCESS, merged));
	for (const parent of ended.slice(0, MAX_LINKS))
		tracer.link(journal, stage, 'merged_from', tracer.inject(parent.journal, parent.stage, {}));
	const told = tracer.event(journal, stage, spanEvent['record.merged']);
	tracer.setNumber(journal, told, attribute['pipeline.merge.count'], parents.length);
	setCode(tracer, journal, told, attribute['pipeline.relation'], 'merge');
	for (const parent of parents)
		setText(tracer, journal, told, attribute['pipeline.parent_ids'], read(binding.record?.recordId, parent));
	for (const parent of ended) endSource(tracer, parent);
}

/** One record became several: each begins a trace of its own that points back, and the record's own trace ends. */
function split(entry: Entry, source: object, parts: readonly object[]): void {
	const { binding, tracer } = entry;
	const whole = enter(entry, source);
	const origin = tracer.inject(whole.journal, whole.stage, {});
	const tell = ({ journal, stage }: Journey): Stage => {
		const told = tracer.event(journal, stage, spanEvent['record.split']);
		tracer.setNumber(journal, told, attribute['pipeline.count'], parts.length);
		return told;
	};
	for (const part of parts) {
		const journey = begin(entry, part, tracer.begin(PROCESS, part));
		const { journal, stage } = journey;
		tracer.link(journal, stage, 'split_from', origin);
		const told = tell(journey);
		setCode(tracer, journal, told, attribute['pipeline.relation'], 'split');
		setText(tracer, journal, told, attribute['pipeline.parent_ids'], read(binding.record?.recordId, source));
	}
	tell(whole);
	endSource(tracer, whole);
}

/** The record lives on in others. */
function endSource(tracer: RecordTracer, journey: Journey): void {
	const { journal, stage } = journey;
	journeys.delete(journey);
	setCode(tracer, journal, stage, attribute['pipeline.beta_outcome'], 'TRANSFORMED');
	tracer.exit(journal, stage, StageStatus.UNSET);
	tracer.finish(journal, stage, 'DELIVERED', COMPLETED);
}
