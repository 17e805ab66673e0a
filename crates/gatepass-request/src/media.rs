//! Media types and the names of files that tell them.

/// Media types by the end of a file's name, in lower case.
const BY_EXTENSION: &[(&str, &str)] = &[
    ("bin", "application/octet-stream"),
    ("bmp", "image/bmp"),
    ("css", "text/css"),
    ("csv", "text/csv"),
    ("gif", "image/gif"),
    ("htm", "text/html"),
    ("html", "text/html"),
    ("ico", "image/vnd.microsoft.icon"),
    ("jpeg", "image/jpeg"),
    ("jpg", "image/jpeg"),
    ("js", "text/javascript"),
    ("json", "application/json"),
    ("md", "text/markdown"),
    ("mp3", "audio/mpeg"),
    ("mp4", "video/mp4"),
    ("pdf", "application/pdf"),
    ("png", "image/png"),
    ("svg", "image/svg+xml"),
    ("tar", "application/x-tar"),
    ("tsv", "text/tab-separated-values"),
    ("txt", "text/plain"),
    ("wasm", "application/wasm"),
    ("webp", "image/webp"),
    ("xml", "application/xml"),
    ("zip", "application/zip"),
];

/// Returns the media type that a file's name tells, if it tells one.
///
/// ```
/// assert_eq!(gatepass_request::content_type_of("a/Photo.JPG"), Some("image/jpeg"));
/// assert_eq!(gatepass_request::content_type_of("json"), None);
/// ```
pub fn content_type_of(path: &str) -> Option<&'static str> {
    let (_, extension) = path.rsplit_once('.')?;
    BY_EXTENSION
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(extension))
        .map(|(_, content_type)| *content_type)
}

/// Returns what the names of files of a media type end with, if they have an end of their own.
///
/// ```
/// assert_eq!(gatepass_request::extension_of("text/html; charset=utf-8"), Some("html"));
/// assert_eq!(gatepass_request::extension_of("application/octet-stream"), None);
/// ```
pub fn extension_of(content_type: &str) -> Option<&'static str> {
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    // Where there are two, these are the ones that fewer people write.
    let rare = ["bin", "htm", "jpeg"];
    BY_EXTENSION
        .iter()
        .find(|(extension, known)| {
            known.eq_ignore_ascii_case(media_type) && !rare.contains(extension)
        })
        .map(|(extension, _)| *extension)
}
