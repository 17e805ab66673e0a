//! A request and its answer, one behind the other, as HTTPie prints them with `--print=HhBb`, or as somebody pasted them.

use super::{Unreadable, head};
use crate::record::{Answer, Exchange, Leg, MOST_OF_A_BODY, Recorded};
use gatepass_auth::{Headers, Space};

const FORM: &str = "a request and its answer";

/// Reads a request (its first line, header fields, an empty line, a body), then an answer of the same form; several of each
/// may follow. An answer may stand alone.
///
/// # Errors
/// [`Unreadable`] where no answer is found.
pub fn read(text: &str) -> Result<Exchange, Unreadable> {
    let mut reader = Reader::default();
    for line in text.lines() {
        reader.line(line.trim_end_matches('\r'));
    }
    reader.end();
    if reader.legs.iter().all(|leg| leg.answer.is_none()) {
        return Err(Unreadable::new(FORM, "no line says HTTP/1.1 and a status"));
    }
    let mut exchange = Exchange::new(reader.legs, None);
    exchange.recorded = Recorded::Elsewhere;
    Ok(exchange)
}

#[derive(Default)]
struct Reader {
    legs: Vec<Leg>,
    part: Part,
    in_body: bool,
    body: String,
}

/// What is being read.
#[derive(Default)]
enum Part {
    #[default]
    Nothing,
    Request(String, String, Headers),
    Answer(Answer),
}

impl Reader {
    fn line(&mut self, line: &str) {
        if let Some(answer) = head::status_line(line) {
            self.end();
            self.part = Part::Answer(answer);
            return;
        }
        let at_start = matches!(self.part, Part::Nothing) || self.in_body;
        if at_start
            && let Some((method, target)) = head::request_line(line)
                .filter(|_| line.contains(" HTTP/") || matches!(self.part, Part::Nothing))
        {
            self.end();
            self.part = Part::Request(method, target, Headers::new());
            return;
        }
        let headers = match &mut self.part {
            Part::Nothing => return,
            Part::Request(_, _, headers) => headers,
            Part::Answer(answer) => &mut answer.headers,
        };
        if self.in_body {
            if self.body.len() <= MOST_OF_A_BODY {
                self.body.push_str(line);
                self.body.push('\n');
            }
        } else if line.trim().is_empty() {
            self.in_body = true;
        } else if !head::field(headers, line) {
            // A body without the empty line before it.
            self.in_body = true;
            self.body.push_str(line);
            self.body.push('\n');
        }
    }

    /// Closes what is being read.
    fn end(&mut self) {
        let body = std::mem::take(&mut self.body).trim().to_owned();
        self.in_body = false;
        match std::mem::take(&mut self.part) {
            Part::Nothing => {}
            Part::Request(method, target, headers) => {
                let mut leg = head::leg(method, &target, headers, "https");
                leg.body = body.into_bytes();
                self.legs.push(leg);
            }
            Part::Answer(mut answer) => {
                answer.body = body.into_bytes();
                answer.body.truncate(MOST_OF_A_BODY);
                if (100..200).contains(&answer.status) {
                    return;
                }
                match self.legs.last_mut().filter(|leg| leg.answer.is_none()) {
                    Some(leg) => put(leg, answer),
                    None => {
                        let mut leg =
                            Leg::new("GET", Space::origin("https", "unknown.invalid", 443), "/");
                        put(&mut leg, answer);
                        self.legs.push(leg);
                    }
                }
            }
        }
    }
}

fn put(leg: &mut Leg, answer: Answer) {
    if (300..400).contains(&answer.status) {
        leg.leads_to = answer.headers.get_str("Location").map(str::to_owned);
    }
    leg.answer = Some(answer);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn httpie_text_is_read() {
        let text = "POST /token HTTP/1.1\nHost: auth.example:8443\nContent-Type: application/x-www-form-urlencoded\n\na=1&b=2\n\n\n\
                    HTTP/1.1 401 Unauthorized\nWWW-Authenticate: Basic realm=\"x\"\n\n{\n  \"error\": \"invalid_client\"\n}\n";
        let exchange = read(text).unwrap();
        let (leg, answer) = exchange.last().unwrap();
        assert_eq!(
            (leg.method.as_str(), leg.space.to_string()),
            ("POST", "https://auth.example:8443".to_owned())
        );
        assert_eq!(leg.body, b"a=1&b=2");
        assert_eq!(answer.status, 401);
        assert!(answer.body.starts_with(b"{") && answer.body.ends_with(b"}"));
    }

    #[test]
    fn an_answer_may_stand_alone_and_nothing_may_not() {
        assert_eq!(
            read("HTTP/2 403\r\nserver: nginx\r\n\r\nno")
                .unwrap()
                .last()
                .unwrap()
                .1
                .status,
            403
        );
        assert!(read("hello").is_err() && read("").is_err());
    }
}
