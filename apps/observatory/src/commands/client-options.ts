import { readFile } from 'node:fs/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import { type Api, ApiError } from '../client/api.ts';
import { httpApi } from '../client/http-api.ts';
import { isLoopback } from '../config/listen-rule.ts';
import { DEFAULT_API_PORT, DEFAULT_HOST } from '../config/settings.ts';

/** Options of every command that asks. */
export interface ClientOptions {
	readonly url: string;
	readonly tokenFile?: string;
	readonly data?: string;
	readonly justification?: string;
	readonly json?: boolean;
}

/** A command that asks an observatory, or the folder of one that does not run. */
export function askingCommand(name: string, description: string): Command {
	return new Command(name)
		.description(description)
		.addOption(
			new Option('--url <url>', 'of the observatory')
				.env('OBSERVATORY_URL')
				.default(`http://${DEFAULT_HOST}:${DEFAULT_API_PORT}`),
		)
		.addOption(new Option('--token-file <file>', 'holds the token alone').env('OBSERVATORY_TOKEN_FILE'))
		.addOption(
			new Option('--data <folder>', 'read the folder of a store that no process has open, instead').conflicts(
				'tokenFile',
			),
		)
		.option('--justification <text>', 'read all tenants, and say why in the audit', justificationOf)
		.option('--json', 'print the answer as JSON');
}

/** Asks with an API that is closed afterwards. */
export async function withApi<Result>(options: ClientOptions, work: (api: Api) => Promise<Result>): Promise<Result> {
	const api = await open(options);
	try {
		return await work(api);
	} finally {
		await api.close();
	}
}

async function open({ url, tokenFile, data, justification }: ClientOptions): Promise<Api> {
	if (data !== undefined) {
		const { embeddedApi } = await import('../client/embedded-api.ts');
		return await embeddedApi(data, justification);
	}
	return httpApi({
		url: checkedUrl(url, tokenFile !== undefined),
		justification,
		token: tokenFile === undefined ? undefined : await tokenIn(tokenFile),
	});
}

/** @throws ApiError, which others may see: a password in the address stays out of it */
function checkedUrl(text: string, hasToken: boolean): string {
	const url = URL.parse(text);
	if (url === null || !['http:', 'https:'].includes(url.protocol)) {
		throw new ApiError(
			`--url ${text.includes('@') ? '' : `${text} `}is no address; it looks like http://127.0.0.1:4320`,
		);
	}
	if (url.username !== '' || url.password !== '') {
		throw new ApiError('--url: leave user and password out; an observatory takes a token, with --token-file');
	}
	if (hasToken && url.protocol === 'http:' && !isLoopback(url.hostname.replace(/^\[|\]$/g, ''))) {
		throw new ApiError(`--url ${text} is not encrypted: a token goes to https, or to this machine`);
	}
	return text;
}

/** It travels as a header. */
function justificationOf(text: string): string {
	if (/^[\x20-\x7e\xa0-\xff]{1,1024}$/.test(text)) return text;
	throw new InvalidArgumentError('--justification: one line of up to 1024 characters of Latin-1.');
}

async function tokenIn(file: string): Promise<string> {
	const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
		throw new ApiError(`--token-file ${file} cannot be read (${error.code ?? 'error'})`);
	});
	const token = text.trim();
	if (!/^[\x21-\x7e]{1,256}$/.test(token))
		throw new ApiError(`--token-file ${file} is empty, or holds more than a token`);
	return token;
}
