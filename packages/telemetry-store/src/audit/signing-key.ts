import { createPrivateKey, createPublicKey, hash, type KeyObject, sign, verify } from 'node:crypto';
import { StoreError } from '../connection/store-error.ts';

/** Signs blocks and checkpoints with Ed25519. */
export interface Signer {
	/** First 16 hexadecimal digits of the SHA-256 of the public key (SPKI). */
	readonly keyId: string;
	/** @returns base64 */
	sign(text: string): string;
}

/** @param pem Ed25519 private key, PKCS #8 @throws StoreError `QUERY_INVALID` for a key that is none */
export function signerOf(pem: string): Signer {
	const key = ed25519(() => createPrivateKey(pem));
	return {
		keyId: keyIdOf(createPublicKey(key)),
		sign: (text) => sign(null, Buffer.from(text), key).toString('base64'),
	};
}

/** Tells whether a text was signed with the key of that id. */
export type SignatureCheck = (text: string, signature: string, keyId: string) => boolean;

/** @param pems Ed25519 public keys, SPKI, of which any will do @throws StoreError `QUERY_INVALID` for a key that is none */
export function signatureCheckOf(pems: readonly string[]): SignatureCheck {
	const keys = new Map(
		pems.map((pem) => {
			const key = ed25519(() => createPublicKey(pem));
			return [keyIdOf(key), key];
		}),
	);
	return (text, signature, keyId) => {
		const key = keys.get(keyId);
		return key !== undefined && verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64'));
	};
}

function keyIdOf(publicKey: KeyObject): string {
	return hash('sha256', publicKey.export({ type: 'spki', format: 'der' }), 'hex').slice(0, 16);
}

function ed25519(read: () => KeyObject): KeyObject {
	try {
		const key = read();
		if (key.asymmetricKeyType === 'ed25519') return key;
	} catch {
		// Whatever it is: not a key. Its text stays out of the message.
	}
	throw new StoreError('QUERY_INVALID', 'A signing key is an Ed25519 key in PEM.');
}
