import { ENTRY_STAGE, NO_JOURNAL, StageStatus, telemetry } from '@pipeline/telemetry-core';
import { attribute } from '@pipeline/telemetry-core/alpha';
import { type Patch, read, readContext, setNumber, setText } from '@pipeline/telemetry-core/instrumentation';
import { span as integration } from '@pipeline/telemetry-core/integration';
import type { AlphaBinding } from './binding.ts';

/** An entry is processed again: a new trace that points to the old one. */
export function replay(binding: AlphaBinding): Patch {
	const { target, item } = { target: binding.replay, item: binding.errorQueue?.item };
	return {
		target,
		sees: 'replays',
		wrap: (original, operation) =>
			function replayed(this: unknown): unknown {
				const entry: unknown = Reflect.apply(original, this, arguments);
				if (operation.isEnabled && typeof entry === 'object' && entry !== null)
					beginReplay(entry, read(item, entry) ?? entry, read(binding.errorQueue?.queue, entry));
				return entry;
			},
	};
}

function beginReplay(entry: object, item: object, queue: string | undefined): void {
	const { tracer } = telemetry;
	tracer.attach(item, NO_JOURNAL, ENTRY_STAGE);
	const journal = tracer.begin(integration['recovery.replay'], item);
	const origin = readContext(entry, 'REPLAY');
	if (origin !== undefined) tracer.link(journal, ENTRY_STAGE, 'replay_of', origin);
	tracer.keep(journal, 'REPLAY');
	setText(tracer, journal, ENTRY_STAGE, attribute['pipeline.queue'], queue);
	setNumber(tracer, journal, ENTRY_STAGE, attribute['pipeline.synthetic'], 1);
	setText(tracer, journal, ENTRY_STAGE, attribute['pipeline.synthetic.reason'], 'replay');
	tracer.exit(journal, ENTRY_STAGE, StageStatus.UNSET);
}
