import { OTLP_PROTOCOLS } from '../export/otlp-protocol.ts';
import { fixed, optional, prefixed } from './setting.ts';
import { boolean, choice, headers, integer, several, url } from './setting-types.ts';
import type { ExporterName, SignalName } from './settings.ts';

const EXPORTERS: Readonly<Record<SignalName, readonly ExporterName[]>> = {
	traces: ['otlp', 'console'],
	metrics: ['otlp', 'console', 'prometheus'],
	logs: ['otlp', 'console'],
};

interface Texts {
	/** Of the variables. */
	readonly prefix: string;
	/** What it is about. */
	readonly of: string;
	readonly endpoint: string;
	/** Default of all others; undefined: their own. */
	readonly inherited: string | undefined;
	/** Another variable of the endpoint. */
	readonly alias?: string;
}

/** How all signals are sent, unless one of them says otherwise. */
export function allSignals() {
	const settings = destination({
		prefix: 'OTEL_EXPORTER_OTLP_',
		of: 'everything',
		endpoint: 'none: nothing is sent',
		inherited: undefined,
		alias: 'OTEL_EXPORTER_ENDPOINT',
	});
	const insecure = fixed(boolean, false, {
		env: ['OTEL_EXPORTER_OTLP_INSECURE'],
		description: 'allows http:// to other machines outside off and dev; never when regulated',
	});
	return prefixed('otlp', { ...settings, insecure });
}

/** How one signal is sent. */
export function oneSignal<const S extends SignalName>(signal: S) {
	const name = signal.toUpperCase();
	const settings = destination({
		prefix: `OTEL_EXPORTER_OTLP_${name}_`,
		of: 'this signal',
		endpoint: `that of all signals, and /v1/${signal} over HTTP`,
		inherited: 'as all signals',
	});
	const exporter = fixed(several(EXPORTERS[signal], 'none'), ['otlp'], {
		env: [`OTEL_${name}_EXPORTER`],
		description:
			'otlp: to the endpoint; console: to the terminal, under off and dev only; of metrics prometheus, too, as prom.enabled; none: nowhere',
	});
	return prefixed(`otlp.${signal}`, { ...settings, exporter });
}

function destination({ prefix, of, endpoint, inherited, alias }: Texts) {
	return {
		endpoint: optional(url, {
			env: [`${prefix}ENDPOINT`, ...(alias === undefined ? [] : [alias])],
			defaultText: endpoint,
			description: `where ${of} goes`,
		}),
		protocol: optional(choice(OTLP_PROTOCOLS), {
			env: [`${prefix}PROTOCOL`],
			defaultText: inherited ?? 'http/protobuf',
			description: `how ${of} is sent`,
		}),
		headers: optional(headers, {
			env: [`${prefix}HEADERS`],
			defaultText: inherited ?? 'none',
			description: `headers sent with ${of}, authentication most often`,
		}),
		timeoutMs: optional(integer(1, 600_000), {
			env: [`${prefix}TIMEOUT`],
			defaultText: inherited ?? '10000',
			description: 'milliseconds for a request with its retries',
		}),
		compression: optional(choice(['gzip', 'none']), {
			env: [`${prefix}COMPRESSION`],
			defaultText: inherited ?? 'none',
			description: `how ${of} is compressed`,
		}),
	};
}
