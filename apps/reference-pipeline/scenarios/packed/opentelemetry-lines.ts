/** One of the two lines of OpenTelemetry JS that teams have, with what their package.json says. */
export interface OpenTelemetryLine {
	readonly name: '2.x' | '3.x';
	readonly dependencies: Readonly<Record<string, string>>;
	/** Fixture that starts the SDK of this line with exporters in memory. */
	readonly sdkFixture: string;
}

export const OPENTELEMETRY_LINES: readonly OpenTelemetryLine[] = [
	{
		name: '3.x',
		dependencies: {
			'@opentelemetry/api': '1.10.0',
			'@opentelemetry/sdk-logs': '3.1.0',
			'@opentelemetry/sdk-node': '0.301.0',
			'@opentelemetry/sdk-trace': '3.1.0',
		},
		sdkFixture: 'sdk-3.x.cjs',
	},
	{
		name: '2.x',
		dependencies: { '@opentelemetry/api': '^1.9.0', '@opentelemetry/sdk-node': '^0.223.0' },
		sdkFixture: 'sdk-2.x.cjs',
	},
];
