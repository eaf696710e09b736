import * as alpha from '@pipeline/alpha';
import * as beta from '@pipeline/beta';
import * as gamma from '@pipeline/gamma';
import { type AlphaBinding, AlphaInstrumentation, referenceBinding } from '@pipeline/instrumentation-alpha';
import { BetaInstrumentation } from '@pipeline/instrumentation-beta';
import { GammaInstrumentation } from '@pipeline/instrumentation-gamma';
import { IntegrationLayerInstrumentation } from '@pipeline/instrumentation-integration-layer';
import * as layer from '@pipeline/integration-layer';
import type { ParsedRecord } from '@pipeline/model';
import type { PipelineInstrumentation } from '@pipeline/telemetry-core/instrumentation';

/** A strike is about the operator of the aircraft; flights are about nobody. */
const SUBJECT_FIELD = 'Aircraft Airline Operator';

const binding: AlphaBinding = {
	...referenceBinding,
	record: {
		...referenceBinding.record,
		subjectKey({ fields }: ParsedRecord) {
			const value = fields[SUBJECT_FIELD];
			return value?.fieldType === 'STRING' ? value.stringValue : undefined;
		},
	},
};

/** The instrumentations of all modules, given the modules themselves: they are loaded already, so no import hook sees them. */
export async function instrumentModules(): Promise<PipelineInstrumentation[]> {
	const pairs: readonly (readonly [PipelineInstrumentation, object])[] = [
		[new AlphaInstrumentation({ binding }) as unknown as PipelineInstrumentation, alpha],
		[new IntegrationLayerInstrumentation() as unknown as PipelineInstrumentation, layer],
		[new BetaInstrumentation() as unknown as PipelineInstrumentation, beta],
		[new GammaInstrumentation() as unknown as PipelineInstrumentation, gamma],
	];
	for (const [instrumentation, module] of pairs) instrumentation.instrument(module);
	return pairs.map(([instrumentation]) => instrumentation);
}
