import { BASES, defineAttributes, defineSpanEvents } from '../define.ts';
import { commonAttributes } from './attributes.ts';
import { commonSpanEvents } from './span-events.ts';

export { commonAttributes, commonSpanEvents };
export const attribute = defineAttributes(BASES.common, commonAttributes);
export const spanEvent = defineSpanEvents(BASES.common, commonSpanEvents);
