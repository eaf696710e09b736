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
	return requirement.proof.map((proof) => `\`${cell(proof)}\``).join('<br>');
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

function summary(sources: readonly RequirementSource[]): string {
	const all = sources.flatMap(({ requirements }) => Object.values(requirements));
	const owed = all.filter((requirement) => requirement.scope !== 'OUT');
	const proven = owed.filter((requirement) => requirement.proof !== 'later');
	return `${all.length} requirements, ${owed.length} of them in scope or in part, ${proven.length} proven by tests.`;
}

/** The page `apps/docs/requirements.md`: what is asked for, whether it is in scope, and which tests prove it. */
export function renderRequirementsPage(sources: readonly RequirementSource[]): string {
	const intro = 'Generated from `packages/telemetry-core/src/requirements`; edit the data, not this page.';
	return [`# Requirements`, intro, summary(sources), ...sources.map(section)].join('\n\n').concat('\n');
}
