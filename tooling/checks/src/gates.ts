import { checkChangesets } from './changesets.ts';
import { checkDependencyRule } from './dependency-rule.ts';
import { checkForbiddenWords } from './forbidden-words.ts';
import { checkGate, commandGate, type Gate } from './gate.ts';
import { checkGeneratedSections } from './generated-sections.ts';
import { changedFiles } from './git-history.ts';
import { measureImportTime } from './import-time.ts';
import { checkLineBudget, lineStatistics } from './line-budget.ts';
import { checkLockfileHosts, checkSingleCopies } from './lockfile.ts';
import { packagesGate } from './packages-gate.ts';
import { checkRatchet } from './ratchet.ts';
import { checkReadmes } from './readme.ts';
import { checkRegistryNames } from './registry-names.ts';
import { checkRequirementMap } from './requirement-map.ts';
import { checkStructure } from './structure.ts';

function lineNote(root: string): string {
	const { files, median, max } = lineStatistics(root);
	return `${files} files, median ${median} lines, longest ${max}`;
}

function importNote(root: string): string {
	const time = measureImportTime(root);
	if (time === undefined) return 'not built';
	const added = `core and ${time.instrumentation} add ${time.addedMs.toFixed(1)} ms`;
	return `${added} to the ${time.baseMs.toFixed(1)} ms of @opentelemetry/instrumentation`;
}

/** Everything that `pnpm check` runs, in order: cheap and telling first. */
export const GATES: readonly Gate[] = [
	commandGate('format and lint (biome)', 'biome', ['check', '--config-path=tooling/biome', '--error-on-warnings', '.']),
	commandGate('promises (oxlint, type-aware)', 'oxlint', [
		'--type-aware',
		'--config',
		'tooling/oxlint/oxlint.json',
		'.',
	]),
	commandGate('types (tsc)', 'tsc', ['--noEmit', '-p', 'tooling/tsconfig/workspace.json']),
	checkGate('structure', checkStructure),
	checkGate('dependency rule', checkDependencyRule),
	checkGate('one copy of OpenTelemetry', checkSingleCopies),
	checkGate('lockfile without hosts', checkLockfileHosts),
	checkGate('line budget', checkLineBudget, lineNote),
	checkGate('ratchet (any, ignores)', checkRatchet),
	checkGate('forbidden words', checkForbiddenWords),
	checkGate('readmes', checkReadmes),
	checkGate('generated sections', checkGeneratedSections),
	checkGate('registry names', checkRegistryNames),
	checkGate('requirement map', checkRequirementMap),
	checkGate('changesets', (root) => checkChangesets(root, changedFiles(root))),
	// Started below `tooling`, so that it finds the tsconfig.json there and none above the repository.
	commandGate(
		'unused code (knip)',
		'knip',
		['--directory', '../..', '--config', 'tooling/knip/knip.json', '--no-progress', '--no-config-hints'],
		'tooling/knip',
	),
	commandGate('dependency versions (sherif)', 'sherif', ['--ignore-rule', 'packages-without-package-json']),
	packagesGate,
	checkGate('import time', () => [], importNote),
];
