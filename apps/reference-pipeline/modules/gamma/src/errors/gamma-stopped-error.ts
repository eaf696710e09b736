/** The module was stopped before the delivery was final. The record is kept in the saved state, not lost. */
export class GammaStoppedError extends Error {
	override readonly name = 'GammaStoppedError';
	readonly code = 'GAMMA_STOPPED';

	constructor() {
		super('module Gamma stopped before this delivery was final; it resumes at the next start');
	}
}
