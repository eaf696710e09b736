import type { AuditReport } from '@pipeline/telemetry-store';
import type { Command } from 'commander';
import { jsonOf } from '../client/api.ts';
import { note, outputWidth, print, printJson } from '../terminal/output.ts';
import { type Column, renderTable } from '../terminal/table.ts';
import { instantOf } from '../terminal/time-option.ts';
import { askingCommand, type ClientOptions, withApi } from './client-options.ts';

interface VerifyOptions extends ClientOptions {
	readonly since?: string;
	readonly until?: string;
}

/** The audit is not as it was sealed: told apart from an error. */
const BROKEN = 2;

const FINDINGS: readonly Column<AuditReport['findings'][number]>[] = [
	{ title: 'FINDING', of: ({ kind }) => kind },
	{ title: 'CHAIN', of: ({ chain }) => chain },
	{ title: 'BLOCK', of: ({ block }) => block, isNumber: true },
	{ title: 'FROM', of: ({ firstSeq }) => firstSeq, isNumber: true },
	{ title: 'TO', of: ({ lastSeq }) => lastSeq, isNumber: true },
	{ title: 'WHAT', of: ({ message }) => message },
];

/** `observatory verify` */
export function verifyCommand(): Command {
	return askingCommand('verify', 'Whether the audit log is what was once written. Ends with 2 when it is not.')
		.option('--since <when>', 'entries from then on; all when it is not said')
		.option('--until <when>', 'entries before then')
		.action((options: VerifyOptions) =>
			withApi(options, async (api) => {
				const { since, until } = options;
				const report = await jsonOf<AuditReport>(api, {
					path: '/audit/verify',
					query: {
						from: since === undefined ? undefined : instantOf(since),
						to: until === undefined ? undefined : instantOf(until),
					},
				});
				if (!report.isIntact) process.exitCode = BROKEN;
				if (options.json === true) printJson(report);
				else show(report);
			}),
		);
}

function show({ isIntact, findings, findingCount, chains, notes, elapsedMs }: AuditReport): void {
	if (findings.length > 0) print(renderTable(FINDINGS, findings, outputWidth()));
	const entries = chains.reduce((sum, chain) => sum + chain.entries, 0);
	print(
		isIntact
			? `Intact: ${entries} entries in ${chains.length} chains, looked at in ${(elapsedMs / 1_000).toFixed(1)} s.`
			: `NOT intact: ${findingCount} findings among ${entries} entries.`,
	);
	for (const text of notes) note(text);
}
