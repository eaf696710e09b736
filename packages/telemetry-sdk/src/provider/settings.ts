import type { DetailLevel } from '@pipeline/telemetry-core/registry';
import type { OtlpProtocol } from '../export/span-delegate.ts';
import { PROFILE_NAMES, PROFILES, type ProfileName } from './profiles.ts';

/** Settings that an application may give; what is absent comes from the environment, then from the profile. */
export interface TelemetrySettings {
	/** `TELEMETRY_ENABLED`. @default as the profile says */
	readonly enabled?: boolean | undefined;
	/** `TELEMETRY_PROFILE`: off, dev, staging, prod, prod_high_volume. @default off */
	readonly profile?: ProfileName | undefined;
	/** `TELEMETRY_BACKEND`. @default otel where an endpoint is set, else noop */
	readonly backend?: 'noop' | 'otel' | undefined;
	/** `TELEMETRY_TRACE_RATIO`, 0..1. */
	readonly ratio?: number | undefined;
	/** Milliseconds, 1..3600000. */
	readonly slowOperationMs?: number | undefined;
	/** Milliseconds, 1..86400000. */
	readonly slowTraceMs?: number | undefined;
	/** `TELEMETRY_DETAIL`: minimal, standard, full. */
	readonly detail?: DetailLevel | undefined;
	/** `OTEL_SERVICE_NAME`. @default pipeline */
	readonly serviceName?: string | undefined;
}

/** Every setting, decided. */
export interface ResolvedSettings {
	readonly enabled: boolean;
	readonly profile: ProfileName;
	readonly backend: 'noop' | 'otel';
	readonly ratio: number;
	readonly slowOperationMs: number;
	readonly slowTraceMs: number;
	readonly detail: DetailLevel;
	readonly serviceName: string;
	readonly protocol: OtlpProtocol;
}

export type Environment = Readonly<Record<string, string | undefined>>;

type Parse<T> = (value: unknown) => T | undefined;

const DETAILS = ['minimal', 'standard', 'full'] as const;
const BACKENDS = ['noop', 'otel'] as const;
const PROTOCOLS = ['http/protobuf', 'http/json', 'grpc'] as const;

/** A setting that is not allowed: says where it comes from, what it is, and what is allowed. */
export class SettingError extends Error {
	override readonly name = 'SettingError';
	readonly source: string;

	constructor(source: string, value: unknown, allowed: string) {
		super(`${source} is ${JSON.stringify(value) ?? String(value)}; allowed: ${allowed}`);
		this.source = source;
	}
}

/** Options before environment before profile. @throws SettingError for the first value that is not allowed */
export function resolveSettings(options: TelemetrySettings, env: Environment): ResolvedSettings {
	const read = <T>(name: keyof TelemetrySettings, variable: string | undefined, parse: Parse<T>, allowed: string) => {
		const given = options[name];
		if (given !== undefined) return checked(`option ${name}`, given, parse, allowed);
		const text = variable === undefined ? undefined : env[variable];
		return variable === undefined || text === undefined || text.trim() === ''
			? undefined
			: checked(variable, text.trim(), parse, allowed);
	};
	const profile = read('profile', 'TELEMETRY_PROFILE', oneOf(PROFILE_NAMES), PROFILE_NAMES.join(', ')) ?? 'off';
	const base = PROFILES[profile];
	const protocol = env['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL'] || env['OTEL_EXPORTER_OTLP_PROTOCOL'] || 'http/protobuf';
	return {
		profile,
		enabled: read('enabled', 'TELEMETRY_ENABLED', asBoolean, 'true, false') ?? base.enabled,
		backend:
			read('backend', 'TELEMETRY_BACKEND', oneOf(BACKENDS), BACKENDS.join(', ')) ??
			(endpointOf(env) === undefined ? 'noop' : 'otel'),
		ratio: read('ratio', 'TELEMETRY_TRACE_RATIO', within(0, 1), '0 to 1') ?? base.ratio,
		slowOperationMs: read('slowOperationMs', undefined, within(1, 3_600_000), '1 to 3600000') ?? base.slowOperationMs,
		slowTraceMs: read('slowTraceMs', undefined, within(1, 86_400_000), '1 to 86400000') ?? base.slowTraceMs,
		detail: read('detail', 'TELEMETRY_DETAIL', oneOf(DETAILS), DETAILS.join(', ')) ?? base.detail,
		serviceName: read('serviceName', 'OTEL_SERVICE_NAME', asText, 'any text') ?? 'pipeline',
		protocol: checked('OTEL_EXPORTER_OTLP_PROTOCOL', protocol, oneOf(PROTOCOLS), PROTOCOLS.join(', ')),
	};
}

/** Where all signals go; undefined where nothing is set: no network then. */
export function endpointOf(env: Environment): string | undefined {
	return env['OTEL_EXPORTER_OTLP_ENDPOINT'] || undefined;
}

function checked<T>(source: string, value: unknown, parse: Parse<T>, allowed: string): T {
	const parsed = parse(value);
	if (parsed === undefined) throw new SettingError(source, value, allowed);
	return parsed;
}

const oneOf =
	<const T extends string>(values: readonly T[]): Parse<T> =>
	(value) =>
		values.find((one) => one === value);

const within =
	(min: number, max: number): Parse<number> =>
	(value) => {
		const number = typeof value === 'string' ? Number(value) : value;
		return typeof number === 'number' && number >= min && number <= max ? number : undefined;
	};

const asText: Parse<string> = (value) => (typeof value === 'string' && value !== '' ? value : undefined);

const asBoolean: Parse<boolean> = (value) => {
	if (typeof value === 'boolean') return value;
	if (value === 'true' || value === '1') return true;
	return value === 'false' || value === '0' ? false : undefined;
};
