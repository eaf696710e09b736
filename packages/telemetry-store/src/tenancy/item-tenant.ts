import { valueText } from '../ingest/rows/attribute-text.ts';
import type { Attributes } from '../otlp/otlp-types.ts';
import { NO_TENANT } from './tenant-scope.ts';

const TENANT = 'pipeline.tenant';

/**
 * Whose a span, log record or data point will be when it is read: says what `standardTenant` says of its row.
 *
 * @param own attributes of the item
 * @param resource attributes of what it comes from
 */
export function itemTenant(own: Attributes, resource: Attributes): string {
	return named(own) || named(resource) || NO_TENANT;
}

/** Of a key that stands there twice the last one is stored. */
function named(attributes: Attributes): string {
	return valueText(attributes.findLast(([key]) => key === TENANT)?.[1]);
}
