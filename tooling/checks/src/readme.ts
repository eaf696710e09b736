import type { Finding } from './finding.ts';
import { readmeExample } from './readme-example.ts';
import { packageFolders, textOf } from './tree.ts';

const MAX_EXAMPLE_LINES = 30;

interface Section {
	readonly name: string;
	readonly heading: RegExp;
}

const EVERYWHERE: readonly Section[] = [
	{ name: 'Install', heading: /^##+ .*install/im },
	{ name: 'Example', heading: /^##+ .*\b(?:example|usage|quick start|getting started|use)\b/im },
	{ name: 'Supported versions', heading: /^##+ .*versions/im },
	{ name: 'Limits', heading: /^##+ .*limit/im },
];

const INSTRUMENTATION: readonly Section[] = [
	{ name: 'Options', heading: /^##+ .*options/im },
	{ name: 'Spans', heading: /^##+ .*spans/im },
	{ name: 'Metrics', heading: /^##+ .*metrics/im },
	{ name: 'Attributes', heading: /^##+ .*attributes/im },
	{ name: 'Cost', heading: /^##+ .*cost/im },
];

function opening(file: string, markdown: string): readonly Finding[] {
	const [title = '', ...rest] = markdown.split('\n').filter((line) => line.trim() !== '');
	const findings: Finding[] = [];
	if (!title.startsWith('# ')) findings.push({ file, line: 1, message: 'does not begin with a title' });
	if (rest[0] === undefined || /^[#`|<-]/.test(rest[0]))
		findings.push({ file, line: 2, message: 'does not say in one sentence what the package is for' });
	return findings;
}

function example(file: string, markdown: string): readonly Finding[] {
	const found = readmeExample(markdown);
	if (found === undefined) return [{ file, message: 'has no example in TypeScript or JavaScript below "Example"' }];
	const lines = found.code.split('\n').length;
	return lines > MAX_EXAMPLE_LINES
		? [{ file, line: found.line, message: `example has ${lines} lines, ${MAX_EXAMPLE_LINES} are the most` }]
		: [];
}

function sections(file: string, markdown: string, required: readonly Section[]): readonly Finding[] {
	return required
		.filter(({ heading }) => !heading.test(markdown))
		.map(({ name }) => ({ file, message: `has no section "${name}"` }));
}

/** Every package's README has the sections a user looks for and an example. The examples are run by a test of this package. */
export function checkReadmes(root: string): readonly Finding[] {
	return packageFolders(root).flatMap((folder) => {
		const file = `${folder}/README.md`;
		const markdown = textOf(root, file);
		if (markdown === undefined) return [{ file, message: 'is missing' }];
		const isInstrumentation = folder.startsWith('packages/instrumentation-');
		return [
			...opening(file, markdown),
			...sections(file, markdown, isInstrumentation ? [...EVERYWHERE, ...INSTRUMENTATION] : EVERYWHERE),
			...example(file, markdown),
		];
	});
}
