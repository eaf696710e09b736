import swagger from '@fastify/swagger';
import type { RouteOptions } from 'fastify';
import { Type } from 'typebox';
import { PERMISSIONS, type Permission } from '../auth/roles.ts';
import { problemSchema } from '../routes/route-schemas.ts';
import { VERSION } from '../version.ts';
import type { App } from './base-server.ts';

/** Makes the OpenAPI 3.1 document of the routes that are added after this, from their schemas. */
export async function describeApi(app: App): Promise<void> {
	await app.register(swagger, {
		openapi: {
			openapi: '3.1.0',
			info: {
				title: 'Observatory',
				version: VERSION,
				description:
					'What happened to every record of the pipeline: audit, lineage, journeys, traces and metrics. Every read is itself audited.',
			},
			components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
		},
		transform: ({ schema, url, route }) => ({ schema: withAccess(schema ?? {}, route), url }),
	});
	app.addHook('onRoute', ({ url, config }) => {
		if (config?.access === undefined) throw new Error(`The route ${url} does not say who may use it.`);
	});
}

/** Described, and looked at where scopes are made. */
const callerHeaders = Type.Object({
	'X-Justification': Type.Optional(
		Type.String({ maxLength: 1_024, description: 'Reads all tenants, and says why: for operators and admins.' }),
	),
});

function withAccess(schema: NonNullable<RouteOptions['schema']>, route: RouteOptions): object {
	const { access } = route.config ?? {};
	const { description = '', response = {} } = schema as { readonly description?: string; readonly response?: object };
	const isOpen = access === undefined || access === 'public';
	const roles = isOpen ? 'Needs no token.' : `Roles: ${PERMISSIONS[access as Permission].join(', ')}.`;
	return {
		...schema,
		description: [description, roles].filter((text) => text !== '').join(' '),
		...(isOpen ? {} : { security: [{ token: [] }], headers: callerHeaders }),
		response: {
			...response,
			default: { description: 'A problem.', content: { 'application/problem+json': { schema: problemSchema } } },
		},
	};
}
