import { ConfigError, type Fields, toPlain } from '@pipeline/model';

/** What a queue keeps: a raw record, a record, or a dead letter with the record in it. */
interface Item {
	readonly rawBytes?: Uint8Array;
	readonly fields?: Fields;
	readonly originalRecord?: { readonly fields: Fields };
}

/**
 * The properties of a queued item that change when fields of its record do. A raw record that could not be read becomes a JSON record of
 * these fields.
 *
 * @param changes `field=value` each; values are texts
 * @throws ConfigError
 */
export function correctionOf(item: unknown, changes: readonly string[]): Readonly<Record<string, unknown>> {
	const { rawBytes, fields, originalRecord } = (item ?? {}) as Item;
	if (originalRecord !== undefined)
		return { originalRecord: { ...originalRecord, fields: changed(originalRecord.fields, changes) } };
	if (rawBytes === undefined) return { fields: changed(fields ?? {}, changes) };
	const plain = Object.entries(changed({}, changes)).map(([name, value]) => [name, toPlain(value)]);
	return { rawBytes: Buffer.from(JSON.stringify(Object.fromEntries(plain))), contentType: 'application/json' };
}

function changed(fields: Fields, changes: readonly string[]): Fields {
	const result: Record<string, Fields[string]> = { ...fields };
	for (const change of changes) {
		const at = change.indexOf('=');
		if (at < 1) throw new ConfigError('set', 'field=value', change);
		result[change.slice(0, at)] = { fieldType: 'STRING', stringValue: change.slice(at + 1), isNull: false };
	}
	return result;
}
