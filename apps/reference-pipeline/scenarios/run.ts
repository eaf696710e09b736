import { parseArgs } from 'node:util';
import { appScenarios } from './app/scenarios.ts';
import { foreignScenarios } from './foreign/scenarios.ts';
import { importCost } from './import-cost.ts';
import { OPENTELEMETRY_LINES, type OpenTelemetryLine } from './packed/opentelemetry-lines.ts';
import { packedScenarios } from './packed/scenarios.ts';
import { Checks, runScenarios } from './scenario.ts';

const { values } = parseArgs({ options: { opentelemetry: { type: 'string' } } });
const lines = OPENTELEMETRY_LINES.filter(
	({ name }) => values.opentelemetry === undefined || name === values.opentelemetry,
);
if (lines.length === 0) {
	console.error(`--opentelemetry ${values.opentelemetry}: unknown; known: ${names(OPENTELEMETRY_LINES)}`);
	process.exit(2);
}

const checks = new Checks();
await runScenarios([...appScenarios, ...foreignScenarios, ...packedScenarios(lines), importCost], checks);
console.log(checks.summary);
process.exitCode = checks.failed === 0 ? 0 : 1;

function names(known: readonly OpenTelemetryLine[]): string {
	return known.map(({ name }) => name).join(', ');
}
