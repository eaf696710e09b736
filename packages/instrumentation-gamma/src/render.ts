// Hot path: runs for every record and destination.
import { attribute, span } from '@pipeline/telemetry-core/gamma';
import { type Patch, read, recordCall, setText } from '@pipeline/telemetry-core/instrumentation';
import { describeRendered, factsOf } from './attributes.ts';
import type { GammaBinding } from './binding.ts';
import { errors, metrics } from './metrics.ts';
import type { GammaState } from './state.ts';

/** A record becomes bytes. */
export function render(binding: GammaBinding, { records, renderings }: GammaState): Patch {
	const readers = binding.render;
	return {
		target: readers,
		sees: 'rendering: sizes, times and failures by format',
		wrap: recordCall({
			span: span['gamma.render.render'],
			settled(tracer, journal, stage, rendered: object, _record: object, destination: object) {
				const { format } = factsOf(binding, destination);
				setText(
					tracer,
					journal,
					stage,
					attribute['pipeline.destination_id'],
					read(binding.destination?.id, destination),
				);
				setText(tracer, journal, stage, attribute['pipeline.format'], format);
				const errorCode = read(readers?.errorCode, rendered);
				if (errorCode !== undefined) tracer.fail(journal, stage, errors.definition(errorCode));
				else describeRendered(binding, tracer, journal, stage, rendered, destination);
			},
			failed(tracer, journal, stage, failure) {
				tracer.fail(journal, stage, errors.definition('RENDER_999_UNKNOWN'), failure);
			},
			after(tracer, journal, _stage, seconds, rendered: object | undefined, record: object, destination: object) {
				const { format } = factsOf(binding, destination);
				const errorCode = rendered === undefined ? 'RENDER_999_UNKNOWN' : read(readers?.errorCode, rendered);
				const outcome = errorCode === undefined ? 'SUCCESS' : 'FAILURE';
				metrics.recordsRendered.of(format, outcome).add(1);
				metrics.renderSeconds.of(format, outcome).record(seconds);
				renderings.add(errorCode === undefined ? 0 : 1, 1);
				if (errorCode !== undefined) metrics.renderErrors.of(errorCode, format).add(1);
				else metrics.renderedSize.of(format).record(read(readers?.sizeBytes, rendered) ?? 0);
				const open = records.destination(journal, tracer.stageOf(record));
				if (open === undefined) return;
				open.renderSeconds += seconds;
				if (errorCode !== undefined) open.fail(errorCode);
			},
		}),
	};
}
