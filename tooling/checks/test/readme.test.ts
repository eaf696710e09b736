import { describe, expect, it } from 'vitest';
import { checkReadmes } from '../src/readme.ts';
import { readmeExample } from '../src/readme-example.ts';
import { fixtureTree, manifest } from './fixture-tree.ts';

const SHORT = `# Core

Names and shapes of the telemetry.

## Install
## Example

\`\`\`sh
npm test
\`\`\`

\`\`\`ts
console.log('hello');
\`\`\`

## Supported versions
## Limits
`;

const FULL = `${SHORT}## Options\n## Spans\n## Metrics\n## Attributes\n## Cost\n`;

function messages(folder: string, readme: string): readonly string[] {
	const root = fixtureTree({
		[`packages/${folder}/package.json`]: manifest(folder),
		[`packages/${folder}/README.md`]: readme,
	});
	return checkReadmes(root).map(({ message }) => message);
}

describe('readmes', () => {
	it('passes whole ones', () => {
		expect([messages('telemetry-core', SHORT), messages('instrumentation-alpha', FULL)]).toEqual([[], []]);
	});

	it('asks an instrumentation for its tables', () => {
		expect(messages('instrumentation-alpha', SHORT)).toEqual([
			'has no section "Options"',
			'has no section "Spans"',
			'has no section "Metrics"',
			'has no section "Attributes"',
			'has no section "Cost"',
		]);
	});

	it('finds an empty one', () => {
		expect(messages('telemetry-core', '## Notes\n')).toEqual([
			'does not begin with a title',
			'does not say in one sentence what the package is for',
			'has no section "Install"',
			'has no section "Example"',
			'has no section "Supported versions"',
			'has no section "Limits"',
			'has no example in TypeScript or JavaScript below "Example"',
		]);
	});

	it('accepts an example of 30 lines and rejects 31', () => {
		const withLines = (count: number): string =>
			SHORT.replace("console.log('hello');", Array(count).fill('x();').join('\n'));
		expect([messages('telemetry-core', withLines(30)), messages('telemetry-core', withLines(31))]).toEqual([
			[],
			['example has 31 lines, 30 are the most'],
		]);
	});
});

describe('readmeExample', () => {
	it('takes the first block of code, not of shell commands', () => {
		expect(readmeExample(SHORT)).toEqual({ language: 'ts', code: "console.log('hello');", line: 12 });
	});

	it('does not look beyond its section', () => {
		expect(readmeExample('## Example\n## Limits\n```ts\nx();\n```\n')).toBeUndefined();
	});
});
