import { ConfigError } from '@pipeline/model';
import type { GammaConfig } from './gamma-config.ts';
import { NUMERIC_PARAMETERS, type NumericKey } from './parameters.ts';

const CHOICES: Readonly<Record<'ackTimeoutAction' | 'defaultOutputFormat', readonly string[]>> = {
	ackTimeoutAction: ['RETRY_DELIVERY', 'QUERY_DESTINATION', 'MANUAL_REVIEW', 'ASSUME_SUCCESS'],
	defaultOutputFormat: ['JSON', 'CSV'],
};

/**
 * Fills in defaults and checks every value.
 * @throws ConfigError naming the first bad key and its allowed range; unknown keys are refused too.
 */
export function gammaConfig(overrides: Partial<GammaConfig> = {}): GammaConfig {
	const config: GammaConfig = {
		...numericDefaults(),
		ackTimeoutAction: 'RETRY_DELIVERY',
		defaultOutputFormat: 'JSON',
		deliveryProfileDefault: 'standard',
		...withoutUndefined(overrides),
	};
	checkNumbers(config);
	checkChoices(config);
	return config;
}

function numericDefaults(): Pick<GammaConfig, NumericKey> {
	const entries = Object.entries(NUMERIC_PARAMETERS).map(([key, parameter]) => [key, parameter.default]);
	return Object.fromEntries(entries) as Pick<GammaConfig, NumericKey>;
}

function withoutUndefined(overrides: Partial<GammaConfig>): Partial<GammaConfig> {
	return Object.fromEntries(Object.entries(overrides).filter(([, value]) => value !== undefined));
}

function checkNumbers(config: GammaConfig): void {
	for (const [key, { min, max, integer }] of Object.entries(NUMERIC_PARAMETERS)) {
		const value = config[key as NumericKey];
		const fits = typeof value === 'number' && value >= min && value <= max && (!integer || Number.isInteger(value));
		if (!fits) throw new ConfigError(`gamma.${key}`, `${integer ? 'integer ' : ''}${min}-${max}`);
	}
	if (config.backpressureLowWatermark >= config.backpressureHighWatermark) {
		const allowed = `below backpressureHighWatermark ${config.backpressureHighWatermark}`;
		throw new ConfigError('gamma.backpressureLowWatermark', allowed);
	}
}

function checkChoices(config: GammaConfig): void {
	const known = new Set<string>([
		...Object.keys(NUMERIC_PARAMETERS),
		...Object.keys(CHOICES),
		'deliveryProfileDefault',
	]);
	for (const key of Object.keys(config)) {
		if (!known.has(key)) throw new ConfigError(`gamma.${key}`, 'no such parameter');
	}
	for (const [key, allowed] of Object.entries(CHOICES)) {
		const value = config[key as keyof typeof CHOICES];
		if (!allowed.includes(value)) throw new ConfigError(`gamma.${key}`, allowed.join(', '));
	}
}
