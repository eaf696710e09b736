import { afterEach, beforeEach, expect, it } from 'vitest';
import { createTelemetryHarness, type TelemetryHarness } from '../../../telemetry-testing/src/index.ts';
import { telemetry } from '../../src/index.ts';
import { event as alpha } from '../../src/registry/alpha/index.ts';
import { event as gamma } from '../../src/registry/gamma/index.ts';
import { event as own } from '../../src/registry/telemetry/index.ts';

// Audit of what no module of this repository does: whoever does it emits the event.

let harness: TelemetryHarness;
beforeEach(() => {
	harness = createTelemetryHarness();
});
afterEach(() => harness.shutdown());

/** What is on the wire after an event was emitted about a resource. */
function audited(definition: Parameters<typeof telemetry.events.emit>[0], details: Readonly<Record<string, string>>) {
	telemetry.events.emit(definition, {
		dimensions: { ...details, 'audit.actor_type': 'USER', 'audit.actor_id': 'operator-7', 'audit.resource_id': 'it' },
	});
	const [entry] = harness.events();
	return { name: entry?.name, ...entry?.attributes };
}

const by = { 'audit.actor_type': 'USER', 'audit.actor_id': 'operator-7', 'audit.resource_id': 'it' };

it('keeps who read a credential or a key, and what for', () => {
	const details = {
		'pipeline.credential_ref': 'vault:7',
		'pipeline.purpose': 'connect',
		'pipeline.accessing_component': 'adapter',
	};
	expect(audited(alpha['pipeline.alpha.connection.audit.credential_accessed'], details)).toMatchObject({
		...{ ...by, ...details, name: 'pipeline.alpha.connection.audit.credential_accessed' },
		...{ 'audit.category': 'SECURITY', 'audit.action': 'READ', 'audit.resource_type': 'CREDENTIAL' },
	});
});

it('keeps what was encrypted or decrypted, for whom and what for', () => {
	const details = { 'pipeline.field_name': 'name', 'pipeline.purpose': 'report', 'pipeline.requester': 'billing' };
	expect(audited(own['pipeline.telemetry.security.audit.encryption_operation'], details)).toMatchObject({
		...{ ...by, ...details, name: 'pipeline.telemetry.security.audit.encryption_operation' },
		...{ 'audit.category': 'SECURITY', 'audit.action': 'EXECUTE', 'audit.resource_type': 'FIELD' },
	});
});

it('keeps which token was turned back into its value, for whom and what for', () => {
	const details = { 'pipeline.field_name': 'name', 'pipeline.purpose': 'report', 'pipeline.requester': 'billing' };
	expect(audited(own['pipeline.telemetry.security.audit.detokenized'], details)).toMatchObject({
		...{ ...by, ...details, name: 'pipeline.telemetry.security.audit.detokenized' },
		...{ 'audit.category': 'SECURITY', 'audit.action': 'READ', 'audit.resource_type': 'FIELD' },
	});
});

it('keeps that a credential was replaced, and whether the old one is revoked', () => {
	const details = { 'pipeline.credential_ref': 'vault:8', 'pipeline.old_revoked': 'true' };
	expect(audited(gamma['pipeline.gamma.connection.audit.credential_rotated'], details)).toMatchObject({
		...{ ...by, ...details, name: 'pipeline.gamma.connection.audit.credential_rotated' },
		...{ 'audit.category': 'SECURITY', 'audit.action': 'UPDATE', 'audit.resource_type': 'CREDENTIAL' },
	});
});

it('keeps which destinations confirmed that a record is deleted', () => {
	const details = { 'pipeline.destinations': 'records-json,legs-csv', 'pipeline.confirmations': 'records-json' };
	expect(audited(gamma['pipeline.gamma.delivery.audit.deletion_propagated'], details)).toMatchObject({
		...{ ...by, ...details, name: 'pipeline.gamma.delivery.audit.deletion_propagated' },
		...{ 'audit.category': 'DATA', 'audit.action': 'DELETE', 'audit.resource_type': 'RECORD' },
	});
});
