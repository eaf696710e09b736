import { Decimal } from 'decimal.js';
import { GAMMA_CODES } from '../errors/codes.ts';
import type { FormattingRules, RoundingMode } from './formatting.ts';
import { RenderError } from './render-error.ts';

const MODES: Readonly<Record<RoundingMode, Decimal.Rounding>> = {
	HALF_UP: Decimal.ROUND_HALF_UP,
	HALF_EVEN: Decimal.ROUND_HALF_EVEN,
	FLOOR: Decimal.ROUND_FLOOR,
	CEILING: Decimal.ROUND_CEIL,
	DOWN: Decimal.ROUND_DOWN,
};

/**
 * FR04: rounds a float on its shortest decimal form.
 * @throws RenderError when it is not finite: neither format can write it.
 */
export function numberValue(value: number, fieldName: string, { precision }: FormattingRules): number {
	if (!Number.isFinite(value)) {
		throw new RenderError(GAMMA_CODES.renderUnsupportedType, `${value} has no text form`, fieldName);
	}
	const rules = precision?.precisionRules;
	const ownPlaces = rules !== undefined && Object.hasOwn(rules, fieldName) ? rules[fieldName] : undefined;
	const places = ownPlaces ?? precision?.defaultPrecision;
	if (places === undefined) return value;
	return new Decimal(value).toDecimalPlaces(places, MODES[precision?.roundingMode ?? 'HALF_UP']).toNumber();
}
