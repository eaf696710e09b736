import { createEmitter } from '@pipeline/model';
import type { GammaEmitter, GammaEvents } from './gamma-events.ts';

/** An emitter whose listeners cannot disturb a delivery: what they throw becomes a process warning. */
export function createGammaEmitter(): GammaEmitter {
	const emitter = createEmitter<GammaEvents>();
	const emit = emitter.emit.bind(emitter);
	emitter.emit = (event, payload) => {
		try {
			return emit(event, payload);
		} catch (error) {
			process.emitWarning(error instanceof Error ? error : String(error));
			return true;
		}
	};
	return emitter;
}
