/** Answers are data, or a page without scripts: a browser is told to treat them so, and to keep none. */
export function securityHeaders(isTls: boolean): Readonly<Record<string, string>> {
	return {
		'cache-control': 'no-store',
		'content-security-policy': [
			"default-src 'none'",
			"style-src 'unsafe-inline'",
			'img-src data:',
			"base-uri 'none'",
			"form-action 'none'",
			"frame-ancestors 'none'",
		].join('; '),
		'cross-origin-opener-policy': 'same-origin',
		'cross-origin-resource-policy': 'same-origin',
		'referrer-policy': 'no-referrer',
		'x-content-type-options': 'nosniff',
		'x-frame-options': 'DENY',
		...(isTls ? { 'strict-transport-security': 'max-age=31536000' } : {}),
	};
}
