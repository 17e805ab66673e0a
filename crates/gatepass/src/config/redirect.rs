//! Whether redirects are followed, and how many.

/// What is done with a response of 301, 302, 303, 307 or 308 that says where to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Redirects {
    /// Whether they are followed.
    pub follow: bool,
    /// How many are followed before the request fails.
    pub limit: usize,
}

impl Redirects {
    /// Follows up to `limit` redirects.
    pub fn limit(limit: usize) -> Self {
        Self {
            follow: true,
            limit,
        }
    }

    /// Follows none: the redirect itself is the response.
    pub fn none() -> Self {
        Self {
            follow: false,
            limit: 0,
        }
    }
}

impl Default for Redirects {
    /// Follows up to 30 redirects.
    fn default() -> Self {
        Self::limit(30)
    }
}
