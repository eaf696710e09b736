import { describe, expect, it } from 'vitest';
import { checkDependencyRule } from '../src/dependency-rule.ts';
import { fixtureTree, manifest } from './fixture-tree.ts';

const ALPHA_MODULE = { 'apps/reference-pipeline/modules/alpha/package.json': manifest('@pipeline/alpha') };

function messages(files: Readonly<Record<string, string>>): readonly string[] {
	return checkDependencyRule(fixtureTree({ ...ALPHA_MODULE, ...files })).map(
		({ file, line, message }) => `${file}:${line ?? 0} ${message}`,
	);
}

function inInstrumentation(source: string): readonly string[] {
	return messages({
		'packages/instrumentation-alpha/package.json': manifest('@pipeline/instrumentation-alpha'),
		'packages/instrumentation-alpha/src/parse.ts': source,
	});
}

describe('dependency rule', () => {
	it('passes what an instrumentation may load', () => {
		expect(
			inInstrumentation(`
				import { diag } from '@opentelemetry/api';
				import { InstrumentationBase } from '@opentelemetry/instrumentation';
				import { span } from '@pipeline/telemetry-core/alpha';
				import type { Parser } from '@pipeline/alpha';
				import { type Validator } from '@pipeline/alpha/validation';
				import { performance } from 'node:perf_hooks';
				import { attributes } from './attributes.ts';
				type Buffer = import('@pipeline/alpha').Buffer;
			`),
		).toEqual([]);
	});

	it.each([
		["import { Parser } from '@pipeline/alpha';", 'loads @pipeline/alpha at run time'],
		["export { Parser } from '@pipeline/alpha/parser';", 'loads @pipeline/alpha/parser at run time'],
		["const alpha = await import('@pipeline/alpha');", 'loads @pipeline/alpha at run time'],
		["const alpha = require('@pipeline/alpha');", 'loads @pipeline/alpha at run time'],
		["import pino from 'pino';", 'imports pino: an instrumentation loads'],
		["import { x } from '@opentelemetry/sdk-trace';", 'the OpenTelemetry SDK belongs to telemetry-sdk'],
		["import { BetaInstrumentation } from '@pipeline/instrumentation-beta';", 'do not know each other'],
		["import { x } from '../../telemetry-core/src/index.ts';", 'reaches out of its package'],
	])('finds in an instrumentation: %s', (source, message) => {
		expect(inInstrumentation(source).join('\n')).toContain(`packages/instrumentation-alpha/src/parse.ts:1 `);
		expect(inInstrumentation(source).join('\n')).toContain(message);
	});

	it('lets only telemetry-sdk and telemetry-testing import the SDK', () => {
		const source = "import { TracerProvider } from '@opentelemetry/sdk-trace';";
		expect(
			messages({
				'packages/telemetry-core/package.json': manifest('@pipeline/telemetry-core'),
				'packages/telemetry-core/src/index.ts': source,
				'packages/telemetry-core/test/index.test.ts': source,
				'packages/telemetry-sdk/package.json': manifest('@pipeline/telemetry-sdk'),
				'packages/telemetry-sdk/src/index.ts': source,
				'packages/telemetry-testing/package.json': manifest('@pipeline/telemetry-testing'),
				'packages/telemetry-testing/src/index.ts': source,
			}),
		).toEqual([
			'packages/telemetry-core/src/index.ts:1 imports @opentelemetry/sdk-trace: the OpenTelemetry SDK belongs to telemetry-sdk and to applications',
		]);
	});

	it('keeps reference modules free of telemetry', () => {
		expect(
			messages({
				'packages/telemetry-core/package.json': manifest('@pipeline/telemetry-core'),
				'apps/reference-pipeline/modules/alpha/src/parser.ts':
					"import type { Span } from '@opentelemetry/api';\nimport '@pipeline/telemetry-core';\nimport '@pipeline/beta';",
			}).map((message) => message.split(': ')[0]),
		).toEqual([
			'apps/reference-pipeline/modules/alpha/src/parser.ts:1 imports @opentelemetry/api',
			'apps/reference-pipeline/modules/alpha/src/parser.ts:2 imports @pipeline/telemetry-core',
		]);
	});

	it('wants the API as a peer', () => {
		expect(
			messages({
				'packages/telemetry-core/package.json': manifest('@pipeline/telemetry-core', {
					dependencies: { '@opentelemetry/api': '1.10.0' },
				}),
			}),
		).toEqual([
			'packages/telemetry-core/package.json:0 @opentelemetry/api must be a peer: a second copy beside the application is a no-op',
		]);
	});
});
