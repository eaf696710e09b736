import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { verifyAudit } from '../audit/verify-audit.ts';
import { openDatabase } from '../connection/open-database.ts';
import type { StoreDatabase } from '../connection/store-database.ts';
import { StoreError } from '../connection/store-error.ts';
import { storeGrowth } from '../growth/store-growth.ts';
import { migrate, migrationStates } from '../schema/migrate.ts';
import { applyRetention, RETENTIONS, type RetentionProfile } from '../schema/retention.ts';
import { TenantScope } from '../tenancy/tenant-scope.ts';
import { checkStore } from './check-store.ts';
import { growthText } from './growth-text.ts';
import { type TargetOptions, targetOf, textOf, UsageError, withTarget } from './target-options.ts';
import { textTable } from './text-table.ts';
import { verifyText } from './verify-text.ts';

/** Where the command writes. */
export interface StoreConsole {
	out(text: string): void;
	error(text: string): void;
}

interface Options extends TargetOptions {
	readonly json: boolean;
}

interface VerifyOptions extends Options {
	readonly from?: string;
	readonly to?: string;
	readonly checkpoints?: string;
	readonly publicKey?: readonly string[];
}

const FINE = 0;
const FAILED = 1;
const FOUND = 2;
const EXIT_CODES = `
Ends with 0 when all is well, with 2 when something is pending or was found, with 1 when the store could not be asked.`;

/**
 * The command `telemetry-store`.
 *
 * @param args what stands after its name
 * @returns its exit code
 */
export async function storeCommand(args: readonly string[], console: StoreConsole): Promise<number> {
	let exitCode = FINE;
	const program = programOf(console, (code) => {
		exitCode = code;
	});
	try {
		await program.parseAsync([...args], { from: 'user' });
		return exitCode;
	} catch (error) {
		// Commander has printed its own message and help.
		if (error instanceof CommanderError) return error.exitCode === 0 ? FINE : FAILED;
		if (!(error instanceof StoreError || error instanceof UsageError)) throw error;
		console.error(`telemetry-store: ${error.message}\n`);
		return FAILED;
	}
}

function programOf(console: StoreConsole, ends: (code: number) => void): Command {
	const program = new Command('telemetry-store')
		.description('Makes, checks, verifies and measures the store of pipeline telemetry.')
		.version(typeof __PACKAGE_VERSION__ === 'string' ? __PACKAGE_VERSION__ : '0.0.0-source')
		.addHelpText('after', EXIT_CODES);
	const commands = [
		command('migrate', 'brings the tables to the newest version; may be repeated')
			.addOption(new Option('--profile <name>', 'sets how long rows are kept').choices(Object.keys(RETENTIONS)))
			.action(async (options: Options & { readonly profile?: RetentionProfile }) => {
				await withStore(options, true, (database) => runMigrate(database, options, console));
			}),
		command('status', 'says which versions were applied').action(async (options: Options) => {
			ends(await withStore(options, false, (database) => runStatus(database, options, console)));
		}),
		command('check', 'looks for missing tables, wrong columns and lost parts, and tries to add and to find').action(
			async (options: Options) => {
				ends(await withStore(options, false, (database) => runCheck(database, options, console)));
			},
		),
		command('verify', 'proves that audit is what was once stored, or says what is not and where')
			.option('--from <instant>', 'look into entries from then on, e.g. 2026-11-21T10:00:00.000000Z')
			.option('--to <instant>', 'look into entries before then')
			.option('--checkpoints <file>', 'what vouches for the end of the chains: the file that the store writes')
			.option(
				'--public-key <file...>',
				'Ed25519 keys in PEM, former ones too: only what is signed with one of them counts',
			)
			.action(async (options: VerifyOptions) => {
				ends(await withStore(options, false, (database) => runVerify(database, options, console)));
			}),
		command('growth', 'says what the store weighs, how fast it grows, when it is full, and whose rows they are')
			.option('--capacity <size>', 'what it may weigh, e.g. 500GB (default: what is free on its disk)', sizeOf)
			.option('--days <number>', 'days that tell how fast it grows, 1 to 90', Number, 7)
			.action(async (options: Options & { readonly capacity?: number; readonly days: number }) => {
				await withStore(options, false, (database) => runGrowth(database, options, console));
			}),
	];
	for (const each of [program, ...commands]) {
		each.exitOverride().showHelpAfterError();
		each.configureOutput({ writeOut: (text) => console.out(text), writeErr: (text) => console.error(text) });
	}
	for (const each of commands) program.addCommand(each);
	return program;
}

const command = (name: string, description: string) => withTarget(new Command(name).description(description));

async function withStore<Result>(
	options: TargetOptions,
	isNew: boolean,
	work: (database: StoreDatabase) => Promise<Result>,
): Promise<Result> {
	const database = await openDatabase(targetOf(options, isNew));
	try {
		return await work(database);
	} finally {
		await database.close();
	}
}

async function runMigrate(
	database: StoreDatabase,
	{ json, profile }: { readonly json: boolean; readonly profile?: RetentionProfile },
	{ out }: StoreConsole,
): Promise<void> {
	const applied = await migrate(database, {
		onApplied: ({ version, name }) => {
			if (!json) out(`applied ${version} (${name})\n`);
		},
	});
	if (profile !== undefined) await applyRetention(database, RETENTIONS[profile]);
	if (json) return printJson(out, { applied, ...(profile === undefined ? {} : { profile }) });
	if (applied.length === 0) out('all versions were applied before\n');
	if (profile !== undefined) out(`rows are kept as in the profile ${profile}\n`);
}

async function runStatus(database: StoreDatabase, { json }: Options, { out }: StoreConsole): Promise<number> {
	const versions = await migrationStates(database);
	const isUpToDate = versions.every(({ state }) => state === 'APPLIED');
	if (json) printJson(out, { isUpToDate, versions });
	else {
		const rows = versions.map(({ version, name, state, appliedAt }) => [String(version), name, state, appliedAt ?? '']);
		out(textTable(['version', 'name', 'state', 'applied at'], rows, ['right', 'left', 'left', 'left']));
	}
	return isUpToDate ? FINE : FOUND;
}

async function runCheck(database: StoreDatabase, { json }: Options, { out }: StoreConsole): Promise<number> {
	const checks = await checkStore(database);
	const isFine = checks.every((check) => check.isFine);
	if (json) printJson(out, { isFine, checks });
	else {
		for (const { check, isFine: isWell, messages } of checks) {
			out(`${isWell ? 'ok     ' : 'PROBLEM'}  ${check}: ${messages.join('\n           ')}\n`);
		}
	}
	return isFine ? FINE : FOUND;
}

async function runVerify(database: StoreDatabase, options: VerifyOptions, { out }: StoreConsole): Promise<number> {
	const { from, to, checkpoints, publicKey, json } = options;
	const report = await verifyAudit(database, {
		...(from === undefined ? {} : { from }),
		...(to === undefined ? {} : { to }),
		...(checkpoints === undefined ? {} : { checkpointPath: checkpoints }),
		...(publicKey === undefined ? {} : { publicKeys: publicKey.map(textOf) }),
	});
	if (json) printJson(out, report);
	else out(verifyText(report));
	return report.isIntact ? FINE : FOUND;
}

async function runGrowth(
	database: StoreDatabase,
	{ json, capacity, days }: { readonly json: boolean; readonly capacity?: number; readonly days: number },
	{ out }: StoreConsole,
): Promise<void> {
	const growth = await storeGrowth(database, TenantScope.operator('telemetry-store growth'), {
		days,
		...(capacity === undefined ? {} : { capacityBytes: capacity }),
	});
	if (json) printJson(out, growth);
	else out(growthText(growth));
}

function printJson(out: StoreConsole['out'], value: unknown): void {
	out(`${JSON.stringify(value)}\n`);
}

const SIZE = /^(\d{1,15}(?:\.\d{1,6})?)\s?(B|KB|MB|GB|TB|PB)?$/i;
const UNIT_BYTES: Readonly<Record<string, number>> = { B: 1, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12, PB: 1e15 };

function sizeOf(text: string): number {
	const [, number, unit = 'B'] = SIZE.exec(text) ?? [];
	if (number === undefined) throw new InvalidArgumentError('A size is a number and B, KB, MB, GB, TB or PB.');
	return Number(number) * (UNIT_BYTES[unit.toUpperCase()] ?? 1);
}
