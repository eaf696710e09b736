import type { RenderFormat } from '../config/gamma-config.ts';

/** How numbers are rounded: HALF_UP and DOWN work on the magnitude, FLOOR and CEILING on the number line. */
export type RoundingMode = 'HALF_UP' | 'HALF_EVEN' | 'FLOOR' | 'CEILING' | 'DOWN';

/** Character encodings a destination may ask for. */
export type OutputEncoding = 'UTF-8' | 'ASCII' | 'ISO-8859-1';

/** Formatting rules FR01 to FR07 of one destination, applied in this order. Everything is optional. */
export interface FormattingRules {
	/** FR01. INCLUDE_ONLY shows `includedFields`, EXCLUDE_ONLY hides `excludedFields`. @default EXCLUDE_ONLY of nothing */
	readonly inclusion?: {
		readonly mode: 'INCLUDE_ONLY' | 'EXCLUDE_ONLY';
		readonly includedFields?: readonly string[];
		readonly excludedFields?: readonly string[];
	};
	/** FR02. Fields not listed go before, after, or after in alphabetical order. @default END */
	readonly ordering?: {
		readonly fieldOrder: readonly string[];
		readonly unspecifiedPosition?: 'START' | 'END' | 'ALPHABETICAL';
	};
	/** FR03. Text that stands for null, by format. @default null in JSON, nothing in CSV */
	readonly nulls?: {
		readonly representation?: Partial<Record<RenderFormat, string>>;
		/** Leaves null fields out. JSON only: a CSV row keeps its columns. @default false */
		readonly omitNullFields?: boolean;
	};
	/** FR04. Decimal places by field, or for all; integers are not touched. @default no rounding */
	readonly precision?: {
		readonly precisionRules?: Readonly<Record<string, number>>;
		readonly defaultPrecision?: number;
		readonly roundingMode?: RoundingMode;
	};
	/** FR05. `ISO` or a Luxon format. Microseconds survive only in `ISO`. @default ISO in UTC with zone */
	readonly datetimes?: {
		readonly datetimeFormat?: string;
		/** IANA name. */
		readonly timezone?: string;
		readonly includeTimezone?: boolean;
	};
	/** FR06. Replacements of text, by format, then escapes above U+007F. */
	readonly escaping?: {
		readonly escapeRules?: Partial<Record<RenderFormat, Readonly<Record<string, string>>>>;
		readonly escapeUnicode?: boolean;
	};
	/** FR07. NATIVE array, text joined by `delimiter`, or numbered fields `name_1`, `name_2`. @default NATIVE */
	readonly arrays?: {
		readonly arrayFormat: 'NATIVE' | 'DELIMITED' | 'REPEATED';
		readonly delimiter?: string;
	};
	/** Columns of a CSV destination, in order. Required for CSV. */
	readonly columns?: readonly string[];
	/** Fields that must be present and not null in the output. */
	readonly requiredFields?: readonly string[];
	/** @default UTF-8 */
	readonly encoding?: OutputEncoding;
}
