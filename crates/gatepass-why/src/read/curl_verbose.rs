//! What `curl -v` prints: `>` before what was sent, `<` before what came, `*` before remarks, and the body in between.

use gatepass_auth::Headers;

use super::{Unreadable, head};
use crate::record::{Answer, Exchange, Leg, MOST_OF_A_BODY, Proxy, Recorded};

const FORM: &str = "the output of curl -v";

/// Reads the output of `curl -v`, standard output and standard error together.
///
/// # Errors
/// [`Unreadable`] where no answer is found.
pub fn read(text: &str) -> Result<Exchange, Unreadable> {
    let mut reader = Reader::default();
    for line in text.lines() {
        reader.line(line.trim_end_matches('\r'));
    }
    reader.close();
    if reader.legs.iter().all(|leg| leg.answer.is_none()) {
        return Err(Unreadable::new(
            FORM,
            "no line begins with < HTTP/ and a status",
        ));
    }
    let mut exchange = Exchange::new(reader.legs, None);
    exchange.recorded = Recorded::Elsewhere;
    Ok(exchange)
}

#[derive(Default)]
struct Reader {
    legs: Vec<Leg>,
    request: Option<(String, String, Headers)>,
    answer: Option<Answer>,
    /// The head of the answer is over.
    in_body: bool,
    body: String,
    tls: bool,
    proxy: Option<String>,
}

impl Reader {
    fn line(&mut self, line: &str) {
        if let Some(remark) = line.strip_prefix("* ") {
            self.remark(remark);
        } else if let Some(sent) = line
            .strip_prefix('>')
            .filter(|rest| rest.is_empty() || rest.starts_with(' '))
        {
            self.sent(sent.trim_start());
        } else if let Some(came) = line
            .strip_prefix('<')
            .filter(|rest| rest.is_empty() || rest.starts_with(' '))
        {
            self.came(came.trim_start());
        } else if line.starts_with("{ [") || line.starts_with("} [") || line.starts_with('*') {
            // Counts of bytes, and remarks that are empty.
        } else if self.in_body && self.body.len() <= MOST_OF_A_BODY {
            self.body.push_str(line);
            self.body.push('\n');
        }
    }

    fn remark(&mut self, remark: &str) {
        let lower = remark.to_ascii_lowercase();
        if lower.starts_with("ssl connection using")
            || lower.contains("tls handshake, finished")
            || lower.contains("server certificate:")
        {
            self.tls = true;
        } else if lower.starts_with("establish http proxy tunnel")
            || lower.starts_with("uses proxy env variable")
        {
            self.proxy = remark
                .split("== '")
                .nth(1)
                .map(|rest| rest.trim_end_matches('\'').to_owned())
                .or_else(|| Some("the proxy".to_owned()));
        } else if (lower.starts_with("trying ") || lower.starts_with("host "))
            && self.answer.is_some()
        {
            self.close();
            self.tls = false;
        }
    }

    fn sent(&mut self, line: &str) {
        if let Some((method, target)) = head::request_line(line) {
            self.close();
            self.request = Some((method, target, Headers::new()));
        } else if let Some((_, _, headers)) = &mut self.request {
            head::field(headers, line);
        }
    }

    fn came(&mut self, line: &str) {
        if let Some(answer) = head::status_line(line) {
            self.answer = Some(answer);
            self.in_body = false;
            self.body.clear();
        } else if line.is_empty() {
            let interim = self
                .answer
                .as_ref()
                .is_some_and(|answer| answer.status < 200);
            if interim {
                self.answer = None;
            } else {
                self.in_body = true;
            }
        } else if let Some(answer) = &mut self.answer {
            head::field(&mut answer.headers, line);
        }
    }

    /// Closes a leg.
    fn close(&mut self) {
        let answer = self.answer.take();
        let Some((method, target, headers)) = self.request.take() else {
            return;
        };
        let is_https = self.tls
            || headers.contains(":authority")
            || answer.is_some()
                && method != "CONNECT"
                && headers
                    .get_str("Host")
                    .is_some_and(|host| host.ends_with(":443"));
        let mut leg = head::leg(
            method,
            &target,
            headers,
            if is_https { "https" } else { "http" },
        );
        if target.starts_with("http://")
            && let Some(proxy) = &self.proxy
        {
            leg.proxy = Some(Proxy::new(
                proxy.clone(),
                true,
                leg.headers.contains("Proxy-Authorization"),
            ));
        }
        if let Some(mut answer) = answer {
            let body = std::mem::take(&mut self.body).trim().to_owned();
            answer.body = body.into_bytes();
            answer.body.truncate(MOST_OF_A_BODY);
            if (300..400).contains(&answer.status) {
                leg.leads_to = answer.headers.get_str("Location").map(str::to_owned);
            }
            leg.answer = Some(answer);
        }
        self.in_body = false;
        self.body.clear();
        self.legs.push(leg);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_leg_is_read() {
        let text = "*   Trying 127.0.0.1:443...\n* SSL connection using TLSv1.3 / TLS_AES_256_GCM_SHA384\n> GET /a HTTP/1.1\n> Host: one.example\n> Authorization: Bearer t0k3n\n> \n\
                    < HTTP/1.1 301 Moved\n< Location: https://two.example/b\n< \n{ [5 bytes data]\n* Issue another request to this URL: 'https://two.example/b'\n\
                    > GET /b HTTP/1.1\n> Host: two.example\n>\n< HTTP/1.1 401 Unauthorized\n< WWW-Authenticate: Bearer\n<\n{\"message\":\n \"no\"}\n* Connection #1 to host two.example left intact\n";
        let exchange = read(text).unwrap();
        assert_eq!(exchange.legs.len(), 2);
        assert_eq!(
            exchange.legs[0].leads_to.as_deref(),
            Some("https://two.example/b")
        );
        let (leg, answer) = exchange.last().unwrap();
        assert_eq!(
            (leg.space.to_string().as_str(), answer.status),
            ("https://two.example", 401)
        );
        assert_eq!(answer.body, b"{\"message\":\n \"no\"}");
    }

    #[test]
    fn what_never_came_is_said() {
        assert!(read("> GET / HTTP/1.1\n> Host: h\n>\n* Empty reply from server\n").is_err());
    }
}
