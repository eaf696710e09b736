import { telemetry } from '@pipeline/telemetry-core';
import { event } from '@pipeline/telemetry-core/beta';

const NONE = 'NONE';

interface RuleSetChange {
	readonly profileId: string;
	readonly previousVersion: number | undefined;
	readonly version: number;
	readonly author: string;
	readonly effectiveAt: string;
	/** `schema/rule`. */
	readonly changedRules: readonly string[];
}

/** Rules of a profile changed: an audit entry for each of them, or for the profile where it changed without them. */
export function tellRules({
	profileId,
	previousVersion,
	version,
	author,
	effectiveAt,
	changedRules,
}: RuleSetChange): void {
	const rules = changedRules.length === 0 ? [profileId] : changedRules.map((rule) => `${profileId}/${rule}`);
	for (const ruleId of rules) {
		telemetry.events.emit(event['pipeline.beta.config.audit.rule_changed'], {
			correlationId: profileId,
			dimensions: {
				'pipeline.rule_id': ruleId,
				'pipeline.version': String(version),
				'pipeline.author': author,
				'pipeline.effective_at': effectiveAt,
				'pipeline.previous': versionOf(previousVersion),
				'pipeline.new': versionOf(version),
				'audit.resource_id': ruleId,
				'audit.actor_type': 'USER',
				'audit.actor_id': author,
			},
		});
	}
}

interface SchemaChange {
	readonly profileId: string;
	readonly schemaId: string;
	readonly previousVersion: number | undefined;
	readonly version: number | undefined;
	readonly removedFields: readonly string[];
}

/** A target schema changed. Lineage stays whole unless fields went, which earlier records still have. */
export function tellSchema(change: SchemaChange, inFlightRecords: number): void {
	const { profileId, schemaId, previousVersion, version, removedFields } = change;
	telemetry.events.emit(event['pipeline.beta.config.audit.schema_changed'], {
		correlationId: profileId,
		dimensions: {
			'pipeline.schema_id': schemaId,
			'pipeline.previous': versionOf(previousVersion),
			'pipeline.new': versionOf(version),
			'pipeline.in_flight_records': inFlightRecords,
			'pipeline.lineage_safe': removedFields.length === 0,
			'audit.resource_id': schemaId,
		},
	});
}

interface RegisteredSource {
	readonly sourceId: string;
	readonly classification: string;
	readonly authorizationRef: string;
}

/** An enrichment source can be asked from now on. */
export function tellSource({ sourceId, classification, authorizationRef }: RegisteredSource): void {
	telemetry.events.emit(event['pipeline.beta.enrichment.audit.source_registered'], {
		correlationId: sourceId,
		dimensions: {
			'pipeline.classification': classification,
			'pipeline.authorization_ref': authorizationRef,
			'audit.resource_id': sourceId,
		},
	});
}

const versionOf = (version: number | undefined): string => (version === undefined ? NONE : `version ${version}`);
