import type { RenderFormat } from '../config/gamma-config.ts';
import type { FormattingRules } from './formatting.ts';

/** FR06, first half: the destination's text replacements, longest first, in one pass. */
export function replaceText(text: string, format: RenderFormat, { escaping }: FormattingRules): string {
	const rules = escaping?.escapeRules?.[format];
	if (rules === undefined) return text;
	const targets = Object.keys(rules)
		.filter((target) => target !== '')
		.sort((a, b) => b.length - a.length);
	if (targets.length === 0) return text;
	const pattern = new RegExp(targets.map(literal).join('|'), 'g');
	return text.replace(pattern, (found) => rules[found] ?? found);
}

function literal(text: string): string {
	return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/** FR06, second half: code units above U+007F as `\uXXXX`. */
export function escapeAboveAscii(text: string): string {
	return text.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
