/** Deployment facts on every span: namespace, product and mode, from the environment. */
export function commonAttributes(
	env: Readonly<Record<string, string | undefined>> = process.env,
): Record<string, string> {
	return {
		'pipeline.namespace': env['TELEMETRY_NAMESPACE'] || 'default',
		'pipeline.product.name': env['TELEMETRY_PRODUCT_NAME'] || env['PIPELINE_NAME'] || 'default',
		'pipeline.product.version': env['TELEMETRY_PRODUCT_VERSION'] || '0.0.0',
		'pipeline.mode': modeOf(env['PIPELINE_MODE'] ?? env['TELEMETRY_PROFILE']),
	};
}

function modeOf(text: string | undefined): 'dev' | 'staging' | 'prod' {
	if (text === 'staging') return 'staging';
	return text?.startsWith('prod') ? 'prod' : 'dev';
}
