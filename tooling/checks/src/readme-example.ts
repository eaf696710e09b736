/** A fenced block of a README that CI runs. */
export interface ReadmeExample {
	/** Info string of the fence: `ts`, `js`, `mjs`. */
	readonly language: string;
	readonly code: string;
	/** Line of the opening fence, from 1. */
	readonly line: number;
}

const EXAMPLE_HEADING = /^##+ .*\b(?:example|usage|quick start|getting started|use)\b/i;
const FENCE = /^```(\w*)/;

/** The first code block in TypeScript or JavaScript below the heading "Example" (or "Usage"); undefined if there is none. */
export function readmeExample(markdown: string): ReadmeExample | undefined {
	const lines = markdown.split('\n');
	const heading = lines.findIndex((line) => EXAMPLE_HEADING.test(line));
	if (heading < 0) return undefined;
	for (let index = heading + 1; index < lines.length; index += 1) {
		if (/^##? /.test(lines[index] ?? '')) return undefined;
		const language = FENCE.exec(lines[index] ?? '')?.[1];
		if (language === undefined) continue;
		const end = lines.findIndex((line, at) => at > index && line.startsWith('```'));
		if (end < 0) return undefined;
		if (/^(?:ts|typescript|js|javascript|mjs)$/.test(language))
			return { language, code: lines.slice(index + 1, end).join('\n'), line: index + 1 };
		index = end;
	}
	return undefined;
}
