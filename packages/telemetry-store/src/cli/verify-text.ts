import type { AuditReport, ChainReport } from '../audit/audit-report.ts';

/** Findings that are printed; `--json` has all that were kept. */
const MOST_FINDINGS = 50;
const whole = (count: number): string => count.toLocaleString('en');

/** What `verify` prints. */
export function verifyText({ isIntact, findings, findingCount, chains, notes, elapsedMs }: AuditReport): string {
	const more = findingCount - Math.min(findings.length, MOST_FINDINGS);
	return [
		...chains.map(chainText),
		...findings.slice(0, MOST_FINDINGS).map(({ kind, message }) => `${kind}  ${message}\n`),
		...(more > 0 ? [`and ${whole(more)} more\n`] : []),
		...notes.map((note) => `note: ${note}\n`),
		`${isIntact ? 'audit is whole' : 'AUDIT IS NOT WHOLE'}, looked at in ${whole(Math.round(elapsedMs))} ms\n`,
	].join('');
}

function chainText({
	chain,
	entries,
	blocks,
	expired,
	unsealed,
	lastSeq,
	vouchedSeq,
	lastBlockHash,
}: ChainReport): string {
	const rest = [
		...(expired > 0 ? [`${whole(expired)} gone by retention`] : []),
		...(unsealed > 0 ? [`${whole(unsealed)} not sealed yet`] : []),
	].map((text) => `, ${text}`);
	return (
		`${chain}: ${whole(entries)} entries in ${whole(blocks)} blocks${rest.join('')}; ` +
		`the last is ${whole(lastSeq)}, vouched for to ${whole(vouchedSeq)}\n  last block ${lastBlockHash === '' ? '-' : lastBlockHash}\n`
	);
}
