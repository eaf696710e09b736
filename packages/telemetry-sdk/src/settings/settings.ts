import type { DetailLevel } from '@pipeline/telemetry-core/registry';
import type { Severity } from '@pipeline/telemetry-core/schema';
import type { OtlpProtocol } from '../export/otlp-protocol.ts';
import type { RedactionKey } from '../redaction/redaction-options.ts';
import type { ProfileName } from './profiles.ts';

export const SIGNALS = ['traces', 'metrics', 'logs'] as const;
export type SignalName = (typeof SIGNALS)[number];

/** Where telemetry goes: to nobody, only to who scrapes metrics, to OTLP endpoints, or to the terminal. */
export const BACKENDS = ['noop', 'prom', 'otel', 'console'] as const;
export type Backend = (typeof BACKENDS)[number];

/** How a signal, or every signal, is sent. */
export interface OtlpSettings {
	/** Of all signals: `/v1/traces` and the like are added over HTTP. Of one signal: the whole URL. */
	readonly endpoint?: string | undefined;
	/** @default http/protobuf */
	readonly protocol?: OtlpProtocol | undefined;
	readonly headers?: Readonly<Record<string, string>> | undefined;
	/** For a request with its retries, 1..600000. @default 10000 */
	readonly timeoutMs?: number | undefined;
	/** @default none */
	readonly compression?: 'gzip' | 'none' | undefined;
}

/** The same for one signal, which may be left out altogether. */
export interface OtlpSignalSettings extends OtlpSettings {
	/** `prometheus` is for metrics. @default otlp */
	readonly exporter?: ExporterName | 'none' | readonly ExporterName[] | undefined;
}

/** How a signal leaves the process. */
export type ExporterName = 'otlp' | 'console' | 'prometheus';

/** Headers of calls by libraries. */
export type PropagatorName = 'tracecontext' | 'baggage';

/** A queue in front of an exporter. */
export interface QueueSettings {
	/** Items that wait. */
	readonly size: number;
	/** Of them in one request. */
	readonly batchSize: number;
	readonly flushMs: number;
	readonly exportTimeoutMs: number;
}

/**
 * Settings that an application may give. What is absent comes from the environment, then from the manifest, then from the profile. The
 * README lists all with their variables, keys and defaults.
 */
export interface TelemetrySettings {
	readonly enabled?: boolean | undefined;
	readonly profile?: ProfileName | undefined;
	/** Stricter than the profile: encrypted and authenticated export only, full audit. */
	readonly regulated?: boolean | undefined;
	readonly backend?: Backend | undefined;
	/** Modules whose instrumentations are switched on. */
	readonly modules?: readonly string[] | undefined;
	/** Share of the traces that are kept whatever happens, 0..1. */
	readonly ratio?: number | undefined;
	/** Milliseconds, 1..3600000. */
	readonly slowOperationMs?: number | undefined;
	/** Milliseconds, 1..86400000. */
	readonly slowTraceMs?: number | undefined;
	readonly detail?: DetailLevel | undefined;
	/** Spans of a record, 100..1000000. */
	readonly maxSpans?: number | undefined;
	/** Seconds that a record may be open in this process, 1..86400. */
	readonly maxSpanDurationS?: number | undefined;
	readonly serviceName?: string | undefined;
	readonly resourceAttributes?: Readonly<Record<string, string>> | undefined;
	readonly namespace?: string | undefined;
	readonly productName?: string | undefined;
	readonly productVersion?: string | undefined;
	readonly mode?: Mode | undefined;
	readonly otlp?:
		| (OtlpSettings & { readonly [signal in SignalName]?: OtlpSignalSettings | undefined } & {
				/** Allows `http://` to other machines outside development. @default false */
				readonly insecure?: boolean | undefined;
		  })
		| undefined;
	readonly propagators?: PropagatorName | 'none' | readonly PropagatorName[] | undefined;
	readonly queue?:
		| (Partial<Omit<QueueSettings, 'exportTimeoutMs'>> & {
				/** Of spans alone. */
				readonly traces?: Partial<QueueSettings> | undefined;
				/** Of events and log lines alone. */
				readonly logs?: Partial<QueueSettings> | undefined;
		  })
		| undefined;
	readonly metrics?:
		| {
				/** Between two exports, 1..86400000. @default 10000 */
				readonly intervalMs?: number | undefined;
				/** Of one of them, 1..86400000; no longer than the interval. @default 30000 */
				readonly timeoutMs?: number | undefined;
		  }
		| undefined;
	readonly retry?: RetrySettings | undefined;
	readonly logs?:
		| {
				readonly level?: Severity | undefined;
				/** Lines a module may write in a second, 0..1000000; 0: no limit. */
				readonly perSecond?: number | undefined;
		  }
		| undefined;
	readonly prom?:
		| {
				readonly enabled?: boolean | undefined;
				/** @default 127.0.0.1 */
				readonly host?: string | undefined;
				/** 0..65535; 0: any that is free. */
				readonly port?: number | undefined;
		  }
		| undefined;
	readonly redaction?:
		| {
				/** Only known attributes leave the process. */
				readonly strict?: boolean | undefined;
				/** Keys of hashed names, the newest first. */
				readonly keys?: readonly RedactionKey[] | undefined;
		  }
		| undefined;
	readonly health?:
		| {
				/** @default false */
				readonly enabled?: boolean | undefined;
				/** @default 127.0.0.1 */
				readonly host?: string | undefined;
				/** 0..65535; 0: any that is free. */
				readonly port?: number | undefined;
		  }
		| undefined;
	readonly audit?:
		| {
				/** May be false under `off` and `dev` only. */
				readonly enabled?: boolean | undefined;
				/** Folder of the audit files. */
				readonly path?: string | undefined;
				/** Seconds between signed checkpoints, 1..86400. */
				readonly checksumIntervalS?: number | undefined;
				/** 1..36525, and no less than the profile asks for. */
				readonly retentionDays?: number | undefined;
				/** Of all files, from 1048576 on. */
				readonly maxBytes?: number | undefined;
				/** Where a store says what it has for good, with `{producer}` in it: answers `{ "durableSeq": n }`. */
				readonly watermarkUrl?: string | undefined;
				readonly watermarkHeaders?: Readonly<Record<string, string>> | undefined;
				/** Ed25519 private key (PEM) that signs checkpoints. */
				readonly signingKeyFile?: string | undefined;
		  }
		| undefined;
}

export type Mode = 'dev' | 'staging' | 'prod';

/** How a request that failed is sent again. */
export interface RetrySettings {
	/** Milliseconds before the second attempt, 1..60000. */
	readonly initialMs: number;
	/** How much longer each further wait is, 1..10. */
	readonly factor: number;
	/** Longest wait in milliseconds, 1..600000. */
	readonly maxMs: number;
	/** All of them, the first included, 1..20. */
	readonly attempts: number;
}

/** Where one signal goes, decided. */
export interface SignalDestination {
	/** Whole URL for HTTP; scheme, host and port for gRPC. */
	readonly url: string;
	readonly protocol: OtlpProtocol;
	readonly headers: Readonly<Record<string, string>>;
	readonly timeoutMs: number;
	readonly compression: 'gzip' | 'none';
}

/** Every setting, decided. */
export interface ResolvedSettings {
	readonly enabled: boolean;
	readonly profile: ProfileName;
	readonly regulated: boolean;
	readonly backend: Backend;
	/** Undefined: all. */
	readonly modules: readonly string[] | undefined;
	readonly ratio: number;
	readonly slowOperationMs: number;
	readonly slowTraceMs: number;
	readonly detail: DetailLevel;
	readonly maxSpans: number;
	readonly maxSpanDurationS: number;
	readonly serviceName: string;
	/** Attributes of the resource, `service.name` included. */
	readonly resource: Readonly<Record<string, string>>;
	/** Attributes of every span: namespace, product, mode. */
	readonly attributes: Readonly<Record<string, string>>;
	/** A signal without a destination stays in the process. All are absent unless the backend is `otel`. */
	readonly otlp: { readonly [signal in SignalName]: SignalDestination | undefined };
	/** Signals that are lines on the terminal. */
	readonly console: { readonly [signal in SignalName]: boolean };
	readonly propagators: readonly PropagatorName[];
	readonly queue: { readonly traces: QueueSettings; readonly logs: QueueSettings };
	readonly metrics: { readonly intervalMs: number; readonly timeoutMs: number };
	readonly retry: RetrySettings;
	/** `perSecond` of a module; 0: no limit. */
	readonly logs: { readonly level: Severity; readonly perSecond: number };
	readonly prom: { readonly enabled: boolean; readonly host: string; readonly port: number };
	readonly health: { readonly enabled: boolean; readonly host: string; readonly port: number };
	readonly redaction: { readonly strict: boolean; readonly keys: readonly RedactionKey[] | undefined };
	readonly audit: {
		readonly enabled: boolean;
		/** Folder; undefined where none is set. */
		readonly path: string | undefined;
		readonly checksumIntervalS: number;
		readonly retentionDays: number;
		readonly maxBytes: number;
		readonly watermarkUrl: string | undefined;
		readonly watermarkHeaders: Readonly<Record<string, string>> | undefined;
		readonly signingKeyFile: string | undefined;
	};
}
