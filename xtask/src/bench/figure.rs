//! One comparison: what ours costs beside another's, and what the ratio should be.

/// A comparison: ours beside another's.
pub(crate) struct Figure {
    pub(crate) what: String,
    pub(crate) ours: f64,
    /// 0 where it stands beside nothing.
    pub(crate) other: f64,
    pub(crate) unit: &'static str,
    pub(crate) beside: &'static str,
    pub(crate) aim: Option<Aim>,
}

/// What the ratio should be.
#[derive(Clone, Copy)]
pub(crate) enum Aim {
    /// Our cost is at most so many times the other's.
    AtMost(f64),
    /// We are at least so many times as fast, or do at least this share.
    AtLeast(f64),
    /// Our cost itself is at most so much.
    Within(f64),
}

/// What is counted per second, of which more is better.
pub(crate) const RATE: &str = "req/s";

impl Figure {
    /// Says what one thing of ours costs, beside nothing.
    pub(crate) fn alone(what: impl Into<String>, ours: f64, unit: &'static str) -> Self {
        Self {
            what: what.into(),
            ours,
            other: 0.0,
            unit,
            beside: "",
            aim: None,
        }
    }

    fn ratio(&self) -> f64 {
        match self.aim {
            Some(Aim::AtLeast(_)) if self.unit != RATE => self.other / self.ours,
            _ => self.ours / self.other,
        }
    }

    pub(crate) fn is_met(&self) -> bool {
        match self.aim {
            Some(Aim::AtMost(limit)) => self.ratio() <= limit,
            Some(Aim::AtLeast(limit)) => self.ratio() >= limit,
            Some(Aim::Within(limit)) => self.ours <= limit,
            None => true,
        }
    }
}

pub(crate) fn print(figures: &[Figure]) {
    println!();
    for figure in figures {
        let (ours, unit) = (figure.ours, figure.unit);
        let mut line = format!("{:56} {ours:>10.1} {unit}", figure.what);
        if figure.other > 0.0 {
            line += &format!(
                "   {:24} {:>10.1} {unit}   {:>6.2}×",
                figure.beside,
                figure.other,
                figure.ratio()
            );
        }
        line += &match figure.aim {
            Some(Aim::AtMost(limit)) => format!("   aim ≤ {limit}: "),
            Some(Aim::AtLeast(limit)) => format!("   aim ≥ {limit}: "),
            Some(Aim::Within(limit)) => format!("   aim ≤ {limit} {unit}: "),
            None => String::new(),
        };
        if figure.aim.is_some() {
            line += if figure.is_met() { "met" } else { "MISSED" };
        }
        println!("{}", line.trim_end());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aims_are_met_or_missed() {
        let figure = |ours, other, unit, aim| Figure {
            what: String::new(),
            ours,
            other,
            unit,
            beside: "",
            aim: Some(aim),
        };
        assert!(figure(1.2, 1.0, "µs", Aim::AtMost(1.25)).is_met());
        assert!(!figure(1.3, 1.0, "µs", Aim::AtMost(1.25)).is_met());
        assert!(figure(2.0, 90.0, "µs", Aim::AtLeast(40.0)).is_met());
        assert!(!figure(500.0, 1000.0, RATE, Aim::AtLeast(0.6)).is_met());
        assert!(figure(80.0, 0.0, "KB", Aim::Within(150.0)).is_met());
        assert!(!figure(151.0, 0.0, "KB", Aim::Within(150.0)).is_met());
    }
}
