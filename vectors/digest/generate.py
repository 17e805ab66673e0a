"""Writes the Digest vectors. Python's hashlib is the oracle, and published responses are asserted on the way.

Run it in this folder: `python3 generate.py`.
"""

import hashlib
import json

HASHES = {"MD5": "md5", "SHA": "sha1", "SHA-256": "sha256", "SHA-512": "sha512", "SHA-512-256": "sha512_256"}


def hash_hex(algorithm, data):
    return hashlib.new(HASHES[algorithm.removesuffix("-sess")], data.encode()).hexdigest()


def workings(algorithm, user, realm, password, nonce, method, uri, qop, cnonce, body):
    """RFC 7616 section 3.4, with RFC 2069 section 2.1.2 where there is no qop."""
    steps = {"A1": f"{user}:{realm}:{password}"}
    ha1 = hash_hex(algorithm, steps["A1"])
    if algorithm.endswith("-sess"):
        steps["H(user:realm:password)"] = ha1
        ha1 = hash_hex(algorithm, f"{ha1}:{nonce}:{cnonce}")
    steps["HA1"] = ha1
    steps["A2"] = f"{method}:{uri}" + (f":{hash_hex(algorithm, body)}" if qop == "auth-int" else "")
    steps["HA2"] = hash_hex(algorithm, steps["A2"])
    protection = f"00000001:{cnonce}:{qop}:" if qop else ""
    steps["data"] = f"{nonce}:{protection}{steps['HA2']}"
    steps["response"] = hash_hex(algorithm, f"{ha1}:{steps['data']}")
    return steps


def case(name, user, password, realm, nonce, target, *, method="GET", origin="http://www.example.org",
         algorithm=None, qop=None, offered=None, cnonce=None, opaque=None, body="", extra="", published=None,
         username=None, rspauth=False):
    """One case. `published` is the response that the source prints."""
    used = algorithm or "MD5"
    challenge = f'Digest realm="{realm}", nonce="{nonce}"'
    challenge += f", algorithm={algorithm}" if algorithm else ""
    challenge += f', qop="{offered or qop}"' if qop else ""
    challenge += f', opaque="{opaque}"' if opaque else ""
    steps = workings(used, user, realm, password, nonce, method, target, qop, cnonce, body)
    assert published in (None, steps["response"]), (name, steps["response"])
    credentials = username or {"username": user}
    credentials |= {"realm": realm, "nonce": nonce, "uri": target, "response": steps["response"]}
    credentials |= {"algorithm": algorithm} if algorithm else {}
    credentials |= {"qop": qop, "nc": "00000001", "cnonce": cnonce} if qop else {}
    credentials |= {"opaque": opaque} if opaque else {}
    result = {
        "name": name,
        "credentials": {"username": user, "password": password},
        "challenge": challenge + extra,
        "cnonce": cnonce,
        "request": {"method": method, "origin": origin, "target": target, "body": body},
        "workings": steps,
        "authorization": credentials,
    }
    if rspauth:
        proof = workings(used, user, realm, password, nonce, "", target, qop, cnonce, "")
        result["authentication_info"] = {"rspauth": proof["response"], "qop": qop, "nc": "00000001", "cnonce": cnonce}
    return result


def write(file, source, cases):
    with open(file, "w", encoding="utf-8") as out:
        json.dump({"scheme": "digest", "source": source, "cases": cases}, out, indent=1, ensure_ascii=False)
        out.write("\n")


MUFASA = "http-auth@example.org", "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", "/dir/index.html"
MUFASA_MORE = {
    "qop": "auth", "offered": "auth, auth-int", "cnonce": "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
    "opaque": "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS", "rspauth": True,
}
JASON = "api@example.org", "5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK", "/doe.json"
JASON_MORE = {
    "qop": "auth", "cnonce": "NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v", "algorithm": "SHA-512-256",
    "opaque": "HRPCssKJSGjCrkzDg8OhwpzCiGPChXYjwrI2QmXDnsOS", "origin": "http://api.example.org",
    "published": "3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5",
}
JASON_HASH = "793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ece9b0b"

write("rfc7616.json", "RFC 7616 sections 3.9.1 and 3.9.2, the latter as corrected by erratum 4897", [
    case("3.9.1 MD5", "Mufasa", "Circle of Life", *MUFASA, algorithm="MD5",
         published="8ca523f5e9506fed4657c9700eebdbec", **MUFASA_MORE),
    case("3.9.1 SHA-256", "Mufasa", "Circle of Life", *MUFASA, algorithm="SHA-256",
         published="753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1", **MUFASA_MORE),
    case("3.9.2 userhash", "Jäsøn Doe", "Secret, or not?", *JASON, extra=", charset=UTF-8, userhash=true",
         username={"username": JASON_HASH, "userhash": "true"}, **JASON_MORE),
    case("3.9.2 username*", "Jäsøn Doe", "Secret, or not?", *JASON, extra=", charset=UTF-8",
         username={"username*": "UTF-8''J%C3%A4s%C3%B8n%20Doe"}, **JASON_MORE),
])

write("rfc2617.json", "RFC 2617 section 3.5", [
    case("3.5", "Mufasa", "Circle Of Life", "testrealm@host.com", "dcd98b7102dd2f0e8b11d0f600bfb0c093",
         "/dir/index.html", origin="http://www.nowhere.org", qop="auth", offered="auth,auth-int", cnonce="0a4f113b",
         opaque="5ccc069c403ebaf9f0171e9517f40e41", published="6629fae49393a05397450978507c4ef1"),
])

write("rfc2069.json", "RFC 2069 section 2.4, as corrected by erratum 749", [
    case("2.4", "Mufasa", "CircleOfLife", "testrealm@host.com", "dcd98b7102dd2f0e8b11d0f600bfb0c093",
         "/dir/index.html", origin="http://www.nowhere.org", opaque="5ccc069c403ebaf9f0171e9517f40e41",
         published="1949323746fe6a43ef61f9606e7febea"),
])

write("postman-echo.json", "Postman Echo's documentation of GET /digest-auth", [
    case("no qop", "postman", "password", "Users", "ni1LiL0O37PRRhofWdCLmwFsnEtH1lew", "/digest-auth",
         origin="https://postman-echo.com", published="254679099562cf07df9b6f5d8d15db44"),
])

write("go-httpbin.json", "the tests of go-httpbin's digest package", [
    case("auth", "user", "pass", "go-httpbin", "6fb213c6593975c877bb1247370527ad", "/digest-auth/auth/user/pass/MD5",
         origin="http://localhost", algorithm="MD5", qop="auth", cnonce="aaab705226af5bd4",
         published="9b7a05d78051b4f668356eedf32f55d6"),
])

write("generated.json", "generate.py in this folder, with Python's hashlib", [
    case(f"{name}{sess} {qop or 'no qop'}", "al\"ice\\", "p:w é", "re,alm=x", "n0nce==", "/a%2Fb/;c?d=%C3%A9&e",
         method="POST", algorithm=name + sess, qop=qop, cnonce="c/n+=", body="{\"a\": \"ü\"}", rspauth=qop == "auth")
    for name in HASHES for sess in ("", "-sess") for qop in (None, "auth", "auth-int")
    # A session needs a client nonce, and so a qop.
    if qop or not sess
])
