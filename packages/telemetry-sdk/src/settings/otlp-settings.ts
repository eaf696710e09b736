import { OTLP_PROTOCOLS } from '../export/otlp-protocol.ts';
import { fixed, optional } from './setting.ts';
import { boolean, choice, headers, integer, url } from './setting-types.ts';
import type { SignalName } from './settings.ts';

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
	const exporter = fixed(choice(['otlp', 'none']), 'otlp', {
		env: [`OTEL_${name}_EXPORTER`],
		description: 'with none this signal is not sent',
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

function prefixed<const P extends string, T extends object>(path: P, settings: T) {
	return Object.fromEntries(Object.entries(settings).map(([name, setting]) => [`${path}.${name}`, setting])) as {
		readonly [K in keyof T & string as `${P}.${K}`]: T[K];
	};
}
