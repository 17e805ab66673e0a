//! `gatepass decode`.

use crate::run::{gatepass, gatepass_with_input};

/// `{"alg":"HS256","typ":"JWT"}`, `{"sub":"alice","iat":1700000000,"exp":1700003600}`, 32 bytes.
const TOKEN: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJhbGljZSIsImlhdCI6MTcwMDAwMDAwMCwiZXhwIjoxNzAwMDAzNjAwfQ.\
                     AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Decodes `value` as of the moment at which [`TOKEN`] has been expired for three minutes.
#[track_caller]
fn decode(value: &str) -> String {
    gatepass(&["decode", "--at", "1700003780", value]).ok()
}

#[track_caller]
fn assert_says(value: &str, sentences: &[&str]) {
    let said = decode(value);
    for sentence in sentences {
        assert!(
            said.contains(sentence),
            "{sentence:?} is missing in what is said of {value}:\n{said}"
        );
    }
}

#[test]
fn a_token_is_taken_apart() {
    assert_says(
        TOKEN,
        &[
            "alg  HS256  HMAC",
            "sub  alice",
            "exp  1700003600  2023-11-14 23:13:20 UTC, 3 minutes ago",
            "problem: the token expired 3 minutes ago; get a new one.",
            "it was not verified",
        ],
    );
    let said = gatepass(&["decode", "--at", "2023-11-14T22:30:00Z", TOKEN]).ok();
    assert!(
        !said.contains("problem") && said.contains("in 43 minutes"),
        "{said}"
    );
    assert_says(
        &format!("Authorization: Bearer {TOKEN}"),
        &["Bearer token (RFC 6750)", "alice"],
    );
}

#[test]
fn what_is_wrong_with_a_token_is_said() {
    for (value, sentence) in [
        // {"alg":"none"} . {"exp":1700003600000}
        (
            "eyJhbGciOiJub25lIn0.eyJleHAiOjE3MDAwMDM2MDAwMDB9.",
            "anybody can have made it",
        ),
        (
            "eyJhbGciOiJub25lIn0.eyJleHAiOjE3MDAwMDM2MDAwMDB9.",
            "seems to be in milliseconds",
        ),
        // {"alg":"HS256"} . {"nbf":1800000000,"iat":1800000000}
        (
            "eyJhbGciOiJIUzI1NiJ9.eyJuYmYiOjE4MDAwMDAwMDAsImlhdCI6MTgwMDAwMDAwMH0.AAAA",
            "begins to be valid only in 3 years",
        ),
        (
            "eyJhbGciOiJIUzI1NiJ9.eyJuYmYiOjE4MDAwMDAwMDAsImlhdCI6MTgwMDAwMDAwMH0.AAAA",
            "issued 3 years in the future",
        ),
        (
            "eyJhbGciOiJIUzI1NiJ9.eyJuYmYiOjE4MDAwMDAwMDAsImlhdCI6MTgwMDAwMDAwMH0.AAAA",
            "it has 3 bytes, and this alg makes 32",
        ),
        ("eyJhbGciOiJIUzI1NiJ9.e30.", "was the token cut off?"),
        (
            "eyJhbGciOiJIUzI1NiJ9.e3.AAAA",
            "the claims is not base64url",
        ),
        ("eyJ0eXAiOiJKV1QifQ.e30.AAAA", "alg is missing"),
        ("eyJhbGciOiJIUzI1NiJ9.e30.AAAA", "it has no exp"),
        (
            "eyJhbGciOiJkaXIifQ.a.b.c.d",
            "only who has the key can read its claims",
        ),
    ] {
        assert_says(value, &[sentence]);
    }
}

#[test]
fn credentials_are_taken_apart_and_masked() {
    assert_says(
        "Basic YWxpY2U6czNjcmV0",
        &["user      alice", "password  …⟨", "base64 hides nothing"],
    );
    let revealed = gatepass(&[
        "decode",
        "--reveal",
        "Authorization: Basic YWxpY2U6czNjcmV0",
    ])
    .ok();
    assert!(revealed.contains("password  s3cret"), "{revealed}");
    // printf 'alice:s3cret\n' | base64
    assert_says(
        "Basic YWxpY2U6czNjcmV0Cg==",
        &["ends in a line break, which echo adds"],
    );
    assert_says(
        "Bearer Bearer abc",
        &["it begins with \"Bearer\" once more"],
    );
    assert_says("Bearer ${TOKEN}", &["a variable in it was not filled in"]);
    assert_says("X-API-Key: undefined", &["its variable was empty"]);
    for value in [
        "Basic YWxpY2U6czNjcmV0",
        "Bearer s3cret",
        "X-API-Key: s3cret",
        "Hawk id=\"s3cret\", mac=\"s3cret\"",
    ] {
        let said = decode(value);
        assert!(
            !said.contains("s3cret") && !said.contains("czNjcmV0"),
            "{said}"
        );
    }
}

#[test]
fn digest_credentials_are_checked() {
    let good = "Digest username=\"alice\", realm=\"x\", nonce=\"n\", uri=\"/\", qop=auth, nc=00000001, cnonce=\"c\", \
                response=\"0123456789abcdef0123456789abcdef\"";
    let said = decode(good);
    assert!(
        !said.contains("problem") && said.contains("username  alice"),
        "{said}"
    );
    for (from, to, sentence) in [
        ("nc=00000001", "nc=\"00000001\"", "nc stands in quotes"),
        ("nc=00000001", "nc=1", "nc is not 8 hexadecimal digits"),
        ("nc=00000001, ", "", "nc is missing, though there is a qop"),
        (
            "abcdef0123",
            "abcdef",
            "response is not 32 hexadecimal digits, as MD5 makes them",
        ),
        ("nonce=\"n\", ", "", "nonce is missing"),
        (
            "qop=auth",
            "qop=auth, algorithm=SHA-384",
            "does not know the algorithm \"SHA-384\"",
        ),
        (
            "realm=",
            "username=\"b\", realm=",
            "username stands more than once",
        ),
    ] {
        assert_says(&good.replace(from, to), &[sentence]);
    }
}

#[test]
fn an_oauth_signature_is_checked() {
    let value = "OAuth oauth_consumer_key=\"dpf43f3p2l4k3l03\", oauth_signature_method=\"HMAC-SHA1\", \
                 oauth_timestamp=\"1700003600\", oauth_nonce=\"wIjqoxSZ\", oauth_signature=\"74KNZJeDHnMBp0EMJ9ZHt%2FXKycU%3D\"";
    assert_says(value, &["oauth_timestamp", "3 minutes ago"]);
    assert!(!decode(value).contains("problem"));
    assert_says(
        &value.replace("%3D", ""),
        &["is not 20 bytes in base64, as HMAC-SHA1 makes them"],
    );
    assert_says(
        &value.replace("oauth_nonce", "oauth_once"),
        &["oauth_nonce is missing"],
    );
}

#[test]
fn challenges_are_told_apart_and_ranked() {
    assert_says(
        "WWW-Authenticate: Basic realm=\"a, b\", Digest realm=\"x\", nonce=\"n\", algorithm=SHA-256, qop=\"auth\", Hawk",
        &[
            "3 challenges",
            "realm  a, b",
            "answer it with -A digest; it does not send the secret",
            "gatepass cannot perform Hawk",
            "-A auto would answer Digest with SHA-256",
        ],
    );
    assert_says("Digest realm=\"x\"", &["problem: it has no nonce"]);
    assert_says(
        "Basic realm=\"x\" charset=UTF-8",
        &[
            "no comma between two elements",
            "a strict client passes over it",
        ],
    );
    assert_says(
        "Hawk realm=\"x\"",
        &["gatepass can perform none of these schemes"],
    );
}

#[test]
fn a_response_head_can_be_piped_in() {
    let head = "HTTP/1.1 401 Unauthorized\r\nDate: x\r\nWWW-Authenticate: Basic realm=a\r\nwww-authenticate: Bearer\r\n\r\n";
    for args in [&["decode"][..], &["decode", "-"]] {
        let said = gatepass_with_input(args, head.as_bytes()).ok();
        assert!(
            said.contains("2 challenges") && said.contains("Bearer"),
            "{said}"
        );
    }
}

#[test]
fn programs_get_json() {
    let answer = gatepass(&["decode", "--json", "Basic YWxpY2U6czNjcmV0"]).json();
    assert_eq!(answer[0]["kind"], "credentials");
    assert_eq!(answer[0]["parts"][0]["fields"]["user"]["value"], "alice");
}

#[test]
fn what_is_nothing_known_is_an_error_that_repeats_nothing() {
    let said = gatepass(&["decode", "s3cret-s3cret-s3cret"]).failed(1);
    assert!(
        said.contains("no JSON Web Token") && !said.contains("s3cret"),
        "{said}"
    );
    assert!(
        gatepass(&["decode"])
            .failed(1)
            .contains("nothing to decode")
    );
}
