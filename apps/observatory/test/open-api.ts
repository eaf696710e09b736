import { expect } from 'vitest';
import type { TestObservatory } from './test-observatory.ts';

/** A schema of JSON, as far as the API uses it. */
export interface JsonSchema {
	readonly type?: 'string' | 'integer' | 'number' | 'boolean' | 'array' | 'object';
	readonly enum?: readonly string[];
	readonly pattern?: string;
	readonly minLength?: number;
	readonly maxLength?: number;
	readonly minimum?: number;
	readonly maximum?: number;
	readonly items?: JsonSchema;
	readonly minItems?: number;
	readonly maxItems?: number;
	readonly properties?: Readonly<Record<string, JsonSchema>>;
	readonly required?: readonly string[];
}

export interface Parameter {
	readonly name: string;
	readonly in: 'query' | 'path' | 'header';
	readonly required?: boolean;
	readonly schema: JsonSchema;
}

export interface Operation {
	readonly operationId: string;
	readonly method: string;
	readonly path: string;
	readonly description: string;
	readonly parameters: readonly Parameter[];
	readonly body?: JsonSchema;
}

type Described = Readonly<
	Record<
		string,
		Readonly<
			Record<
				string,
				Pick<Operation, 'operationId' | 'description'> & {
					readonly parameters?: readonly Parameter[];
					readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>> };
				}
			>
		>
	>
>;

/** The operations that the API describes. */
export async function operationsOf(observatory: TestObservatory): Promise<readonly Operation[]> {
	const answer = await observatory.ask('/api/v1/openapi.json');
	const document = (await answer.json()) as { readonly openapi: string; readonly paths: Described };
	expect(document.openapi).toBe('3.1.0');
	return Object.entries(document.paths).flatMap(([path, methods]) =>
		Object.entries(methods).map(([method, { operationId, description, parameters = [], requestBody }]) => {
			const body = requestBody?.content['application/json']?.schema;
			return {
				operationId,
				method: method.toUpperCase(),
				path,
				description,
				parameters,
				...(body === undefined ? {} : { body }),
			};
		}),
	);
}
