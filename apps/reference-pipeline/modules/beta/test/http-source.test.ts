import { JOURNAL, STAGE, seededRuntime } from '@pipeline/model';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HttpSource } from '../src/index.ts';
import { HttpService, json } from './http-service.ts';
import { fieldsOf } from './support.ts';

const runtime = seededRuntime(1, 'test');
let service: HttpService;

beforeEach(async () => {
	service = await HttpService.start();
});
afterEach(() => service.stop());

const source = (more = {}) =>
	new HttpSource({ sourceId: 'api', urlTemplate: `${service.origin}/airports/{key}`, runtime, ...more });
const request = (key: string) => ({ key, [JOURNAL]: 0, [STAGE]: 0 });

describe('HttpSource', () => {
	it('asks with the encoded key and reads the object', async () => {
		service.answer = (response) => json(response, 200, { name: 'Madrid', runways: 4 });
		const fields = await source().lookup(request('a/b?$&'));
		expect({ fields, urls: service.urls }).toEqual({
			fields: fieldsOf({ name: 'Madrid', runways: 4 }),
			urls: ['/airports/a%2Fb%3F%24%26'],
		});
	});

	it('knows nothing of a key that is not there', async () => {
		service.answer = (response) => json(response, 404, {});
		expect(await source().lookup(request('ZZZ'))).toBeUndefined();
	});

	it.each([
		[401, 'ENR_003_AUTH', 'PERMANENT'],
		[403, 'ENR_003_AUTH', 'PERMANENT'],
		[418, 'ENR_005_MALFORMED_RESPONSE', 'PERMANENT'],
		[429, 'ENR_004_RATE_LIMITED', 'TRANSIENT'],
		[500, 'ENR_001_NETWORK', 'TRANSIENT'],
		[503, 'ENR_001_NETWORK', 'TRANSIENT'],
	])('status %d is %s', async (status, code, category) => {
		service.answer = (response) => json(response, status, {});
		await expect(source().lookup(request('A'))).rejects.toMatchObject({ code, category });
	});

	it.each([['[1]'], ['null'], ['"text"'], ['{'], ['']])('refuses the body %s', async (body) => {
		service.answer = (response) => response.writeHead(200).end(body);
		await expect(source().lookup(request('A'))).rejects.toMatchObject({ code: 'ENR_005_MALFORMED_RESPONSE' });
	});

	it('reads no more than its limit', async () => {
		service.answer = (response) => response.writeHead(200).end('{"a":"b"}');
		expect(await source({ maxResponseBytes: 9 }).lookup(request('A'))).toEqual(fieldsOf({ a: 'b' }));
		await expect(source({ maxResponseBytes: 8 }).lookup(request('A'))).rejects.toMatchObject({
			code: 'ENR_005_MALFORMED_RESPONSE',
		});
	});

	it('does not follow redirects', async () => {
		service.answer = (response) => response.writeHead(302, { location: '/elsewhere' }).end();
		await expect(source().lookup(request('A'))).rejects.toMatchObject({ code: 'ENR_001_NETWORK' });
		expect(service.urls).toEqual(['/airports/A']);
	});

	it('hangs up when it is aborted', async () => {
		const abort = new AbortController();
		service.answer = () => abort.abort();
		await expect(source().lookup(request('A'), abort.signal)).rejects.toMatchObject({ code: 'ENR_002_SOURCE_TIMEOUT' });
		await service.aborted;
	});

	it('is unhealthy when the server errs or is gone', async () => {
		const answers: string[] = [];
		for (const status of [404, 500]) {
			service.answer = (response) => json(response, status, {});
			answers.push((await source().healthCheck()).status);
		}
		const gone = source();
		await service.stop();
		answers.push((await gone.healthCheck()).status);
		expect(answers).toEqual(['HEALTHY', 'UNHEALTHY', 'UNHEALTHY']);
		await expect(gone.lookup(request('A'))).rejects.toMatchObject({ code: 'ENR_001_NETWORK', category: 'TRANSIENT' });
		service = await HttpService.start();
	});

	it.each([['http://host/x'], ['file:///{key}']])('refuses the address %s', (urlTemplate) => {
		expect(() => source({ urlTemplate })).toThrow(expect.objectContaining({ name: 'ConfigError' }));
	});
});
