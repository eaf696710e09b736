import {
	JOURNAL,
	type RoutingDecision,
	type RoutingError,
	type Runtime,
	STAGE,
	type TransformedRecord,
	traceFieldsOf,
} from '@pipeline/model';
import type { DestinationRegistry } from '../destinations/destination-registry.ts';
import { GAMMA_CODES } from '../errors/codes.ts';
import { isPermitted } from './classification.ts';
import { fulfils } from './condition.ts';
import type { RoutingRule, RoutingTable } from './routing-rule.ts';

/** Tells a routing error from a decision. */
export function isRoutingError(outcome: RoutingDecision | RoutingError): outcome is RoutingError {
	return 'errorCode' in outcome;
}

/** Decides where a record goes. The table can be replaced while running; a record sees one table. */
export class Router {
	readonly destinations: DestinationRegistry;
	readonly runtime: Runtime;
	private rules: readonly RoutingRule[] = [];
	private defaults: readonly string[] = [];

	constructor(table: RoutingTable, destinations: DestinationRegistry, runtime: Runtime) {
		this.destinations = destinations;
		this.runtime = runtime;
		this.useTable(table);
	}

	/** Replaces the rules for records routed, or replayed, from now on. */
	useTable(table: RoutingTable): void {
		this.rules = table.rules.toSorted((a, b) => a.priority - b.priority);
		this.defaults = table.defaultDestinations ?? [];
	}

	/**
	 * Destinations of a record, each once, in the order of the rules. `routingContext` holds `outcome` (MATCHED or
	 * DEFAULT), `matched_rules` and, when there are some, `blocked` destinations. Unknown, disabled and forbidden
	 * destinations stay in the decision: each of them ends in its own result.
	 */
	route(record: TransformedRecord): RoutingDecision | RoutingError {
		const evaluated: string[] = [];
		const matched: RoutingRule[] = [];
		for (const rule of this.rules) {
			evaluated.push(rule.ruleId);
			if (!this.applies(rule, record)) continue;
			matched.push(rule);
			if (rule.stop) break;
		}
		const wanted = matched.length > 0 ? matched.flatMap((rule) => rule.destinations) : this.defaults;
		if (wanted.length === 0) return this.noMatch(record, evaluated);
		return this.decision(record, evaluated, matched, [...new Set(wanted)]);
	}

	private applies(rule: RoutingRule, record: TransformedRecord): boolean {
		if (rule.targetSchema !== undefined && rule.targetSchema !== record.targetSchema) return false;
		if (rule.minQuality !== undefined && record.qualityScore < rule.minQuality) return false;
		return fulfils(record, rule.condition);
	}

	private decision(
		record: TransformedRecord,
		evaluatedRules: string[],
		matched: readonly RoutingRule[],
		wanted: readonly string[],
	): RoutingDecision | RoutingError {
		const resolved = new Set<string>();
		for (const destinationId of wanted) {
			const target = this.destinations.resolve(destinationId);
			if (target === undefined) return this.circular(record, evaluatedRules, destinationId);
			resolved.add(target);
		}
		const destinations = [...resolved];
		const blocked = destinations.filter((id) => this.isBlocked(record, id));
		return {
			recordId: record.recordId,
			evaluatedRules,
			matchedRule: matched[0]?.ruleId ?? null,
			destinations,
			routingTimestamp: this.runtime.timestamp(),
			routingContext: {
				target_schema: record.targetSchema,
				outcome: matched.length > 0 ? 'MATCHED' : 'DEFAULT',
				matched_rules: matched.map((rule) => rule.ruleId).join(','),
				...(blocked.length > 0 && { blocked: blocked.join(',') }),
			},
			lineageId: record.lineageId,
			...traceFieldsOf(record),
			[JOURNAL]: record[JOURNAL],
			[STAGE]: record[STAGE],
		};
	}

	private isBlocked(record: TransformedRecord, destinationId: string): boolean {
		const destination = this.destinations.get(destinationId);
		return destination !== undefined && !isPermitted(record.classification, destination.registration.maxClassification);
	}

	private noMatch(record: TransformedRecord, evaluatedRules: string[]): RoutingError {
		return routingError(record, this.runtime, GAMMA_CODES.routeNoMatch, 'no rule matches and no default is set', {
			evaluatedRules,
		});
	}

	private circular(record: TransformedRecord, evaluatedRules: string[], destinationId: string): RoutingError {
		const message = `the fallbacks of destination ${destinationId} lead back to it`;
		return routingError(record, this.runtime, GAMMA_CODES.routeCircular, message, { evaluatedRules, destinationId });
	}
}

/** Makes the error of a record that cannot be routed, or not to one destination. */
export function routingError(
	record: TransformedRecord,
	runtime: Runtime,
	errorCode: string,
	errorMessage: string,
	about: { readonly evaluatedRules?: string[]; readonly destinationId?: string },
): RoutingError {
	return {
		recordId: record.recordId,
		evaluatedRules: about.evaluatedRules ?? [],
		routingContext: {
			target_schema: record.targetSchema,
			...(about.destinationId !== undefined && { destination_id: about.destinationId }),
		},
		errorCode,
		errorMessage,
		failureTimestamp: runtime.timestamp(),
		lineageId: record.lineageId,
		...traceFieldsOf(record),
		[JOURNAL]: record[JOURNAL],
		[STAGE]: record[STAGE],
	};
}
