/** A record cannot be rendered. Caught by the renderer and returned as a RenderingFailure. */
export class RenderError extends Error {
	override readonly name = 'RenderError';
	readonly code: string;
	readonly fieldName: string | undefined;

	constructor(code: string, message: string, fieldName?: string) {
		super(message);
		this.code = code;
		this.fieldName = fieldName;
	}
}
