import { OTLP_PROTOCOLS, type OtlpProtocol } from './otlp-protocol.ts';

/** Where requests of a signal go. What is absent comes from the signal's `OTEL_EXPORTER_OTLP_*` variables, then from those of all signals, then from the standard. */
export interface OtlpDestination {
	/** @default http/protobuf */
	readonly protocol?: OtlpProtocol | undefined;
	/** Whole URL for HTTP (`http://host:4318/v1/traces`); scheme, host and port for gRPC. */
	readonly url?: string | undefined;
	/** Sent with every request: authentication, most often. */
	readonly headers?: Readonly<Record<string, string>> | undefined;
	readonly compression?: 'gzip' | 'none' | undefined;
	/** For a request with all its retries. @default 10000 */
	readonly timeoutMs?: number | undefined;
}

/** As in the names of variables. */
export type OtlpSignalName = 'TRACES' | 'LOGS';

type Environment = Readonly<Record<string, string | undefined>>;

const DEFAULT_TIMEOUT_MS = 10_000;

/** The protocol that the environment asks for; unknown ones count as none. */
export function protocolOf(signal: OtlpSignalName, env: Environment = process.env): OtlpProtocol {
	const asked = (env[`OTEL_EXPORTER_OTLP_${signal}_PROTOCOL`] || env['OTEL_EXPORTER_OTLP_PROTOCOL'])?.trim();
	return OTLP_PROTOCOLS.find((protocol) => protocol === asked) ?? 'http/protobuf';
}

/** Milliseconds that the environment gives a request. */
export function timeoutMsOf(signal: OtlpSignalName, env: Environment = process.env): number {
	const asked = Number(env[`OTEL_EXPORTER_OTLP_${signal}_TIMEOUT`] || env['OTEL_EXPORTER_OTLP_TIMEOUT']);
	return asked > 0 && Number.isFinite(asked) ? asked : DEFAULT_TIMEOUT_MS;
}
