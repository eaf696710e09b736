import type { MetricAttributes } from '@pipeline/telemetry-core';
import { attributeSet, otherAttributes } from './attribute-set.ts';
import type { Observer } from './instrument.ts';

/** What an observer gave for one attribute set. */
export interface Observed {
	readonly attributes: MetricAttributes;
	readonly value: number;
}

export interface ObserveRules {
	/** Attribute sets that are kept apart, the one that stands for all others included. */
	readonly maxPoints: number;
	/** A value that is not finite, or came when the observer had returned. */
	readonly onInvalid: () => void;
	/** An attribute set that was replaced. */
	readonly onOverflow: (attributes: MetricAttributes) => void;
	/** An observer threw, or returned a promise that rejected. */
	readonly onFailure: (error: unknown) => void;
}

/** Asks observers for their values. Of two values for one attribute set the last counts. Never throws. */
export function observeAll(observers: Iterable<Observer>, rules: ObserveRules): readonly Observed[] {
	const points = new Map<string, Observed>();
	for (const observer of [...observers]) ask(observer, points, rules);
	return [...points.values()];
}

function ask(observer: Observer, points: Map<string, Observed>, rules: ObserveRules): void {
	let isOpen = true;
	try {
		const returned: unknown = observer((value, attributes = {}) => {
			if (isOpen && Number.isFinite(value)) put(points, value, attributes, rules);
			else rules.onInvalid();
		});
		if (returned instanceof Promise) returned.catch(rules.onFailure);
	} catch (error) {
		rules.onFailure(error);
	}
	isOpen = false;
}

function put(
	points: Map<string, Observed>,
	value: number,
	given: MetricAttributes,
	{ maxPoints, onOverflow }: ObserveRules,
): void {
	const set = attributeSet(given);
	if (points.has(set.key) || points.size < maxPoints - 1) {
		points.set(set.key, { attributes: set.attributes, value });
		return;
	}
	onOverflow(set.attributes);
	const others = otherAttributes(set.attributes);
	points.set(others.key, { attributes: others.attributes, value });
}
