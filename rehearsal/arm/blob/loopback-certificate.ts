import { X509Certificate } from "node:crypto";
import type { PeerCertificate } from "node:tls";

/** Bytes that make one full line of 64 base64 letters. */
const BYTES_A_LINE = 48;

/** An empty X509_CERT_AUX: what OpenSSL takes behind a certificate (`d2i_X509_AUX`), here without any effect. */
const EMPTY_AUXILIARY = Buffer.from([0x30, 0x00]);

/**
 * The certificate that Azurite is to trust when it reads its own address, for Put Block From URL: our authority.
 *
 * Azurite 3.37.0 trusts what `socket.getCertificate()` returns, which is good for self-signed certificates only, and it
 * writes a PEM with an empty line, which OpenSSL refuses, where the length is a whole number of lines.
 *
 * @param ca PEM text
 */
export function loopbackCertificate(ca: string): PeerCertificate {
  const certificate = new X509Certificate(ca);
  const { raw } = certificate;
  const padded = raw.length % BYTES_A_LINE === 0 ? Buffer.concat([raw, EMPTY_AUXILIARY]) : raw;
  return { ...certificate.toLegacyObject(), raw: padded };
}
