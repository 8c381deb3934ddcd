/** Bytes of base64 text, standard or URL-safe, padded or not (DSSE producers differ); undefined for what is no base64. */
export function decodeBase64(encoded: string): Uint8Array | undefined {
  const standard = /[-_]/.test(encoded) ? encoded.replaceAll('-', '+').replaceAll('_', '/') : encoded;
  try {
    const binary = atob(standard);
    const bytes = new Uint8Array(binary.length);
    // A loop and not `from`: this is 20 MB for a large SBOM.
    for (let index = 0; index < binary.length; index++) bytes[index] = binary.charCodeAt(index);
    return bytes;
  } catch {
    return undefined;
  }
}
