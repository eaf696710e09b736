import { describe, expect, it } from 'vitest';
import { logRecordLimits, spanLimits } from '../../src/provider/attribute-limits.ts';

describe('limits of what does not go through the recorder', () => {
	it('are those of the SDK, but for the length of texts of spans', () => {
		expect([spanLimits({}), logRecordLimits({})]).toEqual([{ attributeValueLengthLimit: 8_192 }, {}]);
	});

	it('come from the environment, what is said of the signal before what is said of all', () => {
		const env = {
			OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: '100',
			OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT: '0',
			OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: ' ',
			OTEL_ATTRIBUTE_COUNT_LIMIT: '7',
			OTEL_SPAN_LINK_COUNT_LIMIT: 'many',
			OTEL_SPAN_EVENT_COUNT_LIMIT: '-1',
			OTEL_SPAN_ATTRIBUTE_PER_EVENT_COUNT_LIMIT: '3',
		};
		expect(spanLimits(env)).toEqual({
			attributeValueLengthLimit: 100,
			attributeCountLimit: 7,
			attributePerEventCountLimit: 3,
		});
		expect(logRecordLimits(env)).toEqual({ attributeValueLengthLimit: 0, attributeCountLimit: 7 });
	});
});
