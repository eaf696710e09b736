import { DateTime } from 'luxon';
import { GAMMA_CODES } from '../errors/codes.ts';
import type { FormattingRules } from './formatting.ts';
import { RenderError } from './render-error.ts';

const FRACTION = /\.(\d+)/;

/**
 * FR05: formats and shifts a datetime.
 * @throws RenderError when the value is no ISO 8601 datetime.
 */
export function datetimeValue(value: string, fieldName: string, { datetimes }: FormattingRules): string {
	const instant = DateTime.fromISO(value, { zone: datetimes?.timezone ?? 'utc' });
	if (!instant.isValid) {
		throw new RenderError(GAMMA_CODES.renderUnsupportedType, 'not an ISO 8601 datetime', fieldName);
	}
	const showsZone = datetimes?.includeTimezone ?? true;
	const format = datetimes?.datetimeFormat ?? 'ISO';
	if (format !== 'ISO') return instant.toFormat(showsZone ? `${format} ZZ` : format, { locale: 'en' });
	// Luxon keeps milliseconds only; the fraction does not depend on the zone, so the original one is put back.
	const fraction = FRACTION.exec(value)?.[0] ?? '';
	return `${instant.toFormat("yyyy-MM-dd'T'HH:mm:ss")}${fraction}${showsZone ? zoneSuffix(instant) : ''}`;
}

function zoneSuffix(instant: DateTime): string {
	return instant.offset === 0 ? 'Z' : instant.toFormat('ZZ');
}
