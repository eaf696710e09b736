import { expect, it } from 'vitest';
import { createToken } from '../../src/auth/access-token.ts';
import { ConfigError } from '../../src/config/config-error.ts';
import { parseConfig } from '../../src/config/parse-config.ts';

const { id, hash } = createToken();

const problemsOf = (text: string): readonly string[] => {
	try {
		parseConfig(text, 'observatory.yaml');
		return [];
	} catch (error) {
		if (error instanceof ConfigError) return error.problems;
		throw error;
	}
};

it('reads what it knows', () => {
	expect(parseConfig('', 'empty.yaml')).toEqual({});
	const text = `
listen: { apiPort: 0 }
store:
  path: ./data
  retention: prod
tokens:
  - { id: ${id}, hash: '${hash}', role: auditor, tenants: [t_0123456789abcdef], expiresAt: 2027-01-01T00:00:00Z }
`;
	expect(parseConfig(text, 'observatory.yaml')).toEqual({
		listen: { apiPort: 0 },
		store: { path: './data', retention: 'prod' },
		tokens: [{ id, hash, role: 'auditor', tenants: ['t_0123456789abcdef'], expiresAt: '2027-01-01T00:00:00Z' }],
	});
});

it.each([
	['listen:\n  port: 1\n', ['observatory.yaml:2: listen.port is no setting']],
	['listen:\n  apiPort: 65536\n', ['observatory.yaml:2: listen.apiPort must be <= 65535']],
	['limits:\n\n  maxRequests: many\n', ['observatory.yaml:3: limits.maxRequests must be integer']],
	['- a\n', ['observatory.yaml:1: the file must be object']],
	[
		'store: { path: a, url: "http://b" }',
		[expect.stringMatching(/^observatory.yaml:1: store.url: there is a store.path/)],
	],
	[
		'store:\n  path: a\n  username: b',
		['observatory.yaml:3: store.username is for a server, and there is no store.url'],
	],
	['a: &x 1\nb: *x\n', ['observatory.yaml:2: an alias; write the value itself']],
	['listen: [1\n', [expect.stringMatching(/^observatory.yaml:2: /)]],
	[
		`tokens:\n  - id: ${id}\n    hash: '${hash}'\n    role: viewer\n  - id: ${id}\n    hash: '${hash}'\n    role: admin\n`,
		[
			expect.stringMatching(/^observatory.yaml:2: tokens.0: a token of a viewer names its tenants/),
			'observatory.yaml:5: tokens: two have the same id',
		],
	],
	[
		`tokens:\n  - { id: ${id}, hash: '${hash}', role: admin, expiresAt: 2027-13-01T00:00:00Z }\n`,
		['observatory.yaml:2: tokens.0: expiresAt is no instant'],
	],
])('says file, line and what is wrong: %j', (text, problems) => {
	expect(problemsOf(text)).toEqual(problems);
});

it('does not show a value: it may be a secret', () => {
	const [problem = ''] = problemsOf(`tokens:\n  - { id: ${id}, hash: 'hunter2', role: admin }\n`);
	expect(problem).toMatch(/^observatory.yaml:2: tokens.0.hash must match pattern/);
	expect(problem).not.toContain('hunter2');
});
