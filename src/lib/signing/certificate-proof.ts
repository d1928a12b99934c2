/** Proof of possession: the self-signature of a certificate request shows that the client holds the private key. */
import { DerError, oidOf, partsOf, readDer } from "./der.ts";
import { pemBlocks } from "./pem.ts";
import { bitsOf, isSignatureOf, present } from "./signature.ts";

/** True for a valid signature, and for an unknown signature algorithm. */
export function isSignedByHolder(text: string): boolean {
  const [block] = pemBlocks(text);
  if (!block) return false;
  try {
    const [info, algorithm, signature] = partsOf(readDer(block.bytes));
    const publicKey = present(partsOf(present(info))[2]);
    const id = oidOf(present(partsOf(present(algorithm))[0]));
    return isSignatureOf({ id, message: present(info).whole, signature: bitsOf(present(signature)), publicKey });
  } catch (error) {
    if (error instanceof DerError) return false;
    throw error;
  }
}
