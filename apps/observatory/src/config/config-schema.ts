import { type Static, Type } from 'typebox';
import { ROLES } from '../auth/roles.ts';

const closed = { additionalProperties: false } as const;
const path = (description: string) => Type.String({ minLength: 1, maxLength: 4_096, description });
const port = (description: string) => Type.Integer({ minimum: 0, maximum: 65_535, description });
const bytes = (description: string) => Type.Integer({ minimum: 1_024, maximum: 1_073_741_824, description });
const text = (description: string, maxLength = 256) => Type.String({ minLength: 1, maxLength, description });

const listen = Type.Object(
	{
		host: Type.Optional(text('Address to listen on. Other than loopback needs tokens and tls. Default 127.0.0.1.')),
		apiPort: Type.Optional(port('Of the query API. Default 4320; 0: any free one.')),
		otlpPort: Type.Optional(port('Of the OTLP receiver. Default 4318; 0: any free one.')),
		tls: Type.Optional(
			Type.Object({ certFile: path('PEM, the whole chain.'), keyFile: path('PEM, without a passphrase.') }, closed),
		),
	},
	closed,
);

const store = Type.Object(
	{
		path: Type.Optional(path('Folder of the embedded store.')),
		url: Type.Optional(
			Type.String({
				pattern: '^https?://',
				maxLength: 2_048,
				description: 'Of a ClickHouse server, instead of a path.',
			}),
		),
		username: Type.Optional(text('On that server.')),
		passwordFile: Type.Optional(path('Holds the password alone.')),
		database: Type.Optional(
			Type.String({ pattern: '^[a-zA-Z_][a-zA-Z0-9_]{0,63}$', description: 'Default telemetry.' }),
		),
		cluster: Type.Optional(
			Type.String({ pattern: '^[a-zA-Z_][a-zA-Z0-9_]{0,63}$', description: 'Tables are spread over.' }),
		),
		spool: Type.Optional(
			path('Folder for what waits for the store, and what it refused. Default: beside the folder of the store.'),
		),
		retention: Type.Optional(
			Type.Enum(['dev', 'staging', 'prod'], {
				description: 'How long everything is kept. Default: what the store has; dev for a new one.',
			}),
		),
	},
	closed,
);

const audit = Type.Object(
	{
		chain: Type.Optional(text('Names the chain that this process writes. Default main.', 64)),
		checkpointFile: Type.Optional(path('Signed checkpoints, best kept away from the store.')),
		signingKeyFile: Type.Optional(path('Ed25519 private key, PEM (PKCS #8).')),
		formerPublicKeyFiles: Type.Optional(
			Type.Array(path('Ed25519 public key, PEM (SPKI).'), {
				maxItems: 100,
				description: 'Of keys that signed before: what they signed still counts.',
			}),
		),
		checksumIntervalS: Type.Optional(Type.Integer({ minimum: 10, maximum: 86_400, description: 'Default 300.' })),
	},
	closed,
);

const token = Type.Object(
	{
		id: Type.String({ pattern: '^[0-9a-f]{12}$', description: 'Public part of the token.' }),
		hash: Type.String({ pattern: '^sha256:[0-9a-f]{32}:[0-9a-f]{64}$', description: 'Salt and salted hash.' }),
		role: Type.Enum([...ROLES], { description: 'What it may do.' }),
		tenants: Type.Optional(
			Type.Array(text('A tenant.', 128), {
				minItems: 1,
				maxItems: 1_000,
				description: 'Whose data it may read, and whose it may send.',
			}),
		),
		name: Type.Optional(
			text(
				'Whose it is: stands in the audit as the actor; a token that replaces another one keeps it. Default token:<id>.',
				128,
			),
		),
		expiresAt: Type.Optional(
			Type.String({
				pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}(:\\d{2}(\\.\\d+)?)?Z$',
				description: 'UTC, ISO 8601.',
			}),
		),
	},
	closed,
);

const limits = Type.Object(
	{
		requestsPerMinute: Type.Optional(
			Type.Integer({ minimum: 1, maximum: 1_000_000, description: 'Of the API, per token. Default 600.' }),
		),
		maxRequestBytes: Type.Optional(bytes('Of an OTLP request, as sent. Default 16 MiB.')),
		maxInflatedBytes: Type.Optional(bytes('Of an OTLP request, decompressed. Default 32 MiB.')),
		maxRequests: Type.Optional(
			Type.Integer({ minimum: 1, maximum: 10_000, description: 'OTLP requests at the same time. Default 16.' }),
		),
		requestTimeoutMs: Type.Optional(
			Type.Integer({ minimum: 100, maximum: 600_000, description: 'Until a whole request has come. Default 30000.' }),
		),
		stopTimeoutMs: Type.Optional(
			Type.Integer({ minimum: 100, maximum: 600_000, description: 'For all that a stop does. Default 15000.' }),
		),
	},
	closed,
);

/** The configuration file, as JSON Schema: `observatory config schema` prints it. */
export const configSchema = Type.Object(
	{
		listen: Type.Optional(listen),
		store: Type.Optional(store),
		audit: Type.Optional(audit),
		tokens: Type.Optional(Type.Array(token, { maxItems: 10_000 })),
		limits: Type.Optional(limits),
	},
	{ ...closed, title: 'Configuration of the observatory (observatory.yaml)' },
);

export type ConfigFile = Static<typeof configSchema>;
export type TokenEntry = Static<typeof token>;
