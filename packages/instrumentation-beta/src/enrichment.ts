// Hot path: runs for every enriched record.
import { attribute, span } from '@pipeline/telemetry-core/beta';
import { handOver, type Patch, read, recordCall, setNumber, setText } from '@pipeline/telemetry-core/instrumentation';
import { describeFailure } from './attributes.ts';
import type { BetaBinding } from './binding.ts';
import { errors, metrics } from './metrics.ts';
import { tellFailure } from './transform.ts';

const UNKNOWN = 'ENR_999_UNKNOWN';
const TIMEOUT = 'TRX_007_TIMEOUT';

/** All lookups of one record for one target schema. */
export function enrich(binding: BetaBinding): Patch {
	const readers = binding.enrich;
	return {
		target: readers,
		sees: 'enrichment: lookups of a record, fallbacks',
		wrap: recordCall({
			span: span['beta.enrichment.enrich'],
			// Lookups run one after the other, with awaits in between, and find this stage on the record.
			nests: true,
			begin() {
				metrics.inProgress.of('ENRICHMENT').add(1);
			},
			settled(tracer, journal, stage, outcome: object, record: object) {
				const fallbacks = read(readers?.fallbacks, outcome) ?? [];
				setText(
					tracer,
					journal,
					stage,
					attribute['pipeline.target_schema'],
					read(binding.record?.targetSchema, record),
				);
				setNumber(tracer, journal, stage, attribute['pipeline.lookup_count'], read(readers?.lookups, outcome));
				setNumber(tracer, journal, stage, attribute['pipeline.cache_hits'], read(readers?.cacheHits, outcome));
				if (fallbacks.length > 0)
					tracer.setText(journal, stage, attribute['pipeline.fallback'], [...new Set(fallbacks)].join(','));
				const failure = read(readers?.failure, outcome);
				if (failure === undefined) return;
				tracer.fail(journal, stage, errors.definition(failure.errorCode));
				describeFailure(tracer, journal, stage, 'ENRICHMENT', failure, read(binding.record?.recordId, record));
			},
			failed(tracer, journal, stage, error, record: object) {
				const code = codeOf(error);
				setText(
					tracer,
					journal,
					stage,
					attribute['pipeline.target_schema'],
					read(binding.record?.targetSchema, record),
				);
				tracer.fail(journal, stage, errors.definition(code), code === UNKNOWN ? error : undefined);
				describeFailure(tracer, journal, stage, 'ENRICHMENT', {}, read(binding.record?.recordId, record));
				// The lookup's own error was reported with the lookup; this is the record's time that ran out, or a fault.
				const context = tracer.inject(journal, stage, {});
				const recordId = read(binding.record?.recordId, record);
				if (code === TIMEOUT)
					tellFailure({ errorCode: code }, read(binding.record?.targetSchema, record), recordId, context);
				else errors.report(code, { recordId, context });
			},
			after(tracer, journal, stage, _seconds, outcome: object | undefined, record: object) {
				metrics.inProgress.of('ENRICHMENT').add(-1);
				const enriched = outcome === undefined ? undefined : read(readers?.enriched, outcome);
				if (enriched === undefined) return;
				// It was made while the record carried this stage; it goes on as a sibling.
				const carried = tracer.stageOf(record);
				if (tracer.journalOf(enriched) === journal && tracer.stageOf(enriched) === stage)
					tracer.attach(enriched, journal, carried);
				handOver(tracer, journal, carried, enriched);
			},
		}),
	};
}

function codeOf(error: unknown): string {
	return (error as { readonly code?: unknown } | undefined)?.code === TIMEOUT ? TIMEOUT : UNKNOWN;
}
