# SPDX-License-Identifier: BSD-2-Clause
"""Certificates made at test time, with the openssl of the system."""
import os
import shutil
import ssl
import subprocess
import time

OPENSSL = shutil.which("openssl")


def run(*words):
    p = subprocess.run([OPENSSL, *words], check=False, timeout=60, text=True,
                       capture_output=True, stdin=subprocess.DEVNULL)
    assert p.returncode == 0, p.stderr


def stamp(seconds):
    """An instant so far from now, as openssl takes it."""
    return time.strftime("%Y%m%d%H%M%SZ", time.gmtime(time.time() + seconds))


class Authority:
    """A CA in a directory; its certificates end in 36 hours, unless told,
    itself in 4 days."""
    def __init__(self, path, name="test CA", days=4):
        self.path = path
        os.makedirs(path, exist_ok=True)
        self.ca, self.key = self.at("ca.pem"), self.at("ca.key")
        run("req", "-x509", "-newkey", "ec", "-pkeyopt",
            "ec_paramgen_curve:P-256", "-nodes", "-keyout", self.key, "-out",
            self.ca, "-days", str(days), "-subj", f"/CN={name}")

    def at(self, name):
        return os.path.join(self.path, name)

    def issue(self, name, san="DNS:localhost,IP:127.0.0.1", start=None,
              end=None):
        """Certificate and key of a name; times as YYYYMMDDHHMMSSZ."""
        cert, key, request, config = (
            self.at(f"{name}.{x}") for x in ("pem", "key", "csr", "cnf"))
        run("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
            "-nodes", "-keyout", key, "-out", request, "-subj",
            f"/CN={name}")
        for index in ("index.txt", "serial"):
            with open(self.at(index), "w", encoding="ascii") as f:
                f.write("" if index == "index.txt" else
                        os.urandom(8).hex() + "\n")
        with open(config, "w", encoding="ascii") as f:
            f.write(f"[ca]\ndefault_ca = a\n[a]\n"
                    f"database = {self.at('index.txt')}\n"
                    f"serial = {self.at('serial')}\n"
                    f"new_certs_dir = {self.path}\ndefault_md = sha256\n"
                    f"policy = p\nx509_extensions = x\n"
                    f"unique_subject = no\n[p]\ncommonName = supplied\n"
                    f"[x]\nsubjectAltName = {san}\n")
        times = ["-enddate", end or stamp(36 * 3600)]
        if start is not None:
            times += ["-startdate", start]
        run("ca", "-batch", "-config", config, "-cert", self.ca, "-keyfile",
            self.key, "-in", request, "-out", cert, "-notext", *times)
        return cert, key

    def server(self, name="server", client_ca=None, **how):
        """A context for a server; with client_ca it demands a client's."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*self.issue(name, **how))
        if client_ca:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(client_ca)
        return context
