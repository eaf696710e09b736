// Hot path: runs for every record.
import {
	ENTRY_STAGE,
	type Journal,
	NO_JOURNAL,
	type RecordTracer,
	type Stage,
	StageStatus,
} from '@pipeline/telemetry-core';
import { attribute, event, span, spanEvent } from '@pipeline/telemetry-core/alpha';
import {
	type BatchLinks,
	carriedBy,
	handOver,
	MinuteRatio,
	type Patch,
	read,
	readContext,
	recordCall,
	setCode,
	setText,
} from '@pipeline/telemetry-core/instrumentation';
import { describeParsed, describeRaw, rawRef, sourceIdOf, sourceTypeOf } from './attributes.ts';
import type { AlphaBinding } from './binding.ts';
import type { AlphaOptions } from './config.ts';
import { errors, metrics } from './metrics.ts';

const INGEST = span['alpha.record.ingest'];
const CODE = /^[A-Z][A-Z0-9_]{0,63}$/;

/** Raw records that the parser rejected in the last minute. */
export const parseFailures = new MinuteRatio();

/** A raw record becomes fields: its journal begins here. */
export function parse(
	binding: AlphaBinding,
	{ trustInboundContext, maxFailureEvents }: AlphaOptions,
	links: BatchLinks,
): Patch {
	const readers = binding.parse;
	const carrierOf = carriedBy(readers?.carrier);
	return {
		target: readers,
		sees: 'records: without parsing, no record is followed',
		wrap: recordCall({
			span: span['alpha.parser.parse'],
			item: carrierOf,
			begin(tracer, raw: object, second: unknown, self: unknown) {
				const inbound = readContext(raw, 'PARSE');
				const item = carrierOf(raw, second, self);
				// A replay has begun its trace, and points itself to where the record came from.
				const replayed = tracer.journalOf(item);
				const journal =
					replayed === NO_JOURNAL ? tracer.begin(INGEST, item, trustInboundContext ? inbound : undefined) : replayed;
				if (replayed === NO_JOURNAL) {
					if (!trustInboundContext && inbound !== undefined) tracer.link(journal, ENTRY_STAGE, 'caused_by', inbound);
					links.linkBatch(tracer, journal, read(binding.raw?.batchId, raw));
				}
				tracer.event(journal, ENTRY_STAGE, spanEvent['record.received']);
				describeRaw(binding, tracer, journal, raw);
				return journal;
			},
			settled(tracer, journal, stage, outcome: object, raw: object) {
				setText(tracer, journal, stage, attribute['pipeline.parser'], read(readers?.parser, raw));
				const errorCode = read(readers?.errorCode, outcome);
				if (errorCode !== undefined) {
					tracer.fail(journal, stage, errors.definition(errorCode));
					setText(tracer, journal, stage, attribute['pipeline.raw_record_ref'], rawRef(binding, raw));
					setText(tracer, journal, stage, attribute['pipeline.error_location'], read(readers?.errorLocation, outcome));
					return;
				}
				const [record] = read(readers?.records, outcome) ?? [];
				if (record === undefined) return;
				describeParsed(binding, tracer, journal, stage, record);
				for (const warning of (read(readers?.warnings, record) ?? []).slice(0, maxFailureEvents)) {
					const told = tracer.event(journal, stage, spanEvent['parse.warning']);
					// A sentence may quote the record; a code does not.
					if (CODE.test(warning)) setText(tracer, journal, told, attribute['pipeline.warning'], warning);
				}
			},
			after(
				tracer,
				journal,
				_stage,
				seconds,
				outcome: object | undefined,
				raw: object,
				second: unknown,
				self: unknown,
			) {
				const sourceId = sourceIdOf(binding, raw);
				const sourceType = sourceTypeOf(sourceId);
				const errorCode = outcome === undefined ? 'PARSE_999_UNKNOWN' : read(readers?.errorCode, outcome);
				const result = errorCode === undefined ? 'SUCCESS' : 'FAILURE';
				parseFailures.add(errorCode !== undefined);
				metrics.recordsParsed.of(sourceId, result).add(1);
				metrics.parseSeconds.of(sourceType, result).record(seconds);
				metrics.recordSize.of(sourceType).record(read(binding.raw?.sizeBytes, raw) ?? 0);
				if (errorCode !== undefined) {
					metrics.parseErrors.of(errorCode, sourceId).add(1);
					errors.report(errorCode, {
						context: tracer.inject(journal, ENTRY_STAGE, {}),
						batchId: read(binding.raw?.batchId, raw),
					});
					// Nothing carries it on to an error queue: its way ends here.
					if (tracer.journalOf(carrierOf(raw, second, self)) !== journal) drop(tracer, journal, errorCode);
					return;
				}
				const records = read(readers?.records, outcome) ?? [];
				for (const record of records) {
					const warnings = read(readers?.warnings, record)?.length ?? 0;
					if (warnings > 0) metrics.parseWarnings.of(sourceId).add(warnings);
				}
				if (records.length > 1) split(binding, tracer, journal, raw, records);
				else handOver(tracer, journal, tracer.stageOf(carrierOf(raw, second, self)), records[0]);
			},
		}),
	};
}

/** Several records came of one: each begins a trace of its own that points back, and the raw record's trace ends. */
function split(
	binding: AlphaBinding,
	tracer: RecordTracer,
	source: Journal,
	raw: object,
	records: readonly object[],
): void {
	const origin = tracer.inject(source, ENTRY_STAGE, {});
	const tell = (journal: Journal): Stage => {
		const told = tracer.event(journal, ENTRY_STAGE, spanEvent['record.split']);
		tracer.setNumber(journal, told, attribute['pipeline.count'], records.length);
		return told;
	};
	tell(source);
	for (const record of records) {
		// It was made from the raw record and carries its position; it begins its own.
		tracer.attach(record, NO_JOURNAL, ENTRY_STAGE);
		const journal = tracer.begin(INGEST, record);
		tracer.link(journal, ENTRY_STAGE, 'split_from', origin);
		describeRaw(binding, tracer, journal, raw);
		describeParsed(binding, tracer, journal, ENTRY_STAGE, record);
		const told = tell(journal);
		setCode(tracer, journal, told, attribute['pipeline.relation'], 'split');
		setText(tracer, journal, told, attribute['pipeline.parent_ids'], rawRef(binding, raw));
	}
	tracer.exit(source, ENTRY_STAGE, StageStatus.UNSET);
	tracer.finish(source, ENTRY_STAGE, 'DELIVERED', event['pipeline.alpha.trace.trace.completed']);
}

function drop(tracer: RecordTracer, journal: Journal, errorCode: string): void {
	tracer.fail(journal, ENTRY_STAGE, errors.definition(errorCode));
	tracer.exit(journal, ENTRY_STAGE, StageStatus.ERROR);
	tracer.finish(journal, ENTRY_STAGE, 'DROPPED', event['pipeline.alpha.trace.trace.completed']);
}
