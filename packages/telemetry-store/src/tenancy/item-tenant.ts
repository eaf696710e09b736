import { valueText } from '../ingest/rows/attribute-text.ts';
import type { Attributes } from '../otlp/otlp-types.ts';
import { NO_TENANT } from './tenant-scope.ts';

const TENANT = 'pipeline.tenant';

/**
 * Whose a span, log record or data point will be when it is read: says what `standardTenant` says of its row.
 *
 * @param own attributes of the item
 * @param resource the tenant that the resource of the item names (`namedTenant`): it is looked for once, and not for each item
 */
export function itemTenant(own: Attributes, resource: string): string {
	return namedTenant(own) || resource || NO_TENANT;
}

/** Empty where there is none. Of a key that stands there twice the last one is stored. */
export function namedTenant(attributes: Attributes): string {
	return valueText(attributes.findLast(([key]) => key === TENANT)?.[1]);
}
