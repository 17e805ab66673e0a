//! Every test vector says where it comes from.

use serde_json::Value;

use super::Finding;
use crate::repository::Source;

pub(super) fn check(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let files = sources
        .iter()
        .filter(|source| source.path.starts_with("vectors/") && source.extension() == "json");
    for source in files {
        let mut complain = |message: &str| findings.push(Finding::in_file(&source.path, message));
        match serde_json::from_str::<Value>(&source.text) {
            Err(error) => complain(&format!("is no JSON: {error}")),
            Ok(file) => {
                if file["source"].as_str().is_none_or(str::is_empty) {
                    complain("does not say in `source` where its vectors come from");
                }
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::findings;
    use super::*;

    #[test]
    fn a_vector_without_a_source_is_found() {
        let good = r#"{"source": "RFC 7617", "vectors": []}"#;
        assert!(findings(check, &[("vectors/basic/rfc7617.json", good)]).is_empty());
        for bad in ["{}", r#"{"source": ""}"#, "{"] {
            assert_eq!(findings(check, &[("vectors/basic/a.json", bad)]).len(), 1);
        }
    }
}
