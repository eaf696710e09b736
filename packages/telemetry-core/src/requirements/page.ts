import { readProof } from './proofs.ts';
import type { Requirement, RequirementKind, RequirementSource } from './requirement.ts';

const KIND_NAMES: Readonly<Record<RequirementKind, string>> = {
	F: 'functional',
	P: 'performance',
	C: 'compliance',
	O: 'operational',
};

const SCOPE_NAMES: Readonly<Record<Requirement['scope'], string>> = { IN: 'in', PART: 'in part', OUT: 'out' };

function cell(text: string): string {
	return text.replaceAll('|', '\\|');
}

function scopeCell(requirement: Requirement): string {
	const why = requirement.scope === 'IN' ? requirement.note : requirement.reason;
	return why === undefined ? SCOPE_NAMES[requirement.scope] : `${SCOPE_NAMES[requirement.scope]}: ${cell(why)}`;
}

function proofCell(requirement: Requirement): string {
	if (requirement.scope === 'OUT') return '–';
	if (requirement.proof === 'later') return 'later';
	return requirement.proof.map(proofLink).join('<br>');
}

/** The page lies two folders deep. */
function proofLink(proof: string): string {
	const read = readProof(proof);
	return read === undefined ? cell(proof) : `[${cell(read.title)}](../../${read.file})`;
}

function row([id, requirement]: readonly [string, Requirement]): string {
	const kinds = requirement.kinds.map((kind) => KIND_NAMES[kind]).join(', ');
	return `| ${id} | ${cell(requirement.title)} | ${kinds} | ${scopeCell(requirement)} | ${proofCell(requirement)} |`;
}

function section({ title, requirements }: RequirementSource): string {
	const rows = Object.entries(requirements).map(row);
	return [`## ${title}`, '', '| Id | Requirement | Kind | Scope | Proof |', '|---|---|---|---|---|', ...rows].join(
		'\n',
	);
}

interface Totals {
	readonly all: number;
	readonly proven: number;
	readonly later: number;
	readonly out: number;
}

function totalsOf(requirements: readonly Requirement[]): Totals {
	const owed = requirements.filter((requirement) => requirement.scope !== 'OUT');
	const later = owed.filter((requirement) => requirement.proof === 'later').length;
	const all = requirements.length;
	return { all, proven: owed.length - later, later, out: all - owed.length };
}

function totalsRow(title: string, { all, proven, later, out }: Totals): string {
	return `| ${title} | ${all} | ${proven} | ${later} | ${out} |`;
}

function totalsTable(sources: readonly RequirementSource[]): string {
	const everything = sources.flatMap(({ requirements }) => Object.values(requirements));
	return [
		'| Source | Requirements | Proven by tests | Later | Out of scope |',
		'|---|---:|---:|---:|---:|',
		...sources.map(({ title, requirements }) => totalsRow(title, totalsOf(Object.values(requirements)))),
		totalsRow('**All**', totalsOf(everything)),
	].join('\n');
}

/** The page `apps/docs/requirements.md`: what is asked for, whether it is in scope, and which tests prove it. */
export function renderRequirementsPage(sources: readonly RequirementSource[]): string {
	const intro = 'Generated from `packages/telemetry-core/src/requirements`; edit the data, not this page.';
	return ['# Requirements', intro, totalsTable(sources), ...sources.map(section)].join('\n\n').concat('\n');
}
