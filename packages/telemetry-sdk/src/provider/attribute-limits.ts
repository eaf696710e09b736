import { type Environment, textOf } from '../settings/environment.ts';

const VALUE_LENGTH = 'OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT';
const COUNT = 'OTEL_ATTRIBUTE_COUNT_LIMIT';

/** By limit of the SDK: the variables that set it, the nearer one first. */
const SPANS = {
	attributeCountLimit: ['OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT', COUNT],
	attributeValueLengthLimit: ['OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT', VALUE_LENGTH],
	eventCountLimit: ['OTEL_SPAN_EVENT_COUNT_LIMIT'],
	linkCountLimit: ['OTEL_SPAN_LINK_COUNT_LIMIT'],
	attributePerEventCountLimit: ['OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT', 'OTEL_SPAN_ATTRIBUTE_PER_EVENT_COUNT_LIMIT'],
	attributePerLinkCountLimit: ['OTEL_LINK_ATTRIBUTE_COUNT_LIMIT', 'OTEL_SPAN_ATTRIBUTE_PER_LINK_COUNT_LIMIT'],
} as const;
const LOG_RECORDS = {
	attributeCountLimit: ['OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT', COUNT],
	attributeValueLengthLimit: ['OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT', VALUE_LENGTH],
} as const;

/** Spans may wait for long, so their texts have a limit, in characters. */
const SPAN_VALUE_LENGTH = 8_192;

/** Limits of spans that do not go through the recorder. */
export const spanLimits = (env: Environment) => ({
	attributeValueLengthLimit: SPAN_VALUE_LENGTH,
	...limitsOf(env, SPANS),
});

/** Limits of log records that do not go through the audit spool. */
export const logRecordLimits = (env: Environment) => limitsOf(env, LOG_RECORDS);

/** What the environment sets; what is no number is not set, as in the SDK. */
function limitsOf<Limit extends string>(
	env: Environment,
	variables: Readonly<Record<Limit, readonly string[]>>,
): Partial<Record<Limit, number>> {
	const limits: Partial<Record<Limit, number>> = {};
	for (const limit in variables) {
		const value = variables[limit].map((variable) => Number(textOf(env, variable))).find((number) => number >= 0);
		if (value !== undefined) limits[limit] = value;
	}
	return limits;
}
