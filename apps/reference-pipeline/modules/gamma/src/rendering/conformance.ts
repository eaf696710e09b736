import { GAMMA_CODES } from '../errors/codes.ts';
import type { FormattingRules } from './formatting.ts';
import type { PlainEntry } from './plain-value.ts';
import { RenderError } from './render-error.ts';

/**
 * The check after FR07: every name once, every required field there.
 * @throws RenderError naming the field.
 */
export function checkConformance(entries: readonly PlainEntry[], rules: FormattingRules): void {
	const present = new Map(entries);
	if (present.size !== entries.length) {
		const seen = new Set<string>();
		const twice = entries.find(([name]) => seen.size === seen.add(name).size)?.[0];
		throw new RenderError(GAMMA_CODES.renderSchemaViolation, 'two output fields have this name', twice);
	}
	for (const name of rules.requiredFields ?? []) {
		if ((present.get(name) ?? null) === null) {
			throw new RenderError(GAMMA_CODES.renderSchemaViolation, 'required output field is missing or null', name);
		}
	}
}
