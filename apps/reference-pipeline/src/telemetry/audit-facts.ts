import { existsSync } from 'node:fs';
import { verifySpool } from '@pipeline/telemetry-sdk/spool';
import { type EventFacts, EventLedger } from './event-ledger.ts';

/** What a run has left for auditors. */
export interface AuditFacts {
	readonly events: EventFacts;
	/** Receipts of records, and events that belong to none. */
	readonly entries: number;
	/** What is not as it was written; empty when the chain is whole. */
	readonly findings: readonly string[];
}

/** Reads and verifies the audit spool of a run. @returns undefined when there is none */
export async function readAudit(path: string): Promise<AuditFacts | undefined> {
	if (!existsSync(path)) return undefined;
	const ledger = new EventLedger();
	await ledger.read(path);
	const reports = await verifySpool(path);
	return {
		events: ledger.take(),
		entries: reports.reduce((sum, { entries }) => sum + entries, 0),
		findings: reports.flatMap(({ producerId, findings }) =>
			findings.map(({ kind, file, message }) => `${kind} ${producerId}/${file}: ${message}`),
		),
	};
}
