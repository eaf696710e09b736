import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import type { StoreTarget } from '../connection/open-database.ts';

/** Which store a command is about, as given on the command line. */
export interface TargetOptions {
	readonly path?: string;
	readonly url?: string;
	readonly user?: string;
	readonly passwordFile?: string;
	readonly database?: string;
	readonly cluster?: string;
}

/** What the user has to put right. */
export class UsageError extends Error {
	override readonly name = 'UsageError';
}

/** Of files that hold a password or a key. */
const MAX_FILE_BYTES = 4_096;
/** The engine makes it in every folder of its own. */
const ENGINE_FOLDER = 'metadata';

export function withTarget(command: Command): Command {
	return command
		.option('--path <folder>', 'store in this folder; one process at a time has it open')
		.option('--url <url>', 'store on this ClickHouse server, http:// or https://', serverUrl)
		.option('--user <name>', 'user on the server')
		.option('--password-file <file>', 'file that holds the password and nothing else')
		.option('--database <name>', 'name of the database', 'telemetry')
		.option('--cluster <name>', 'cluster that the tables are spread over')
		.option('--json', 'print one JSON object', false);
}

function serverUrl(text: string): string {
	const url = URL.parse(text);
	if (url === null || !['http:', 'https:'].includes(url.protocol)) {
		throw new InvalidArgumentError('It begins with http:// or https://.');
	}
	if (url.username !== '' || url.password !== '') {
		throw new InvalidArgumentError('User and password have options of their own: others see what stands here.');
	}
	return text;
}

/**
 * @param isNew the command makes a store where there is none
 * @throws UsageError when the options do not say which store, or contradict each other
 */
export function targetOf(options: TargetOptions, isNew: boolean): StoreTarget {
	const { path, url, user, passwordFile, database, cluster } = options;
	if ((path === undefined) === (url === undefined)) {
		throw new UsageError('Say which store: either --path <folder> or --url <url>.');
	}
	const named = database === undefined ? {} : { database };
	if (path !== undefined) {
		if (user !== undefined || passwordFile !== undefined || cluster !== undefined) {
			throw new UsageError('--user, --password-file and --cluster go with --url.');
		}
		if (!isNew && !existsSync(join(path, ENGINE_FOLDER))) {
			throw new UsageError(`There is no store in ${path}: migrate makes one.`);
		}
		return { path, ...named };
	}
	return {
		url: url ?? '',
		...named,
		...(user === undefined ? {} : { username: user }),
		...(passwordFile === undefined ? {} : { password: passwordIn(passwordFile) }),
		...(cluster === undefined ? {} : { cluster }),
	};
}

/** Editors add an end of line. */
const passwordIn = (file: string): string => textOf(file).replace(/\r?\n$/, '');

/** @throws UsageError for a file that cannot be read, or is too long for a password or a key */
export function textOf(file: string): string {
	try {
		if (statSync(file).size > MAX_FILE_BYTES) throw new UsageError(`${file} is too long for what it should hold.`);
		return readFileSync(file, 'utf8');
	} catch (error) {
		if (error instanceof UsageError) throw error;
		throw new UsageError(`${file} cannot be read.`, { cause: error });
	}
}
