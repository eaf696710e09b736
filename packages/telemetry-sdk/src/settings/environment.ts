export type Environment = Readonly<Record<string, string | undefined>>;

/** A setting that several of OpenTelemetry's variables say together. */
export interface EnvironmentReading {
	/** Variable that messages name. */
	readonly variable: string;
	/** @returns the setting's text; undefined where the variables do not say it */
	readonly read: (env: Environment) => string | undefined;
}

/** `OTEL_SDK_DISABLED`: only `true` means that. */
export function isDisabledByStandard(env: Environment): boolean {
	return textOf(env, 'OTEL_SDK_DISABLED')?.toLowerCase() === 'true';
}

export const SAMPLER_VARIABLE = 'OTEL_TRACES_SAMPLER';

const RATIOS = ['always_on', 'always_off', 'traceidratio'];

/** Samplers that are a share of the traces. A record's trace is always sampled as its sender's. */
export const SAMPLERS: readonly string[] = [...RATIOS, ...RATIOS.map((sampler) => `parentbased_${sampler}`)];

/** `OTEL_TRACES_SAMPLER` and its argument as a share of the traces; other samplers have none. */
export const ratioOfSampler: EnvironmentReading = {
	variable: 'OTEL_TRACES_SAMPLER_ARG',
	read(env) {
		switch (textOf(env, SAMPLER_VARIABLE)?.replace(/^parentbased_/, '')) {
			case 'always_on':
				return '1';
			case 'always_off':
				return '0';
			case 'traceidratio':
				return textOf(env, 'OTEL_TRACES_SAMPLER_ARG') ?? '1';
			default:
				return undefined;
		}
	},
};

/** A variable's text; undefined where it is empty: OpenTelemetry counts such variables as not set. */
export function textOf(env: Environment, variable: string): string | undefined {
	const text = env[variable]?.trim();
	return text === '' ? undefined : text;
}
