import type { JourneyModule, JourneyStage } from './journey.ts';
import { type PlacedStage, rounded } from './span-stages.ts';

/** Stages by module, in the order in which the record came to each. Depths begin at 0 in every module. */
export function modulesOf(stages: readonly PlacedStage[]): readonly JourneyModule[] {
	return [...Map.groupBy(stages, ({ module }) => module)]
		.map(([module, own]) => {
			const top = Math.min(...own.map(({ depth }) => depth));
			const startMs = Math.min(...own.map((stage) => stage.startMs));
			const endMs = Math.max(...own.map((stage) => stage.startMs + (stage.durationMs ?? 0)));
			return {
				module,
				startMs,
				durationMs: rounded(endMs - startMs),
				status: own.some(({ status }) => status === 'ERROR') ? ('ERROR' as const) : ('OK' as const),
				attempts: own.filter(({ attempt, name }) => attempt !== undefined && name.includes('attempt')).length,
				stages: own.map(({ module: _, ...stage }): JourneyStage => ({ ...stage, depth: stage.depth - top })),
			};
		})
		.toSorted((a, b) => a.startMs - b.startMs);
}

/** Something was attempted more than once: attempts alone may be one each for several destinations. */
export const wasRetried = ({ stages }: JourneyModule): boolean => stages.some(({ attempt }) => (attempt ?? 1) > 1);
