import type { RoutingCondition } from './condition.ts';

/** Where records go. Rules are tried by ascending priority, equal priorities in the order given. */
export interface RoutingRule {
	readonly ruleId: string;
	readonly priority: number;
	readonly condition: RoutingCondition;
	/** Applies only to records of this target schema. */
	readonly targetSchema?: string;
	/** Applies only to records with at least this quality score. */
	readonly minQuality?: number;
	readonly destinations: readonly string[];
	/** Whether the rules after a match of this one are left out. */
	readonly stop: boolean;
}

/** The rules of a module and where a record goes that none of them matches. */
export interface RoutingTable {
	readonly rules: readonly RoutingRule[];
	readonly defaultDestinations?: readonly string[];
}
