import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { RetentionProfile, StoreTarget } from '@pipeline/telemetry-store';
import { ConfigError } from './config-error.ts';
import type { ConfigFile, TokenEntry } from './config-schema.ts';
import { checkListen } from './listen-rule.ts';
import { parseConfig } from './parse-config.ts';

export interface Tls {
	readonly cert: Buffer;
	readonly key: Buffer;
}

export interface Limits {
	readonly requestsPerMinute: number;
	readonly maxRequestBytes: number;
	readonly maxInflatedBytes: number;
	/** OTLP requests at the same time. */
	readonly maxRequests: number;
	readonly requestTimeoutMs: number;
	readonly stopTimeoutMs: number;
}

export interface AuditSettings {
	readonly chain?: string;
	readonly checkpointFile?: string;
	/** Ed25519, PEM. */
	readonly signingKey?: string;
	/** Ed25519, PEM: of keys that signed before. */
	readonly formerPublicKeys?: readonly string[];
	readonly checksumIntervalS?: number;
}

/** Everything that `serve` needs to know, files read and defaults filled in. */
export interface Settings {
	readonly host: string;
	readonly apiPort: number;
	readonly otlpPort: number;
	readonly tls?: Tls;
	readonly store: StoreTarget;
	/** Undefined: what the store has. */
	readonly retention?: RetentionProfile;
	/** Folder for what waits for the store, and what it refused. */
	readonly spool: string;
	readonly audit: AuditSettings;
	readonly tokens: readonly TokenEntry[];
	readonly limits: Limits;
}

/** What the command line says, above the file. */
export interface SettingsOverrides {
	readonly host?: string | undefined;
	readonly apiPort?: number | undefined;
	readonly otlpPort?: number | undefined;
	/** Folder of the embedded store. */
	readonly data?: string | undefined;
}

export const DEFAULT_LIMITS: Limits = {
	requestsPerMinute: 600,
	maxRequestBytes: 16 * 1_048_576,
	maxInflatedBytes: 32 * 1_048_576,
	maxRequests: 16,
	requestTimeoutMs: 30_000,
	stopTimeoutMs: 15_000,
};

export const DEFAULT_HOST = '127.0.0.1';
export const DEFAULT_API_PORT = 4_320;
const DEFAULT_OTLP_PORT = 4_318;
const DEFAULT_DATA = 'telemetry-data';

/** @throws ConfigError for what is wrong in the file, and for files it names that cannot be read */
export async function readSettings(file: string | undefined, overrides: SettingsOverrides = {}): Promise<Settings> {
	if (file === undefined) return await settingsOf({}, process.cwd(), overrides);
	const text = await contentOf(file, 'the configuration');
	return await settingsOf(parseConfig(text.toString('utf8'), file), dirname(resolve(file)), overrides);
}

/** @param folder that paths in the configuration start from */
export async function settingsOf(
	config: ConfigFile,
	folder: string,
	overrides: SettingsOverrides = {},
): Promise<Settings> {
	const { listen = {}, audit = {}, tokens = [], limits = {} } = config;
	const pathOf = (path: string) => resolve(folder, path);
	const target = await targetOf(config.store ?? {}, pathOf, overrides.data);
	const settings: Settings = {
		host: overrides.host ?? listen.host ?? DEFAULT_HOST,
		apiPort: overrides.apiPort ?? listen.apiPort ?? DEFAULT_API_PORT,
		otlpPort: overrides.otlpPort ?? listen.otlpPort ?? DEFAULT_OTLP_PORT,
		...(listen.tls === undefined
			? {}
			: {
					tls: {
						cert: await contentOf(pathOf(listen.tls.certFile), 'listen.tls.certFile'),
						key: await contentOf(pathOf(listen.tls.keyFile), 'listen.tls.keyFile'),
					},
				}),
		store: target,
		...(config.store?.retention === undefined ? {} : { retention: config.store.retention }),
		spool: spoolOf(config.store?.spool, target, pathOf),
		audit: {
			...(audit.chain === undefined ? {} : { chain: audit.chain }),
			...(audit.checkpointFile === undefined ? {} : { checkpointFile: pathOf(audit.checkpointFile) }),
			...(audit.signingKeyFile === undefined
				? {}
				: { signingKey: await textOf(pathOf(audit.signingKeyFile), 'audit.signingKeyFile') }),
			...(audit.formerPublicKeyFiles === undefined
				? {}
				: {
						formerPublicKeys: await Promise.all(
							audit.formerPublicKeyFiles.map((file) => textOf(pathOf(file), 'audit.formerPublicKeyFiles')),
						),
					}),
			...(audit.checksumIntervalS === undefined ? {} : { checksumIntervalS: audit.checksumIntervalS }),
		},
		tokens,
		limits: { ...DEFAULT_LIMITS, ...limits },
	};
	checkListen(settings);
	return settings;
}

async function targetOf(
	{ path, url, username, passwordFile, database, cluster }: NonNullable<ConfigFile['store']>,
	pathOf: (path: string) => string,
	data: string | undefined,
): Promise<StoreTarget> {
	const name = database === undefined ? {} : { database };
	if (data !== undefined || url === undefined) {
		return { path: data === undefined ? pathOf(path ?? DEFAULT_DATA) : resolve(data), ...name };
	}
	const password = passwordFile === undefined ? undefined : await contentOf(pathOf(passwordFile), 'store.passwordFile');
	return {
		url,
		...name,
		...(username === undefined ? {} : { username }),
		...(password === undefined ? {} : { password: password.toString('utf8').trimEnd() }),
		...(cluster === undefined ? {} : { cluster }),
	};
}

function spoolOf(spool: string | undefined, target: StoreTarget, pathOf: (path: string) => string): string {
	if (spool !== undefined) return pathOf(spool);
	return 'path' in target ? `${target.path}-spool` : pathOf(`${DEFAULT_DATA}-spool`);
}

const textOf = async (path: string, what: string): Promise<string> => (await contentOf(path, what)).toString('utf8');

async function contentOf(path: string, what: string): Promise<Buffer> {
	try {
		return await readFile(path);
	} catch (error) {
		throw new ConfigError([`${what}: ${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'error'})`]);
	}
}
