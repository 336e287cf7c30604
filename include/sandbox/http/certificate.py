"""The sandbox store's own certificate, so that other machines reach it over HTTPS, like BigCommerce."""

from __future__ import annotations

import ssl
from datetime import datetime, timedelta, timezone
from ipaddress import IPv4Address
from pathlib import Path
from tempfile import NamedTemporaryFile

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

LIFETIME = timedelta(days=365)


def encryption(host_name: str, certificate_file: Path) -> ssl.SSLContext:
    """The TLS context of a server named `host_name`: a new key and a self-signed certificate.

    The certificate is written to `certificate_file`, so that callers can trust it (`verify` in the extra of
    an Airflow Connection); the key is not stored. Raises OSError if the file cannot be written.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _self_signed(key, host_name).public_bytes(serialization.Encoding.PEM)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with NamedTemporaryFile() as both:  # ssl reads keys only from files
        both.write(certificate + _pem(key))
        both.flush()
        context.load_cert_chain(both.name)
    unfinished = certificate_file.with_name(f"{certificate_file.name}.new")
    unfinished.write_bytes(certificate)
    unfinished.replace(certificate_file)
    return context


def _self_signed(key: ec.EllipticCurvePrivateKey, host_name: str) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host_name)])
    now = datetime.now(timezone.utc)
    public = key.public_key()
    hosts = [x509.DNSName(host_name), x509.DNSName("localhost"), x509.IPAddress(IPv4Address("127.0.0.1"))]
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))  # clocks of machines differ
        .not_valid_after(now + LIFETIME)
        .add_extension(x509.SubjectAlternativeName(hosts), critical=False)
        # Python 3.13 and newer require these of a self-signed certificate
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(public), critical=False)
        .sign(key, hashes.SHA256())
    )


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
