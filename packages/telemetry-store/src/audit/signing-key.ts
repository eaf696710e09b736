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

/** Tells whether a text was signed with the key. */
export type SignatureCheck = (text: string, signature: string, keyId: string) => boolean;

/** @param pem Ed25519 public key, SPKI @throws StoreError `QUERY_INVALID` for a key that is none */
export function signatureCheckOf(pem: string): SignatureCheck {
	const key = ed25519(() => createPublicKey(pem));
	const known = keyIdOf(key);
	return (text, signature, keyId) =>
		keyId === known && verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64'));
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
